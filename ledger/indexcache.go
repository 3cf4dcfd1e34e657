package ledger

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"zhangben/events/civil"
)

// CacheName is the name of the index cache, which lies beside the ledger. It may be deleted.
const CacheName = "index.cache"

// cacheMark begins an index cache; it changes with the form that doc.go draws.
const cacheMark = "zhangben index 1"

// cacheHeader says of which records an index cache is, and how much is in it. The root tells them from any others.
type cacheHeader struct {
	created   civil.Instant // when the ledger was made
	last      Seq
	root      tlog.Hash // of the records up to last
	key       hashKey
	accounts  uint64
	contracts uint64
}

const cacheHeaderSize = len(cacheMark) + 8 + 8 + tlog.HashSize + 16 + 8 + 8

func (h *cacheHeader) append(dst []byte) []byte {
	dst = appendInstant(append(dst, cacheMark...), h.created)
	dst = binary.BigEndian.AppendUint64(dst, uint64(h.last))
	dst = append(append(dst, h.root[:]...), h.key[:]...)
	dst = binary.BigEndian.AppendUint64(dst, h.accounts)
	return binary.BigEndian.AppendUint64(dst, h.contracts)
}

func parseCacheHeader(b []byte) (h cacheHeader, err error) {
	b, marked := bytes.CutPrefix(b, []byte(cacheMark))
	if !marked || len(b) != cacheHeaderSize-len(cacheMark) {
		return h, errors.New("it is of another form")
	}
	h.created, h.last = instantAt(b), Seq(binary.BigEndian.Uint64(b[8:]))
	b = b[16+copy(h.root[:], b[16:]):]
	b = b[copy(h.key[:], b):]
	h.accounts, h.contracts = binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	if h.accounts > uint64(h.last) || h.contracts > uint64(h.last) {
		return h, errFrame
	}
	return h, nil
}

// check asks that an index cache is of this ledger: of records that it has, under their root.
func (h *cacheHeader) check(tx *bolt.Tx, s state) error {
	created, err := readCreated(tx)
	if err != nil {
		return err
	}
	if h.created != created || h.last == 0 || h.last > s.last {
		return errors.New("it is of another ledger")
	}
	root, err := tlog.TreeHash(int64(h.last), &hashReader{tx: tx})
	if err != nil {
		return err
	}
	if h.root != root {
		return errors.New("it is of other records")
	}
	return nil
}

// readIndexCache reads the indexes out of their cache, and tells up to which record they go. There is room in them for the
// records that came later.
func readIndexCache(tx *bolt.Tx, path string, s state) (*indexes, Seq, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	x, last, err := decodeIndexes(tx, bufio.NewReader(f), info.Size(), s)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return x, last, nil
}

func decodeIndexes(tx *bolt.Tx, from io.Reader, size int64, s state) (*indexes, Seq, error) {
	frames := &frameReader{from: from, left: size}
	b, err := frames.next(nil)
	if err != nil {
		return nil, 0, err
	}
	h, err := parseCacheHeader(b)
	if err != nil {
		return nil, 0, err
	}
	if err := h.check(tx, s); err != nil {
		return nil, 0, err
	}
	x, err := h.indexes(frames, s.last)
	return x, h.last, err
}

// indexes reads what follows the header: names on a second goroutine.
func (h *cacheHeader) indexes(frames *frameReader, room Seq) (*indexes, error) {
	accounts, err := frames.next(nil)
	if err != nil {
		return nil, err
	}
	contracts, err := frames.next(nil)
	if err != nil {
		return nil, err
	}
	x := newIndexes(h.key, room, min(int(h.accounts), len(accounts)), min(int(h.contracts), len(contracts)))
	named := make(chan error, 1)
	go func() { named <- x.readNames(h, accounts, contracts) }()
	err = x.ids.read(frames, h.last)
	return x, errors.Join(err, <-named, frames.end())
}

