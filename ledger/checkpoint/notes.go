package checkpoint

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"zhangben/ledger"
	"zhangben/ledger/atomicfile"
	"zhangben/ledger/inputfile"
	"zhangben/ledger/proof"
)

// maxNote is in bytes, as package note has it.
const maxNote = 1 << 20

// signedFolder holds the signed checkpoint of the largest size, in the ledger's folder.
const signedFolder = "checkpoints"

// signedNames are the names of its files: the size in 20 digits. A file is made once and never changed, so that several
// processes may sign at a time: the largest size never gets lost.
var signedNames = regexp.MustCompile(`^[0-9]{20}$`)

// signed keeps what was signed last. It lies beside the log and not in it: a log that is put in the place of the one that
// was signed gives itself away.
type signed struct{ folder string }

// signedNote is a checkpoint that was signed.
type signedNote struct {
	proof.Checkpoint
	note []byte // nil: none was signed yet
}

// errSwept says that another process has signed a larger checkpoint meanwhile, and swept this one away: look again.
var errSwept = errors.New("a signed checkpoint gave way to a larger one")

// mostAttempts is how often another process may be faster.
const mostAttempts = 100

// again repeats what another process got in the way of.
func again(attempt func() ([]byte, error)) (note []byte, err error) {
	for range mostAttempts {
		if note, err = attempt(); !errors.Is(err, errSwept) {
			break
		}
	}
	return note, err
}

// last reads the signed checkpoint of the largest size.
func (s signed) last() (last signedNote, err error) {
	_, err = again(func() ([]byte, error) {
		last, err = s.largest()
		return nil, err
	})
	return last, err
}

// largest reads the last file of the folder.
func (s signed) largest() (signedNote, error) {
	entries, err := os.ReadDir(s.folder) // by name, so by size
	if errors.Is(err, fs.ErrNotExist) {
		return signedNote{}, nil
	}
	if err != nil {
		return signedNote{}, fmt.Errorf("checkpoints that were signed: %w", err)
	}
	for i := len(entries) - 1; i >= 0; i-- {
		if signedNames.MatchString(entries[i].Name()) {
			return s.read(entries[i].Name())
		}
	}
	return signedNote{}, nil
}

func (s signed) read(name string) (signedNote, error) {
	path := filepath.Join(s.folder, name)
	note, err := inputfile.Read(path, maxNote)
	if errors.Is(err, fs.ErrNotExist) {
		err = errSwept
	}
	if err != nil {
		return signedNote{}, fmt.Errorf("a checkpoint that was signed: %w", err)
	}
	c, err := proof.ReadCheckpoint(note)
	if err == nil && signedName(c.Size) != name {
		err = fmt.Errorf("it is over %d records", c.Size)
	}
	if err != nil {
		return signedNote{}, fmt.Errorf("%s: %w: %w", path, ledger.ErrDamaged, err)
	}
	return signedNote{c, note}, nil
}

func signedName(size uint64) string { return fmt.Sprintf("%020d", size) }

// keep notes a checkpoint for ever before anybody sees it. What was signed before is contained in it, and goes. It
// gives errSwept where another process was faster.
func (s signed) keep(c signedNote) error {
	if err := s.makeFolder(); err != nil {
		return fmt.Errorf("note what is signed: %w", err)
	}
	err := atomicfile.Create(filepath.Join(s.folder, signedName(c.Size)), c.note)
	if errors.Is(err, fs.ErrExist) {
		return errors.Join(s.same(c), s.settle())
	}
	if err != nil {
		return fmt.Errorf("note what is signed: %w", err)
	}
	s.sweep(c.Size)
	return nil
}

// makeFolder makes the folder and its name durable.
func (s signed) makeFolder() error {
	err := os.Mkdir(s.folder, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return errors.Join(err, atomicfile.Sync(filepath.Dir(s.folder)))
}

// settle makes the names durable that a process made which may not have lived to do so.
func (s signed) settle() error {
	return errors.Join(atomicfile.Sync(s.folder), atomicfile.Sync(filepath.Dir(s.folder)))
}

// same asks that a checkpoint another process signed meanwhile is the same one.
func (s signed) same(c signedNote) error {
	other, err := s.read(signedName(c.Size))
	if err == nil && other.Root != c.Root {
		err = forked("another root of %d records was signed", c.Size)
	}
	return err
}

// sweep removes what is below a size. If it cannot be, nothing is lost.
func (s signed) sweep(size uint64) {
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		return
	}
	below := []byte(signedName(size))
	for _, entry := range entries {
		if name := entry.Name(); signedNames.MatchString(name) && bytes.Compare([]byte(name), below) < 0 {
			_ = os.Remove(filepath.Join(s.folder, name))
		}
	}
}
