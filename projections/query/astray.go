package query

import (
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections"
)

// astray are the accounts with voids that name no event of theirs: by mistake one of another account, or one that has not
// come. They are few, and what they name may be anywhere in the log; so a replay folds them last, after one more scan.
type astray struct {
	mu    sync.Mutex
	of    map[string][]ledger.Seq  // the records of each, once the scan has found them
	named map[uuid.UUID]ledger.Seq // what their voids name, and 0 while it is not found
}

// note takes an account in if it is one of them.
func (a *astray) note(own, everybody []projections.Fact) bool {
	named := namedElsewhere(own, everybody)
	if len(named) == 0 {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.of[own[0].Event.Account] = nil
	for _, id := range named {
		a.named[id] = 0
	}
	return true
}

// namedElsewhere lists the ids that voids of an account name and that are neither its own nor everybody's.
func namedElsewhere(own, everybody []projections.Fact) (ids []uuid.UUID) {
	for _, fact := range own {
		if void, ok := fact.Event.Data.(*events.Voided); ok {
			ids = append(ids, void.Voids)
		}
	}
	if ids == nil {
		return nil
	}
	here := map[uuid.UUID]bool{}
	for _, facts := range [][]projections.Fact{own, everybody} {
		for _, fact := range facts {
			here[fact.Event.ID] = true
		}
	}
	return slices.DeleteFunc(ids, func(id uuid.UUID) bool { return here[id] })
}

// look notes a record of such an account, or one that is named.
func (a *astray) look(record ledger.Record, head events.Head) error {
	if seqs, ok := a.of[string(head.Account)]; ok {
		a.of[string(head.Account)] = append(seqs, record.Seq)
	}
	if _, ok := a.named[head.ID]; ok {
		a.named[head.ID] = record.Seq
	}
	return nil
}

// find gives the record of an id that is named.
func (a *astray) find(id uuid.UUID) (seq ledger.Seq, found bool, err error) {
	seq = a.named[id]
	return seq, seq != 0, nil
}

// foldAstray folds those accounts.
func (p *replay) foldAstray(ctx context.Context, emit emitFunc) error {
	if len(p.astray.of) == 0 {
		return nil
	}
	if err := p.scan(ctx, p.astray.look); err != nil {
		return err
	}
	fold := batchFold{replay: p, emit: emit}
	for account, seqs := range p.astray.of {
		own, err := p.reader.facts(ctx, seqs)
		if err != nil {
			return err
		}
		named, err := p.reader.named(ctx, account, own, p.at.KnownAt, p.astray.find)
		if err != nil {
			return err
		}
		if err := fold.fold(ctx, own, append(slices.Clip(p.everybody), named...)); err != nil {
			return err
		}
	}
	return nil
}
