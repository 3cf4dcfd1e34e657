package index

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/tlog"
)

// cacheMark begins a cache; it changes with the form that doc.go draws.
var cacheMark = [16]byte([]byte("zhangben index 2"))

// Identity says of which records an index is: those up to a seq of the ledger made at an instant. The root tells them
// from all others.
type Identity struct {
	Created uint64
	Last    Seq
	Root    tlog.Hash // of the tree of the records
}

// header begins a cache: of which records it is, and how much is in it.
type header struct {
	Mark [16]byte
	Identity
	Key       Key
	Accounts  uint64
	Contracts uint64
}

func parseHeader(b []byte) (h header, err error) {
	n, err := binary.Decode(b, binary.BigEndian, &h)
	switch {
	case err != nil || n != len(b) || h.Mark != cacheMark:
		return h, errors.New("it is of another form")
	case h.Accounts > uint64(h.Last) || h.Contracts > uint64(h.Last):
		return h, errFrame
	}
	return h, nil
}

// Read reads an index out of a cache, unless check returns an error for the records it is of, and returns the last of
// them. It has room for records up to another.
func Read(path string, room Seq, check func(Identity) error) (*Index, Seq, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	x, last, err := decode(bufio.NewReader(f), info.Size(), room, check)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return x, last, nil
}

func decode(from io.Reader, size int64, room Seq, check func(Identity) error) (*Index, Seq, error) {
	frames := &frameReader{from: from, left: size}
	b, err := frames.next(nil)
	if err != nil {
		return nil, 0, err
	}
	h, err := parseHeader(b)
	if err != nil {
		return nil, 0, err
	}
	if err := check(h.Identity); err != nil {
		return nil, 0, err
	}
	x, err := h.readIndex(frames, room)
	return x, h.Last, err
}

// readIndex reads what follows the header: names on a second goroutine.
func (h *header) readIndex(frames *frameReader, room Seq) (*Index, error) {
	accounts, err := frames.next(nil)
	if err != nil {
		return nil, err
	}
	contracts, err := frames.next(nil)
	if err != nil {
		return nil, err
	}
	x := New(h.Key, room, min(int(h.Accounts), len(accounts)), min(int(h.Contracts), len(contracts)))
	named := make(chan error, 1)
	go func() { named <- errors.Join(x.readAccounts(h, accounts), x.readContracts(h, contracts)) }()
	err = x.ids.read(frames, h.Last)
	return x, errors.Join(err, <-named, frames.end())
}

func (x *Index) readAccounts(h *header, b []byte) error {
	for r := (reader{b: b}); len(r.b) > 0; {
		name, last, differences := r.text(), r.uvarint(), r.text()
		if r.short || last == 0 || last > uint64(h.Last) {
			return errFrame
		}
		number := x.accounts.number(name)
		list := &x.accounts.of[number]
		if list.last != 0 {
			return errFrame
		}
		x.accounts.lists.append(list, differences)
		list.last = Seq(last)
	}
	if uint64(len(x.accounts.of)) != h.Accounts {
		return errFrame
	}
	return nil
}

func (x *Index) readContracts(h *header, b []byte) error {
	for r := (reader{b: b}); len(r.b) > 0; {
		account, id := r.uvarint(), r.text()
		if r.short || account >= uint64(len(x.accounts.of)) || !x.contracts.add(uint32(account), id) {
			return errFrame
		}
	}
	if uint64(len(x.contracts.all)) != h.Contracts {
		return errFrame
	}
	return nil
}

// reader reads numbers and texts off the front of b until it falls short.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) uvarint() uint64 {
	n, width := binary.Uvarint(r.b)
	if width <= 0 {
		r.b, r.short = nil, true
		return 0
	}
	r.b = r.b[width:]
	return n
}

func (r *reader) text() []byte {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.b, r.short = nil, true
		return nil
	}
	text := r.b[:n:n]
	r.b = r.b[n:]
	return text
}

// read reads the ids of the records up to last, a shard after the other.
func (x *table) read(frames *frameReader, last Seq) error {
	var b []byte
	count := 0
	for i := range x.shards {
		var err error
		if b, err = frames.next(b); err != nil {
			return err
		}
		if err := x.shards[i].read(b, last); err != nil {
			return err
		}
		count += x.shards[i].used
	}
	if Seq(count) != last {
		return errFrame
	}
	return nil
}

func (s *Shard) read(b []byte, last Seq) error {
	count := len(b) / 8
	if count*8 != len(b) || count > capacity(1<<fingerprintBits) {
		return errFrame
	}
	s.Reserve(count)
	for ; len(b) > 0; b = b[8:] {
		slot := binary.BigEndian.Uint64(b)
		if seq := seqOf(slot); seq == 0 || seq > last {
			return errFrame
		}
		s.put(slot)
	}
	s.used = count
	return nil
}
