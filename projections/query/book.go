package query

import (
	"context"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections"
	"zhangben/projections/query/cache"
	"zhangben/projections/query/live"
)

// held returns what the cache has of an account, and whether its book and answers are good for a question.
func (r *Reader) held(ctx context.Context, account string, at At) (e cache.Entry, good bool) {
	number, last := r.log.AccountLast(account)
	if last == 0 || last > at.KnownAt {
		return e, false
	}
	e = r.cache.Get(number)
	if e.Basis.Last != last {
		return e, false
	}
	global, err := r.global.upTo(ctx, r, at.KnownAt)
	return e, err == nil && e.Basis.Holds(at.AsOf, last, len(global))
}

// book returns the book of an account, or nil where it has no effective event: the one in the cache if that is good, or
// one folded now and put there. Its clocks are those of its fold, and it must not be changed.
func (r *Reader) book(ctx context.Context, account string, at At) (*projections.Book, error) {
	if held, good := r.held(ctx, account, at); good && held.Book != nil {
		return held.Book, nil
	}
	facts, err := r.load(ctx, account, at.KnownAt)
	if err != nil {
		return nil, err
	}
	folded, err := facts.foldUntil(ctx, at.AsOf)
	if err != nil || !folded.lasts {
		return folded.book, err
	}
	number, _ := r.log.AccountLast(account)
	answers := cache.Spell(folded.book.Contracts)
	r.cache.Change(number, func(e *cache.Entry) {
		e.Basis, e.Book, e.Answers = folded.basis, folded.book, answers
	})
	return folded.book, nil
}

// foldLive folds accounts for package live, and puts their answers into the cache.
func (r *Reader) foldLive(ctx context.Context, b live.Batch,
	visit func(i int, folded live.Folded)) error {
	names := make([]string, len(b.Accounts))
	for i, number := range b.Accounts {
		names[i] = r.log.AccountName(number)
	}
	return r.each(ctx, b.Workers, names, b.Known, func(ctx context.Context, i int, facts *accountFacts) error {
		folded, err := facts.foldUntil(ctx, b.AsOf)
		if err != nil {
			return err
		}
		visit(i, live.Folded{Book: folded.book, Until: folded.basis.Until, Linked: facts.linked})
		if folded.lasts && !b.Ahead {
			answers := cache.Spell(folded.book.Contracts)
			r.cache.Change(b.Accounts[i], func(e *cache.Entry) {
				e.Basis, e.Book, e.Answers = folded.basis, nil, answers
			})
		}
		return nil
	})
}

// foldedBook is a book with what it was folded from.
type foldedBook struct {
	book  *projections.Book // nil where no fact has an effect
	basis cache.Basis
	lasts bool // the book stays as it is on that basis
}

// foldUntil folds the facts. The book does not last where it moves with every instant, or where facts of other accounts
// may change it.
func (f *accountFacts) foldUntil(ctx context.Context, at civil.Instant) (folded foldedBook, err error) {
	book, until, steady, ok, err := projections.FoldUntil(ctx, f.account, f.own, f.others, at)
	folded.basis = cache.Basis{Global: len(f.others), From: at, Until: until}
	if err != nil || !ok {
		return folded, err
	}
	folded.book = &book
	folded.basis.Last = ledger.Seq(f.own[len(f.own)-1].Seq)
	folded.lasts = steady && len(f.linked) == 0 && !slices.ContainsFunc(f.own, isVoid)
	return folded, nil
}

// isVoid reports whether a fact is a void, which may concern other accounts.
func isVoid(f projections.Fact) bool { return f.Event.Kind() == events.KindVoided }
