package boltcheck

import "errors"

// ErrDamaged says that stored bytes are not what was written.
var ErrDamaged = errors.New("the ledger is damaged")

// ErrFormat says that the file is no ledger, or of a format this program does not know.
var ErrFormat = errors.New("not a ledger this program can read")
