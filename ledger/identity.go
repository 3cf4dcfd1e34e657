package ledger

import (
	"fmt"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

// keyID is the key of meta with the ledger's own id. It is absent until the id is first asked for.
var keyID = []byte("id")

// ID returns the random id of this ledger. It is made when it is first asked for; ErrReadOnly says that there is none
// yet and that the log is open for reading only.
func (l *Log) ID() (id uuid.UUID, err error) {
	l.writing.Lock()
	defer l.writing.Unlock()
	err = l.view(func(tx *bolt.Tx) error {
		id, err = readID(tx)
		return err
	})
	if err != nil || id != uuid.Nil {
		return id, err
	}
	fresh, err := uuid.NewRandom()
	if err != nil {
		return uuid.Nil, fmt.Errorf("make the ledger's id: %w", err)
	}
	err = l.update(func(tx *bolt.Tx) error { return putWithCRC(bucketIn(tx, bucketMeta), keyID, fresh[:]) })
	if err != nil {
		return uuid.Nil, fmt.Errorf("keep the ledger's id: %w", err)
	}
	return fresh, nil
}

// readID reads the id; uuid.Nil where there is none yet.
func readID(tx *bolt.Tx) (uuid.UUID, error) {
	if bucketIn(tx, bucketMeta).Get(keyID) == nil {
		return uuid.Nil, nil
	}
	value, err := metaValue(tx, keyID, len(uuid.UUID{}))
	if err != nil {
		return uuid.Nil, err
	}
	return uuid.UUID(value), nil
}
