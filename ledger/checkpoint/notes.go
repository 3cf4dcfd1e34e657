package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"syscall"

	"zhangben/ledger"
	"zhangben/ledger/atomicfile"
	"zhangben/ledger/inputfile"
	"zhangben/ledger/proof"
)

// maxNote is in bytes, as package note has it.
const maxNote = 1 << 20

// folderName is the folder of signed checkpoints, in that of the ledger.
const folderName = "checkpoints"

// fileNames are the names of its files: the size in 20 digits. A file is made once and never changed.
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

// lock waits until no other signer of the folder, in this process or another, holds a lock that excludes this one: to
// sign, which makes the folder, excludes all others. A folder that is not there has nothing to be locked.
func (f noteFolder) lock(toSign bool) (unlock func(), err error) {
	how := syscall.LOCK_SH
	if toSign {
		how, err = syscall.LOCK_EX, f.create()
	}
	var dir *os.File
	if err == nil {
		dir, err = os.Open(f.path)
	}
	if err == nil {
		err = syscall.Flock(int(dir.Fd()), how)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		dir.Close()
		return nil, fmt.Errorf("checkpoints that were signed: %w", err)
	}
	return func() { dir.Close() }, nil
}

// last reads the signed checkpoint of the largest size.
func (f noteFolder) last() (signedNote, error) {
	unlock, err := f.lock(false)
	if err != nil {
		return signedNote{}, err
	}
	defer unlock()
	return f.largest()
}

// largest does the same for who holds a lock.
func (f noteFolder) largest() (signedNote, error) {
	names, err := f.sizes()
	if err != nil || len(names) == 0 {
		return signedNote{}, err
	}
	return f.read(names[len(names)-1])
}

// sizes lists the files of checkpoints by their sizes.
func (f noteFolder) sizes() (names []string, err error) {
	entries, err := os.ReadDir(f.path) // by name, so by size
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("checkpoints that were signed: %w", err)
	}
	for _, entry := range entries {
		if fileNames.MatchString(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

// read reads a file of the folder; nothing where there is none.
func (f noteFolder) read(name string) (signedNote, error) {
	path := filepath.Join(f.path, name)
	note, err := inputfile.Read(path, maxNote)
	if errors.Is(err, fs.ErrNotExist) {
		return signedNote{}, nil
	}
	if err != nil {
		return signedNote{}, fmt.Errorf("a checkpoint that was signed: %w", err)
	}
	c, err := proof.ReadCheckpoint(note)
	if err == nil && name != cosignedName && name != fileName(c.Size) {
		err = fmt.Errorf("it is over %d records", c.Size)
	}
	if err != nil {
		return signedNote{}, fmt.Errorf("%s: %w: %w", path, ledger.ErrDamaged, err)
	}
	return signedNote{c, note}, nil
}

// add stores a checkpoint before its signature leaves, and removes the smaller ones, which it contains: where it
// cannot, nothing is lost. The caller holds the lock.
func (f noteFolder) add(c signedNote) error {
	if err := atomicfile.Create(filepath.Join(f.path, fileName(c.Size)), c.note); err != nil {
		return fmt.Errorf("store what is signed: %w", err)
	}
	names, _ := f.sizes()
	for _, name := range names {
		if name < fileName(c.Size) {
			_ = os.Remove(filepath.Join(f.path, name))
		}
	}
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
