package index

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/tlog"
)

// cacheMark begins a cache; it changes with the form that doc.go draws.
const cacheMark = "zhangben index 1"

// Identity says of which records an index is: those up to a seq of the ledger made at an instant. The root tells them
// from all others.
type Identity struct {
	Created uint64
	Last    Seq
	Root    tlog.Hash // of the tree of the records
}

// header begins a cache: of which records it is, and how much is in it.
type header struct {
	Identity
	key       Key
	accounts  uint64
	contracts uint64
}

const headerSize = len(cacheMark) + 8 + 8 + tlog.HashSize + 16 + 8 + 8

func (h *header) append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint64(append(dst, cacheMark...), h.Created)
	dst = binary.BigEndian.AppendUint64(dst, uint64(h.Last))
	dst = append(append(dst, h.Root[:]...), h.key[:]...)
	dst = binary.BigEndian.AppendUint64(dst, h.accounts)
	return binary.BigEndian.AppendUint64(dst, h.contracts)
}

func parseHeader(b []byte) (h header, err error) {
	b, marked := bytes.CutPrefix(b, []byte(cacheMark))
	if !marked || len(b) != headerSize-len(cacheMark) {
		return h, errors.New("it is of another form")
	}
	h.Created, h.Last = binary.BigEndian.Uint64(b), Seq(binary.BigEndian.Uint64(b[8:]))
	b = b[16+copy(h.Root[:], b[16:]):]
	b = b[copy(h.key[:], b):]
	h.accounts, h.contracts = binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	if h.accounts > uint64(h.Last) || h.contracts > uint64(h.Last) {
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
	x := New(h.key, room, min(int(h.accounts), len(accounts)), min(int(h.contracts), len(contracts)))
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
	if uint64(len(x.accounts.of)) != h.accounts {
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
	if uint64(len(x.contracts.all)) != h.contracts {
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
