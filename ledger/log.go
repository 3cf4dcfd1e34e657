package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"zhangben/events/civil"
	"zhangben/ledger/boltcheck"
	"zhangben/ledger/index"
)

// Options say how a ledger is opened. The zero value opens it for appending.
type Options struct {
	ReadOnly bool         // never write, and share the file with other readers
	Logger   *slog.Logger // diagnostics; nil for none

	// Context ends an opening that has to rebuild the index from a long log, with its error; nil: nothing does.
	Context context.Context

	// Unindexed leaves out what is kept in memory of every event, and is for reading only: no event can be looked up
	// by its id, nor those of an account or a contract; to do so panics.
	Unindexed bool

	maxSize   int64 // bytes the file may grow to; 0 for any
	freePages bool  // read the list of free pages even when only reading
	unchecked bool  // do not check the pages: the caller lists all that is wrong
}

// Log is an open ledger. One goroutine at a time appends; any number may read meanwhile, and see only what is
// committed.
type Log struct {
	db     *bolt.DB
	path   string
	logger *slog.Logger

	writing sync.Mutex // held while a commit is made; guards the four fields below
	batch   batch
	tree    tree
	tail    []byte // the records of the last chunk while it is not full, without checksum
	failed  error  // why nothing can be written any more

	created     civil.Instant // when the ledger was made
	indexWriter indexWriter

	*index.Names // the accounts and contracts of its records; nil where it is opened Unindexed

	mu        sync.RWMutex // guards the fields below, and Names; taken for writing only after a commit
	stream    stream       // changed under both locks, so that either suffices to read it
	state     state
	index     *index.Index
	committed chan struct{} // closed by the next commit, or by closing
	closed    bool
}

// lockWait is how long opening waits for another process to release the file.
const lockWait = time.Second

// mapSize is the address space reserved at first, so that growing rarely waits for readers.
const mapSize = 4 << 30

// allocSize is the step in bytes in which the file grows.
const allocSize = 16 << 20

// Open opens the ledger of a folder, and makes both when they are absent. The index is read from its cache, and where
// that is of no use, rebuilt from the whole log. It returns ErrLocked when another process has the ledger, ErrFormat
// when the file is of another format, ErrDamaged when its pages do not form trees or its end is not what was last
// committed, and for reading only ErrNoLedger.
func Open(dir string, o Options) (*Log, error) {
	o.ReadOnly = o.ReadOnly || o.Unindexed
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	db, err := openFile(dir, o)
	if err != nil {
		return nil, err
	}
	l := &Log{
		db: db, path: filepath.Join(dir, FileName), logger: o.Logger,
		committed: make(chan struct{}),
	}
	if err := l.load(o); err != nil {
		return nil, fmt.Errorf("open %s: %w", l.path, errors.Join(err, db.Close()))
	}
	if !o.ReadOnly {
		l.indexWriter.start(l)
	}
	return l, nil
}

// openFile opens the file once it has been inspected: on opening for writing bbolt reads pages, and it overwrites or
// panics at what it finds in a file that is empty or not its own.
func openFile(dir string, o Options) (*bolt.DB, error) {
	if !o.ReadOnly {
		if err := create(dir); err != nil {
			return nil, err
		}
	}
	return openPath(filepath.Join(dir, FileName), o)
}

// openPath opens a ledger that is there, whatever the name of its file.
func openPath(path string, o Options) (*bolt.DB, error) {
	if err := inspect(path, o); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	var db *bolt.DB
	var file *os.File
	err := boltcheck.Guard(func() (err error) {
		db, err = bolt.Open(path, 0o600, &bolt.Options{
			Timeout: lockWait, ReadOnly: o.ReadOnly, FreelistType: bolt.FreelistMapType,
			InitialMmapSize: mapSize, MaxSize: int(o.maxSize), NoStatistics: true, PreLoadFreelist: o.freePages,
			OpenFile: func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
				file, err = os.OpenFile(name, flag, mode)
				return file, err
			},
		})
		return err
	})
	if err != nil {
		file.Close() // where bbolt panicked at a page, its lock would stay
		return nil, fmt.Errorf("open %s: %w", path, mapOpenError(err))
	}
	db.AllocSize = allocSize
	return db, nil
}

// leastSize is that of the two meta pages that a ledger begins with, in bytes.
const leastSize = 2 * pageSize

