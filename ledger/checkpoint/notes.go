package checkpoint

import (
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

// folderName is the folder of signed checkpoints, in that of the ledger.
const folderName = "checkpoints"

// fileNames are the names of its files: the size in 20 digits. A file is made once and never changed, so that several
// processes may sign at a time and the largest size is never lost.
var fileNames = regexp.MustCompile(`^[0-9]{20}$`)

func fileName(size uint64) string { return fmt.Sprintf("%020d", size) }

// noteFolder keeps the checkpoint of the largest size that was signed. It lies beside the log and not in it: a log that
// replaces the one that was signed is found out.
type noteFolder struct{ path string }

// signedNote is a checkpoint that was signed.
type signedNote struct {
	proof.Checkpoint
	note []byte // nil: none was signed yet
}

// errRemoved says that another process has signed a larger checkpoint meanwhile and removed this one: try again.
var errRemoved = errors.New("a signed checkpoint was removed for a larger one")

// maxAttempts is how often another process may be faster.
const maxAttempts = 100

// retry repeats an attempt that another process got in the way of.
func retry(attempt func() ([]byte, error)) (note []byte, err error) {
	for range maxAttempts {
		if note, err = attempt(); !errors.Is(err, errRemoved) {
			break
		}
	}
	return note, err
}

// last reads the signed checkpoint of the largest size.
func (f noteFolder) last() (last signedNote, err error) {
	_, err = retry(func() ([]byte, error) {
		last, err = f.largest()
		return nil, err
	})
	return last, err
}

// largest reads the last file of the folder.
func (f noteFolder) largest() (signedNote, error) {
	entries, err := os.ReadDir(f.path) // by name, so by size
	if errors.Is(err, fs.ErrNotExist) {
		return signedNote{}, nil
	}
	if err != nil {
		return signedNote{}, fmt.Errorf("checkpoints that were signed: %w", err)
	}
	for i := len(entries) - 1; i >= 0; i-- {
		if fileNames.MatchString(entries[i].Name()) {
			return f.read(entries[i].Name())
		}
	}
	return signedNote{}, nil
}

func (f noteFolder) read(name string) (signedNote, error) {
	path := filepath.Join(f.path, name)
	note, err := inputfile.Read(path, maxNote)
	if errors.Is(err, fs.ErrNotExist) {
		err = errRemoved
	}
	if err != nil {
		return signedNote{}, fmt.Errorf("a checkpoint that was signed: %w", err)
	}
	c, err := proof.ReadCheckpoint(note)
	if err == nil && fileName(c.Size) != name {
		err = fmt.Errorf("it is over %d records", c.Size)
	}
	if err != nil {
		return signedNote{}, fmt.Errorf("%s: %w: %w", path, ledger.ErrDamaged, err)
	}
	return signedNote{c, note}, nil
}

// add stores a checkpoint before its signature leaves, and removes the smaller ones, which it contains. It returns
// errRemoved where another process was faster.
func (f noteFolder) add(c signedNote) error {
	if err := f.create(); err != nil {
		return fmt.Errorf("store what is signed: %w", err)
	}
	err := atomicfile.Create(filepath.Join(f.path, fileName(c.Size)), c.note)
	if errors.Is(err, fs.ErrExist) {
		return errors.Join(f.compare(c), f.sync())
	}
	if err != nil {
		return fmt.Errorf("store what is signed: %w", err)
	}
	f.removeBelow(c.Size)
	return nil
}

// create makes the folder and its name durable.
func (f noteFolder) create() error {
	err := os.Mkdir(f.path, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return errors.Join(err, atomicfile.Sync(filepath.Dir(f.path)))
}

// sync makes the names durable that were made by a process that may have died before it did so.
func (f noteFolder) sync() error {
	return errors.Join(atomicfile.Sync(f.path), atomicfile.Sync(filepath.Dir(f.path)))
}

// compare returns ErrForked where another process signed another checkpoint of the same size.
func (f noteFolder) compare(c signedNote) error {
	other, err := f.read(fileName(c.Size))
	if err == nil && other.Root != c.Root {
		err = forked("another root of %d records was signed", c.Size)
	}
	return err
}

// removeBelow removes the checkpoints below a size. Where it cannot, nothing is lost.
func (f noteFolder) removeBelow(size uint64) {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if name := entry.Name(); fileNames.MatchString(name) && name < fileName(size) {
			_ = os.Remove(filepath.Join(f.path, name))
		}
	}
}
