package query

import (
	"encoding/binary"
	"strings"

	"zhangben/events"
	"zhangben/projections"
)

// batchFold folds records that emitRecords emitted, sorted, whole accounts at a time. Its room is used again and again, as
// that of a gathering is.
type batchFold struct {
	events []events.Event
	facts  []projections.Fact
	line   []byte
}

func (f *batchFold) do(p *replay, batch []string, emit func(string) error) error {
	clear(f.events)
	f.events, f.facts = resized(f.events, len(batch)), resized(f.facts, len(batch))
	first := 0
	for i, record := range batch {
		if err := f.decode(i, record); err != nil {
			return err
		}
		if i+1 < len(batch) && accountOf(record) == accountOf(batch[i+1]) {
			continue
		}
		own := f.facts[first : i+1 : i+1]
		first = i + 1
		if p.astray.note(own, p.everybody) {
			continue
		}
		if err := f.emit(p.at, &accountFacts{own[0].Event.Account, own, p.everybody}, emit); err != nil {
			return err
		}
	}
	return nil
}

// accountOf is the account of a record that emitRecords emitted.
func accountOf(record string) string { return record[:strings.IndexByte(record, endOfKey)] }

func (f *batchFold) decode(i int, record string) error {
	rest := record[len(accountOf(record))+1:]
	var seq [8]byte
	copy(seq[:], rest)
	f.facts[i] = projections.Fact{Seq: binary.BigEndian.Uint64(seq[:]), Event: &f.events[i]}
	return f.events[i].ReadContent(rest[len(seq):])
}

// emit folds an account and emits its lines, each behind the ids of its contract and of the account.
func (f *batchFold) emit(at At, facts *accountFacts, emit func(string) error) error {
	book, _ := facts.book(at)
	for i := range book.Contracts {
		c := &book.Contracts[i]
		f.line = append(append(f.line[:0], c.ContractID...), endOfKey)
		f.line = append(append(f.line, c.AccountID...), endOfKey)
		f.line = append(c.AppendJSON(f.line), '\n')
		if err := emit(string(f.line)); err != nil {
			return err
		}
	}
	return nil
}
