package checkpoint

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"zhangben/ledger"
	"zhangben/ledger/proof"
)

// ErrForked says that the log contradicts a checkpoint that was signed before: it was rolled back and grew again, or
// was replaced.
var ErrForked = errors.New("the log contradicts a checkpoint that was signed")

// ErrNotCaughtUp says that the log has fewer records than the checkpoint that was signed last: it was put back to an
// earlier state, and nothing is signed until the stream has filled it again and it agrees.
var ErrNotCaughtUp = errors.New("the log has not come to the checkpoint that was signed last")

// ErrNoKey says that there is no key, and that the checkpoint asked for was not signed before.
var ErrNoKey = errors.New("there is no key to sign a checkpoint with: serve makes one when it starts")

func forked(format string, args ...any) error {
	return fmt.Errorf("%w: %s; no more is signed", ErrForked, fmt.Sprintf(format, args...))
}

// Signer signs checkpoints of a log and makes proofs with them. It never signs one that is inconsistent with one signed
// before: the one of the largest size is on the disk before its signature leaves.
type Signer struct {
	log       *ledger.Log
	key       *proof.SigningKey // nil: only what was signed already is returned
	folder    noteFolder
	objection func() error // why nothing may be signed now; nil: there is never a reason

	mu       sync.Mutex  // held while signing
	last     signedNote  // as was last read from the disk
	cosigned *signedNote // by witnesses; nil: not read from the disk yet
}

// NewSigner signs for an open log, whose folder keeps what was signed. Without a key it returns what was signed
// already.
func NewSigner(log *ledger.Log, key *proof.SigningKey) *Signer {
	folder := filepath.Join(log.Dir(), folderName)
	return &Signer{log: log, key: key, folder: noteFolder{folder}}
}

// ObjectWith makes the signer sign nothing more while objection returns an error. What was signed last is still
// returned.
func (s *Signer) ObjectWith(objection func() error) { s.objection = objection }

// checkSigning returns why nothing can be signed, or nil.
func (s *Signer) checkSigning() error {
	switch {
	case s.key == nil:
		return ErrNoKey
	case s.objection != nil:
		return s.objection()
	}
	return nil
}

// Key is the public key; ErrNoKey where there is none.
func (s *Signer) Key() (proof.Key, error) {
	if s.key == nil {
		return proof.Key{}, ErrNoKey
	}
	return s.key.Public(), nil
}

// Check compares the log with what was signed last.
func (s *Signer) Check() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, err := s.folder.last()
	if err != nil || last.note == nil {
		return err
	}
	return s.consistent(last.Checkpoint, last.Checkpoint)
}

// Newest is the signed checkpoint of all records, or where there is no key the last one signed.
func (s *Signer) Newest() ([]byte, error) {
	size, err := s.newest()
	if err != nil {
		return nil, err
	}
	return s.Checkpoint(size)
}

// newest is the largest size that can be signed, or was.
func (s *Signer) newest() (ledger.Seq, error) {
	if s.key != nil {
		return s.log.Last(), nil
	}
	last, err := s.folder.last()
	if err == nil && last.note == nil {
		err = ErrNoKey
	}
	return ledger.Seq(last.Size), err
}

// covering is the size of a checkpoint that has a record, if possible of one that was cosigned, or signed already.
func (s *Signer) covering(seq ledger.Seq) (ledger.Seq, error) {
	s.mu.Lock()
	last := s.last
	cosigned, err := s.readCosigned()
	s.mu.Unlock()
	if err != nil || cosigned.note != nil && seq <= ledger.Seq(cosigned.Size) {
		return ledger.Seq(cosigned.Size), err
	}
	if last.note == nil {
		if last, err = s.folder.last(); err != nil {
			return 0, err
		}
	}
	if size := ledger.Seq(last.Size); seq <= size && size <= s.log.Last() {
		return size, nil
	}
	return s.newest()
}

// Checkpoint is the signed checkpoint of the first size records. ledger.ErrNotFound says that there are not as many,
// ErrForked that the log is not the one signed before, ErrNotCaughtUp that it is too short to tell.
func (s *Signer) Checkpoint(size ledger.Seq) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cosigned, err := s.readCosigned(); err != nil || cosigned.note != nil && size == ledger.Seq(cosigned.Size) {
		return cosigned.note, err
	}
	root, err := s.log.Root(size)
	if err != nil {
		return nil, err
	}
	return s.signNext(proof.Checkpoint{Size: uint64(size), Root: root})
}

