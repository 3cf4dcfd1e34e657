package ledger

import (
	"errors"

	"zhangben/ledger/boltcheck"
)

// The errors a caller may tell apart.
var (
	// ErrLocked says that another process has the ledger open.
	ErrLocked = errors.New("the ledger is in use by another process")
	// ErrNoLedger says that there is no ledger in the folder, and that none may be made.
	ErrNoLedger = errors.New("no ledger here")
	// ErrFormat says that the file is no ledger, or of a format this program does not know.
	ErrFormat = boltcheck.ErrFormat
	// ErrDamaged says that stored bytes are not what was written.
	ErrDamaged = boltcheck.ErrDamaged
	// ErrUnbound says that the log is bound to no stream.
	ErrUnbound = errors.New("the ledger is not bound to a stream")
	// ErrStreamChanged says that the stream is not the one the log has kept so far.
	ErrStreamChanged = errors.New("the stream is not the one the ledger was bound to")
	// ErrGap says that messages are missing between the position and an arrival.
	ErrGap = errors.New("messages are missing from the stream")
	// ErrStorage says that a write failed: what became of the batch is unknown until the log is opened again.
	ErrStorage = errors.New("the ledger cannot be written")
	// ErrReadOnly says that the log was opened for reading.
	ErrReadOnly = errors.New("the ledger is open for reading only")
	// ErrNotFound says that there is no such record, or no such refused message.
	ErrNotFound = errors.New("not in the ledger")
	// ErrClosed says that the log was closed.
	ErrClosed = errors.New("the ledger is closed")
)
