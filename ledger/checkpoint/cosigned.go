package checkpoint

import (
	"errors"
	"fmt"
	"path/filepath"

	"zhangben/ledger"
	"zhangben/ledger/atomicfile"
	"zhangben/ledger/proof"
)

// cosignedName is the file of the checkpoint that witnesses cosigned last, in the folder of those that were signed.
const cosignedName = "cosigned"

// ErrNotCosigned says that no checkpoint has been cosigned by witnesses yet.
var ErrNotCosigned = errors.New("no checkpoint has been cosigned by witnesses yet")

// StoreCosigned stores a checkpoint of this signer that witnesses have cosigned. From now on it is the one of its
// size, and receipts of the records it covers are made with it.
func (s *Signer) StoreCosigned(note []byte) error {
	c, err := proof.OpenCheckpoint(note, s.key.Public())
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, err := s.readCosigned(); err != nil || c.Size < last.Size {
		return err
	}
	path := filepath.Join(s.folder.path, cosignedName)
	if err := errors.Join(s.folder.create(), atomicfile.Replace(path, note)); err != nil {
		return fmt.Errorf("store a cosigned checkpoint: %w", err)
	}
	s.cosigned = &signedNote{c, note}
	return nil
}

// Cosigned returns the checkpoint that witnesses cosigned last; ErrNotCosigned where there is none.
func (s *Signer) Cosigned() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, err := s.readCosigned()
	if err == nil && last.note == nil {
		err = ErrNotCosigned
	}
	return last.note, err
}

// readCosigned returns what was cosigned last, from the disk the first time. A log that was put back to before it, or
// that is another one, has none. The caller holds s.mu.
func (s *Signer) readCosigned() (signedNote, error) {
	if s.cosigned == nil {
		last, err := s.folder.read(cosignedName)
		if err != nil {
			return signedNote{}, err
		}
		s.cosigned = &last
	}
	if s.cosigned.note == nil || ledger.Seq(s.cosigned.Size) > s.log.Last() {
		return signedNote{}, nil
	}
	root, err := s.log.Root(ledger.Seq(s.cosigned.Size))
	if err != nil || root != s.cosigned.Root {
		return signedNote{}, err
	}
	return *s.cosigned, nil
}