// signNext signs a checkpoint that is consistent with what was signed last.
func (s *Signer) signNext(c proof.Checkpoint) ([]byte, error) {
	unlock, err := s.folder.lock(s.key != nil)
	if err != nil {
		return nil, err
	}
	defer unlock()
	last, err := s.folder.largest()
	if err != nil {
		return nil, err
	}
	if last.note != nil {
		if err := s.consistent(last.Checkpoint, c); err != nil {
			return nil, err
		}
	}
	if last.note != nil && s.last.note == nil { // of a process before
		if err := s.folder.sync(); err != nil {
			return nil, fmt.Errorf("what was signed: %w", err)
		}
	}
	return s.sign(last, c)
}

// consistent checks that of two checkpoints, one signed and one to be, the smaller is the beginning of the larger.
func (s *Signer) consistent(was, now proof.Checkpoint) error {
	older, newer := was, now
	if older.Size > newer.Size {
		older, newer = now, was
	}
	if last := s.log.Last(); newer.Size > uint64(last) {
		return fmt.Errorf("%w: it has %d records, and was signed with %d;"+
			" nothing is signed until it has these again, and they are the same",
			ErrNotCaughtUp, last, newer.Size)
	}
	path, err := s.log.ProveGrowth(ledger.Seq(older.Size), ledger.Seq(newer.Size))
	if err != nil {
		return err
	}
	root, err := s.log.Root(ledger.Seq(was.Size)) // the proof below says nothing where the sizes are equal
	if err != nil {
		return err
	}
	if root != was.Root || proof.CheckGrowth(older, newer, path) != nil {
		return forked("its first %d records are not those that were signed", was.Size)
	}
	return nil
}

// sign signs a checkpoint that was found consistent, and stores it if it is beyond the last one.
func (s *Signer) sign(last signedNote, c proof.Checkpoint) ([]byte, error) {
	if err := s.checkSigning(); err != nil {
		if last.note == nil || last.Size != c.Size {
			return nil, err
		}
		s.last = last
		return last.note, nil
	}
	c.Origin = s.key.Public().Origin()
	note, err := c.Sign(s.key)
	if err != nil {
		return nil, err
	}
	if last.note == nil || last.Size < c.Size {
		last = signedNote{c, note}
		if err := s.folder.add(last); err != nil {
			return nil, err
		}
	}
	s.last = last
	return note, nil
}

// Receipt proves that a record is in the log, in the tree of the first size records; 0 leaves the size open.
func (s *Signer) Receipt(seq, size ledger.Seq) (r proof.Receipt, err error) {
	if size == 0 {
		if size, err = s.covering(seq); err != nil {
			return r, err
		}
	}
	record, path, err := s.log.ProveRecord(seq, size)
	if err != nil {
		return r, err
	}
	note, err := s.Checkpoint(size)
	if err != nil {
		return r, err
	}
	c, err := proof.ReadCheckpoint(note)
	if err != nil {
		return r, err
	}
	r = proof.Receipt{Record: record, Index: uint64(seq - 1), Path: path, Checkpoint: note}
	if err := r.Included(c); err != nil { // the record is no longer what was hashed
		return proof.Receipt{}, fmt.Errorf("%w: %w", ledger.ErrDamaged, err)
	}
	return r, nil
}

// Consistency proves that the log of the first newer records begins with the first older ones; newer 0 is the newest
// there is.
func (s *Signer) Consistency(older, newer ledger.Seq) (c proof.Consistency, err error) {
	if newer == 0 {
		if newer, err = s.newest(); err != nil {
			return c, err
		}
	}
	if c.Path, err = s.log.ProveGrowth(older, newer); err != nil {
		return c, err
	}
	if c.Newer, err = s.Checkpoint(newer); err != nil {
		return proof.Consistency{}, err
	}
	if c.Older, err = s.Checkpoint(older); err != nil {
		return proof.Consistency{}, err
	}
	return c, nil
}
