package ledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger/index"
)

// CacheName is the name of the index cache, which lies beside the ledger. It may be deleted.
const CacheName = "index.cache"

func (l *Log) cachePath() string { return filepath.Join(l.Dir(), CacheName) }

// identity says of which records an index is.
func (s state) identity(created civil.Instant) index.Identity {
	return index.Identity{Created: binary.BigEndian.Uint64(appendInstant(nil, created)), Last: s.last, Root: s.root}
}

// readIndexCache reads the index of some or all records of a state, with room for all, and the last record it has.
func readIndexCache(tx *bolt.Tx, path string, s state) (*index.Index, Seq, error) {
	return index.Read(path, s.last, func(of index.Identity) error {
		created, err := readCreated(tx)
		if err != nil {
			return err
		}
		if of.Created != s.identity(created).Created || of.Last == 0 || of.Last > s.last {
			return errors.New("it is of another ledger")
		}
		root, err := tlog.TreeHash(int64(of.Last), &hashReader{tx: tx})
		if err != nil {
			return err
		}
		if of.Root != root {
			return errors.New("it is of other records")
		}
		return nil
	})
}

// loadIndex reads the index from its cache, where there is one of this ledger, and adds the records that came later;
// without a cache, all of them.
func (l *Log) loadIndex(ctx context.Context) error {
	var cached Seq
	err := l.view(func(tx *bolt.Tx) (err error) {
		l.index, cached, err = readIndexCache(tx, l.cachePath(), l.state)
		return err
	})
	if err != nil {
		l.index, cached = index.New(index.NewKey(), l.state.last, 0, 0), 0
	}
	if err != nil && l.state.last > 0 {
		l.logger.Info("the indexes are rebuilt from the records", "records", l.state.last, "because", err)
	}
	l.Names = l.index.Names
	l.Names.GuardWith(&l.mu)
	l.indexWriter.saved = cached
	return l.rebuild(ctx, cached)
}

// rebuild adds the records after a seq to the index: one goroutine their ids, one their names. A third reads the file
// sequentially: bbolt maps it for random access, so on a cold cache the scans would wait for each page.
func (l *Log) rebuild(ctx context.Context, after Seq) error {
	defer readAhead(l.path, after, l.state.last)()
	ids := make(chan error, 1)
	go func() { ids <- l.heads(ctx, after, func(seq Seq, head events.Head) { l.index.AddID(seq, head.ID) }) }()
	err := l.heads(ctx, after, l.index.AddNames)
	return errors.Join(err, <-ids, l.view(func(tx *bolt.Tx) error { return checkChunks(tx, after, l.state.last) }))
}

// checkChunks checks that there are the chunks of the records after a seq and up to the last, and no others.
func checkChunks(tx *bolt.Tx, after, last Seq) error {
	next, end := chunkOf(after+1), chunkOf(last+chunkRecords)
	cursor := bucketIn(tx, bucketRecords).Cursor()
	for key, _ := cursor.Seek(key8(next)); key != nil; key, _ = cursor.Next() {
		if next == end || !bytes.Equal(key, key8(next)) {
			return fmt.Errorf("chunk %x is where chunk %x of %x should be: %w", key, next, end, ErrDamaged)
		}
		next++
	}
	return nil
}

// heads calls fn with the heads of the records after a seq.
func (l *Log) heads(ctx context.Context, after Seq, fn func(Seq, events.Head)) error {
	return l.Scan(after, func(r Record) error {
		head, err := r.Head()
		if err != nil {
			return fmt.Errorf("record %d: %w: %w", r.Seq, ErrDamaged, err)
		}
		fn(r.Seq, head)
		return ctx.Err()
	})
}

// readAhead brings the file into the page cache, from about where the records after a seq and up to the last are, until
// stop is called: the file has them nearly in their order. It is only for speed, so errors are ignored.
func readAhead(path string, after, last Seq) (stop func()) {
	f, err := os.Open(path)
	if err != nil || after == last {
		return func() { f.Close() }
	}
	go func() {
		size, _ := f.Seek(0, io.SeekEnd)
		_, _ = f.Seek(size/int64(last)*int64(after), io.SeekStart)
		_, _ = io.Copy(io.Discard, f)
	}()
	return func() { f.Close() }
}