// readNames reads the accounts and the contracts.
func (x *indexes) readNames(h *cacheHeader, accounts, contracts []byte) error {
	for len(accounts) > 0 {
		name, rest, okName := cutText(accounts)
		last, rest, okLast := cutUvarint(rest)
		differences, rest, ok := cutText(rest)
		if !okName || !okLast || !ok || last == 0 || last > uint64(h.last) {
			return errFrame
		}
		number := x.accounts.numberOf(name)
		if x.accounts.of[number].last != 0 {
			return errFrame
		}
		x.accounts.lists.append(&x.accounts.of[number], differences)
		x.accounts.of[number].last = Seq(last)
		accounts = rest
	}
	for len(contracts) > 0 {
		account, rest, okAccount := cutUvarint(contracts)
		id, rest, ok := cutText(rest)
		if !okAccount || !ok || account >= uint64(len(x.accounts.of)) || !x.contracts.note(uint32(account), id) {
			return errFrame
		}
		contracts = rest
	}
	if uint64(len(x.accounts.of)) != h.accounts || uint64(len(x.contracts.contracts)) != h.contracts {
		return errFrame
	}
	return nil
}

// read reads the ids of the records up to last, a shard after the other.
func (x *idIndex) read(frames *frameReader, last Seq) error {
	var b []byte
	many := 0
	for i := range x.shards {
		var err error
		if b, err = frames.next(b); err != nil {
			return err
		}
		if err := x.shards[i].read(b, last); err != nil {
			return err
		}
		many += x.shards[i].used
	}
	if Seq(many) != last {
		return errFrame
	}
	return nil
}

func (s *idShard) read(b []byte, last Seq) error {
	many := len(b) / 8
	if many*8 != len(b) || many > roomIn(1<<fingerprintBits) {
		return errFrame
	}
	s.reserve(many)
	for ; len(b) > 0; b = b[8:] {
		slot := binary.BigEndian.Uint64(b)
		if seq := seqIn(slot); seq == 0 || seq > last {
			return errFrame
		}
		s.put(slot)
	}
	s.used = many
	return nil
}

func (l *Log) cachePath() string { return filepath.Join(filepath.Dir(l.path), CacheName) }

// saveIndexes writes the index cache under another name, and renames it when it is whole and on the disk.
func (l *Log) saveIndexes() error {
	path := l.cachePath()
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err = l.writeIndexes(f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path+".new"))
	}
	return nil
}

// writeIndexes writes the indexes as of now, while the log may grow: what is known of accounts and contracts is only ever
// appended to, and later ids are told by their seqs. So appending waits for the copy of one shard at most.
func (l *Log) writeIndexes(to io.Writer) error {
	l.mu.RLock()
	names, lists, of := l.accounts.names, l.accounts.lists, slices.Clone(l.accounts.of)
	ids, contracts := l.contracts.ids, l.contracts.contracts
	h := cacheHeader{l.created, l.state.last, l.state.root, l.ids.key, uint64(len(of)), uint64(len(contracts))}
	l.mu.RUnlock()

	frames := &frameWriter{to: to}
	if err := frames.write(h.append(nil)); err != nil {
		return err
	}
	var b []byte
	for number, list := range of {
		b = appendText(b, names.at(uint32(number)))
		b = binary.AppendUvarint(b, uint64(list.last))
		b = lists.bytes(binary.AppendUvarint(b, uint64(list.size)), list)
	}
	if err := frames.write(b); err != nil {
		return err
	}
	b = b[:0]
	for _, c := range contracts {
		b = binary.AppendUvarint(b, uint64(c.account))
		b = appendText(b, ids.at(c.id))
	}
	if err := frames.write(b); err != nil {
		return err
	}
	for i := range l.ids.shards {
		l.mu.RLock()
		b = l.ids.shards[i].append(b[:0], h.last)
		l.mu.RUnlock()
		if err := frames.write(b); err != nil {
			return err
		}
	}
	return nil
}

// append appends the slots of the records up to last.
func (s *idShard) append(dst []byte, last Seq) []byte {
	for _, slot := range s.slots {
		if seq := seqIn(slot); seq > 0 && seq <= last {
			dst = binary.BigEndian.AppendUint64(dst, slot)
		}
	}
	return dst
}
