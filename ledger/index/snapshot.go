package index

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
)

// Snapshot is an index as of one moment, to be saved while the index grows.
type Snapshot struct {
	header    header
	names     names
	lists     seqLists
	of        []seqList
	ids       names
	contracts []contract
	table     *table
}

// Snapshot takes one, while nothing is added to the index. What is known of accounts and contracts is only ever
// appended to, and later ids are told by their seqs, so little is copied.
func (x *Index) Snapshot(of Identity) *Snapshot {
	return &Snapshot{
		header{cacheMark, of, x.key, uint64(len(x.accounts.of)), uint64(len(x.contracts.all))},
		x.accounts.names, x.accounts.lists, slices.Clone(x.accounts.of), x.contracts.ids, x.contracts.all, &x.ids,
	}
}

// Save writes the snapshot to a file, unless ctx ends first: then the file stays as it was. It holds lock, which
// keeps the index from being added to, for the copy of one shard at a time.
func (s *Snapshot) Save(ctx context.Context, path string, lock sync.Locker) error {
	fresh := path + ".new"
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err = s.write(ctx, f, lock); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	return nil
}

func (s *Snapshot) write(ctx context.Context, to io.Writer, lock sync.Locker) error {
	frames := &frameWriter{to: to}
	b, err := binary.Append(nil, binary.BigEndian, s.header)
	if err != nil {
		return err
	}
	if err := frames.write(b); err != nil {
		return err
	}
	b = s.appendAccounts(b[:0])
	if err := frames.write(b); err != nil {
		return err
	}
	b = s.appendContracts(b[:0])
	if err := frames.write(b); err != nil {
		return err
	}
	for i := range s.table.shards {
		if err := ctx.Err(); err != nil {
			return err
		}
		lock.Lock()
		b = s.table.shards[i].append(b[:0], s.header.Last)
		lock.Unlock()
		if err := frames.write(b); err != nil {
			return err
		}
	}
	return nil
}

func (s *Snapshot) appendAccounts(b []byte) []byte {
	for number, list := range s.of {
		b = appendText(b, s.names.at(uint32(number)))
		b = binary.AppendUvarint(b, uint64(list.last))
		b = s.lists.bytes(binary.AppendUvarint(b, uint64(list.size)), list)
	}
	return b
}

func (s *Snapshot) appendContracts(b []byte) []byte {
	for _, c := range s.contracts {
		b = appendText(binary.AppendUvarint(b, uint64(c.account)), s.ids.at(c.id))
	}
	return b
}

func appendText(b, text []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// append appends the slots of the records up to last.
func (s *Shard) append(dst []byte, last Seq) []byte {
	for _, slot := range s.slots {
		if seq := seqOf(slot); seq > 0 && seq <= last {
			dst = binary.BigEndian.AppendUint64(dst, slot)
		}
	}
	return dst
}
