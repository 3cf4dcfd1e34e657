package query

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections"
)

// Replay folds the whole log and writes the figures of every contract as JSON, one a line, by contract id and then
// account id. It gives the number of lines.
//
// It looks nothing up, so the log may be open without indexes: the records are sorted by account, whole accounts folded,
// and their lines sorted by contract. Memory is the same for any log, but for its largest account. With indexes, 23 bytes
// an event, it took two thirds of the time where the log was in memory, and a visit of the disk for each record where it
// was not.
func (r *Reader) Replay(ctx context.Context, at At, w io.Writer) (lines int, err error) {
	p := &replay{reader: r, at: at, astray: astray{of: map[string][]ledger.Seq{}, named: map[uuid.UUID]ledger.Seq{}}}
	err = sorted(ctx, chunkPieces, p.emitLines, func(line keyedText) error {
		lines++
		_, err := io.WriteString(w, line.text)
		return err
	})
	return lines, err
}

// replay is one under way.
type replay struct {
	reader    *Reader
	at        At
	everybody []projections.Fact // known before the first account is folded
	astray    astray
}

// emitLines emits a line for every contract, in any order: by contract and account.
func (p *replay) emitLines(ctx context.Context, emit emitFunc) error {
	group, groupCtx := errgroup.WithContext(ctx)
	batches := make(chan []keyedText)
	for range workers() {
		group.Go(func() error { return p.foldBatches(groupCtx, batches, emit) })
	}
	group.Go(func() error {
		defer close(batches)
		return p.sendBatches(groupCtx, batches)
	})
	if err := group.Wait(); err != nil {
		return err
	}
	return p.foldAstray(ctx, emit)
}

// sendBatches sends the records account by account, some accounts at a time.
func (p *replay) sendBatches(ctx context.Context, batches chan<- []keyedText) error {
	var batch []keyedText
	send := func() error {
		select {
		case batches <- batch:
			batch = make([]keyedText, 0, gatherRecords)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := sorted(ctx, chunkPieces, p.emitRecords, func(record keyedText) (err error) {
		if n := len(batch); n >= gatherRecords && record.first != batch[n-1].first {
			err = send()
		}
		batch = append(batch, record)
		return err
	})
	if err != nil {
		return err
	}
	return send()
}

// emitRecords emits the records known, by account and seq. Those of everybody it keeps.
func (p *replay) emitRecords(ctx context.Context, emit emitFunc) error {
	var everybody []ledger.Seq
	err := p.scan(ctx, func(record ledger.Record, head events.Head) error {
		if head.Kind.Role() == events.Ledger {
			return nil
		}
		if string(head.Account) == events.All {
			everybody = append(everybody, record.Seq)
			return nil
		}
		return emit(string(head.Account), fmt.Sprintf("%016x", uint64(record.Seq)), record.Content)
	})
	if err == nil {
		p.everybody, err = p.reader.facts(ctx, everybody)
	}
	return err
}

// scan goes through the records known.
func (p *replay) scan(ctx context.Context, fn func(ledger.Record, events.Head) error) error {
	err := p.reader.log.Scan(0, func(record ledger.Record) error {
		if record.Seq > p.at.KnownAt {
			return errStop
		}
		head, err := record.Head()
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		return fn(record, head)
	})
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}
