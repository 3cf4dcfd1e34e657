package query

import (
	"context"
	"slices"
	"sort"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections"
)

// globalFacts holds the facts that concern all accounts, decoded once: every fold takes them, and they are few. What
// only the ledger writes changes no figure, and is left out. Facts are never changed, so the slices handed out may be
// shared; the list only grows at its end.
type globalFacts struct {
	growing lock // guards both
	facts   []projections.Fact
	known   ledger.Seq // every fact up to here is in facts
}

// upTo returns the facts known at a sequence number, in order of the log.
func (t *globalFacts) upTo(ctx context.Context, r *Reader, known ledger.Seq) ([]projections.Fact, error) {
	if err := t.growing.lock(ctx); err != nil {
		return nil, err
	}
	defer t.growing.unlock()
	if known = min(known, r.log.Last()); known > t.known {
		if err := t.grow(ctx, r, known); err != nil {
			return nil, err
		}
	}
	n := sort.Search(len(t.facts), func(i int) bool { return t.facts[i].Seq > uint64(known) })
	return t.facts[:n:n], nil
}

func (t *globalFacts) grow(ctx context.Context, r *Reader, known ledger.Seq) error {
	seqs := r.log.AccountSeqs(events.All, known)
	first, _ := slices.BinarySearch(seqs, t.known+1)
	fresh, err := r.facts(ctx, seqs[first:])
	if err != nil {
		return err
	}
	fresh = slices.DeleteFunc(fresh, func(f projections.Fact) bool { return f.Event.Kind().Role() == events.Ledger })
	t.facts = append(t.facts, fresh...)
	t.known = known
	return nil
}
