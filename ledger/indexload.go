package ledger

import (
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
	l.indexWriter.saved = cached
	return l.rebuild(ctx, cached)
}

// rebuild adds the records after a seq to the index: one goroutine their ids, one their names. A third reads the file
// sequentially: bbolt maps it for random access, so on a cold cache the scans would wait for each page.
func (l *Log) rebuild(ctx context.Context, after Seq) error {
	stop := make(chan struct{})
	defer close(stop)
	go readAhead(l.path, after, l.state.last, stop)

	other := make(chan error, 1)
	go func() { other <- l.eachChunk(ctx, after, l.addIDs) }()
	err := l.eachChunk(ctx, after, l.index.AddHeads)
	return errors.Join(err, <-other)
}

// addIDs adds the ids of a chunk to the index.
func (l *Log) addIDs(first Seq, heads []events.Head) {
	var hashes [chunkRecords]uint64
	for i := range heads {
		hashes[i] = l.index.Hash(heads[i].ID)
	}
	l.index.Prefetch(hashes[:len(heads)])
	l.index.AddIDs(first, hashes[:len(heads)])
}

// eachChunk goes through the heads of the records after a seq, those of a chunk at a time.
func (l *Log) eachChunk(ctx context.Context, after Seq, fn func(first Seq, heads []events.Head)) error {
	next := firstOf(chunkOf(after + 1))
	heads := make([]events.Head, 0, chunkRecords)
	err := l.view(func(tx *bolt.Tx) (err error) {
		cursor := bucketIn(tx, bucketRecords).Cursor()
		for key, value := cursor.Seek(key8(chunkOf(next))); key != nil; key, value = cursor.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			if heads, err = headsOf(key, value, next, heads[:0]); err != nil {
				return err
			}
			known := min(max(next, after+1)-next, Seq(len(heads)))
			fn(next+known, heads[known:])
			next += Seq(len(heads))
		}
		return nil
	})
	if err == nil && next != l.state.last+1 {
		err = fmt.Errorf("%d records, %d were committed: %w", next-1, l.state.last, ErrDamaged)
	}
	return err
}

// headsOf reads the heads of one chunk, whose first record must be next.
func headsOf(key, value []byte, next Seq, heads []events.Head) ([]events.Head, error) {
	chunk, err := chunkNumber(key)
	if err != nil {
		return nil, err
	}
	if firstOf(chunk) != next {
		return nil, fmt.Errorf("chunk %d is where record %d should begin: %w", chunk, next, ErrDamaged)
	}
	body, err := checkCRC(key, value)
	if err != nil {
		return nil, err
	}
	err = eachInChunk(chunk, body, func(r Record) error {
		head, err := r.Head()
		if err != nil {
			return fmt.Errorf("record %d: %w: %w", r.Seq, ErrDamaged, err)
		}
		heads = append(heads, head)
		return nil
	})
	return heads, err
}

// readAhead brings the file into the page cache, from about where the records after a seq and up to the last are: the
// file has them nearly in their order. It is only for speed, so errors are ignored and its end is not waited for.
func readAhead(path string, after, last Seq, stop <-chan struct{}) {
	if after == last {
		return
	}
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return
	}
	block := make([]byte, 1<<20)
	for at := size / int64(last) * int64(after); ; at += int64(len(block)) {
		select {
		case <-stop:
			return
		default:
		}
		if _, err := f.ReadAt(block, at); err != nil {
			return
		}
	}
}