// inspect checks that the file is a whole ledger, while it is open for reading: nothing writes it then.
func inspect(path string, o Options) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return mapOpenError(err)
	case info.Size() < leastSize:
		return fmt.Errorf("the file has only %d bytes: %w", info.Size(), ErrFormat)
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait, ReadOnly: true})
	if err != nil {
		return mapOpenError(err)
	}
	return errors.Join(inspectOpen(db, o), db.Close())
}

// inspectOpen is inspect for an open file.
func inspectOpen(db *bolt.DB, o Options) error {
	if !o.unchecked {
		if err := boltcheck.Check(db.Path(), !o.ReadOnly); err != nil {
			return err
		}
	}
	return view(db, func(tx *bolt.Tx) error {
		if info, err := os.Stat(db.Path()); err != nil || info.Size() < tx.Size() {
			return errors.Join(err, fmt.Errorf("the file is shorter than %d bytes: %w", tx.Size(), ErrDamaged))
		}
		return checkFormat(tx)
	})
}

// mapOpenError maps the errors of bbolt and the system to those of this package.
func mapOpenError(err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrLocked
	case errors.Is(err, fs.ErrNotExist):
		return ErrNoLedger
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch),
		errors.Is(err, bolterrors.ErrChecksum):
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return err
}

// load reads what the last commit stored, checks the tree against it, and loads the index.
func (l *Log) load(o Options) error {
	err := l.view(func(tx *bolt.Tx) (err error) {
		if l.state, err = readState(tx); err != nil {
			return err
		}
		if l.created, err = readCreated(tx); err != nil {
			return err
		}
		if l.stream, err = readStream(tx, l.state.at.epoch()); err != nil {
			return err
		}
		if err := loadTree(tx, l.state.last, &l.tree); err != nil {
			return err
		}
		l.tail, err = loadTail(tx, l.state.last)
		return err
	})
	if err != nil {
		return err
	}
	if l.tree.root() != l.state.root {
		return fmt.Errorf("the root of %d records is not the one committed: %w", l.state.last, ErrDamaged)
	}
	if o.Unindexed {
		return nil
	}
	return l.loadIndex(o.Context)
}

// loadTail reads the records of the last chunk while it is not full.
func loadTail(tx *bolt.Tx, last Seq) ([]byte, error) {
	if last%chunkRecords == 0 {
		return nil, nil
	}
	body, err := chunkBody(tx, chunkOf(last))
	return bytes.Clone(body), err
}

// Close closes the file. Waiting readers get ErrClosed.
func (l *Log) Close() error {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	l.announce()
	l.mu.Unlock()
	l.indexWriter.stop(l)
	return l.db.Close()
}

// current returns the state as of the last commit.
func (l *Log) current() state {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.state
}

// Position is how far in the stream the log has come.
func (l *Log) Position() Position {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return Position{l.stream.epoch, l.stream.name, l.stream.created, l.state.at.streamSeq()}
}

// Last is the seq of the last record, 0 while there is none.
func (l *Log) Last() Seq { return l.current().last }

// Dir is the folder of the ledger.
func (l *Log) Dir() string { return filepath.Dir(l.path) }

// Size is the length of the file in bytes.
func (l *Log) Size() (int64, error) {
	info, err := os.Stat(l.path)
	if err != nil {
		return 0, fmt.Errorf("size of the ledger: %w", err)
	}
	return info.Size(), nil
}

// view runs a short read transaction.
func (l *Log) view(fn func(*bolt.Tx) error) error { return view(l.db, fn) }

func view(db *bolt.DB, fn func(*bolt.Tx) error) error {
	err := boltcheck.Guard(func() error { return db.View(fn) })
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}

// update runs a write transaction. Any error ends writing: after a failed commit it is unknown what is on the disk. The
// caller holds l.writing.
func (l *Log) update(fn func(*bolt.Tx) error) error {
	if l.failed != nil {
		return l.failed
	}
	if l.db.IsReadOnly() {
		return ErrReadOnly
	}
	err := boltcheck.Guard(func() error { return l.db.Update(fn) })
	switch {
	case errors.Is(err, bolterrors.ErrDatabaseNotOpen):
		return ErrClosed
	case err != nil:
		l.failed = fmt.Errorf("%w: %w", ErrStorage, err)
		l.logger.Error("the ledger cannot be written", "error", err)
	}
	return l.failed
}
