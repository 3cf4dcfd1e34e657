package query

import (
	"context"
	"strconv"

	"zhangben/events"
	"zhangben/projections"
)

// batchFold folds some whole accounts, one batch after the other. Its room is used again, as that of a gathering is.
type batchFold struct {
	replay *replay
	emit   emitFunc
	events []events.Event
	facts  []projections.Fact
	line   []byte
}

// foldBatches folds what comes, until nothing more does.
func (p *replay) foldBatches(ctx context.Context, batches <-chan []keyedText, emit emitFunc) error {
	fold := batchFold{replay: p, emit: emit}
	for batch := range batches {
		if err := fold.batch(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// batch folds records sorted by account.
func (f *batchFold) batch(ctx context.Context, records []keyedText) error {
	clear(f.events)
	f.events, f.facts = resized(f.events, len(records)), resized(f.facts, len(records))
	first := 0
	for i, record := range records {
		if err := f.decode(i, record); err != nil {
			return err
		}
		if i+1 < len(records) && record.first == records[i+1].first {
			continue
		}
		if err := f.account(ctx, f.facts[first:i+1:i+1]); err != nil {
			return err
		}
		first = i + 1
	}
	return nil
}

func (f *batchFold) decode(i int, record keyedText) error {
	seq, err := strconv.ParseUint(record.second, 16, 64)
	if err != nil {
		return err
	}
	f.facts[i] = projections.Fact{Seq: seq, Event: &f.events[i]}
	return f.events[i].ReadContent(record.text)
}

// account folds one account, if that can be done by now.
func (f *batchFold) account(ctx context.Context, own []projections.Fact) error {
	if f.replay.astray.note(own, f.replay.everybody) {
		return nil
	}
	return f.fold(ctx, own, f.replay.everybody)
}

// fold emits the lines of an account's contracts.
func (f *batchFold) fold(ctx context.Context, own, others []projections.Fact) error {
	facts := accountFacts{own[0].Event.Account, own, others}
	book, _, err := facts.book(ctx, f.replay.at)
	if err != nil {
		return err
	}
	for i := range book.Contracts {
		c := &book.Contracts[i]
		f.line = append(c.AppendJSON(f.line[:0]), '\n')
		if err := f.emit(c.ContractID, c.AccountID, f.line); err != nil {
			return err
		}
	}
	return nil
}
