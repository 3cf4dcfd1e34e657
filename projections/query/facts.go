package query

import (
	"context"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections"
	"zhangben/projections/query/cache"
)

// accountFacts are what a fold of one account takes.
type accountFacts struct {
	account     string
	own, others []projections.Fact
	linked      []string // other accounts whose facts decide
}

// manyRecords are read by one asker at a time, and serve those who waited: what many would read at once, most of it for
// clients that are gone by then, filled the memory.
const manyRecords = 2_000

// load reads the facts of an account that is asked about for itself. Those in the cache are not read, and those read
// are put there.
func (r *Reader) load(ctx context.Context, account string, known ledger.Seq) (accountFacts, error) {
	number, last := r.log.AccountLast(account)
	if account == events.All || last == 0 {
		return accountFacts{account: account}, nil
	}
	seqs := r.log.AccountSeqs(account, known)
	held := r.cache.Get(number)
	if len(seqs)-len(held.Facts) >= manyRecords {
		if err := r.reading.lockInTurn(ctx); err != nil {
			return accountFacts{}, err
		}
		defer r.reading.unlock()
		held = r.cache.Get(number)
	}
	n := min(len(held.Facts), len(seqs))
	own := held.Facts[:n:n]
	if len(own) < len(seqs) {
		fresh, bytes, err := r.measuredFacts(ctx, seqs[len(own):])
		if err != nil {
			return accountFacts{}, err
		}
		own = append(own, fresh...)
		r.cache.Change(number, func(e *cache.Entry) {
			if len(own) > len(e.Facts) {
				e.Facts, e.FactBytes = own, held.FactBytes+bytes
			}
		})
	}
	return r.withOthers(ctx, account, own, known)
}

// loadInPassing reads the facts of one of many accounts.
func (r *Reader) loadInPassing(ctx context.Context, account string, known ledger.Seq) (accountFacts, error) {
	own, err := r.facts(ctx, r.log.AccountSeqs(account, known))
	if err != nil {
		return accountFacts{}, err
	}
	return r.withOthers(ctx, account, own, known)
}

// withOthers adds what a fold takes beside an account's own facts. The reserved account of global events has no
// book, and no facts here.
func (r *Reader) withOthers(ctx context.Context, account string, own []projections.Fact,
	known ledger.Seq) (accountFacts, error) {
	if account == events.All || len(own) == 0 {
		return accountFacts{account: account}, nil
	}
	others, linked, err := r.others(ctx, account, own, nil, known)
	return accountFacts{account, own, others, linked}, err
}

// book folds the facts; without any there is none.
func (f *accountFacts) book(ctx context.Context, at At) (projections.Book, bool, error) {
	return f.bookUnder(ctx, at, nil)
}

// bookUnder folds the facts as if parameters had been part of all terms.
func (f *accountFacts) bookUnder(ctx context.Context, at At,
	params *events.Params) (book projections.Book, ok bool, err error) {
	if len(f.own) == 0 {
		return book, false, nil
	}
	book, ok, err = projections.FoldUnder(ctx, f.account, f.own, f.others, at.AsOf, params)
	book.Account.KnownAtSeq = uint64(at.KnownAt)
	for i := range book.Contracts {
		book.Contracts[i].KnownAtSeq = uint64(at.KnownAt)
	}
	return book, ok, err
}

// others returns what a fold takes beside the account's own facts: the global ones, those events of other accounts that
// a void of this one names by mistake, and the facts of accounts between which contracts passed, some of which are
// supposed.
func (r *Reader) others(ctx context.Context, account string, own, supposed []projections.Fact,
	known ledger.Seq) (others []projections.Fact, linked []string, err error) {
	global, err := r.global.upTo(ctx, r, known)
	if err != nil {
		return nil, nil, err
	}
	named, err := r.named(ctx, account, own, known, r.log.Find)
	if err != nil {
		return nil, nil, err
	}
	theirs, linked, err := projections.Linked(account, own, func(id string) ([]projections.Fact, error) {
		facts, err := r.facts(ctx, r.log.AccountSeqs(id, known))
		return append(facts, concerning(id, supposed)...), err
	})
	return append(append(global, named...), theirs...), linked, err
}

// concerning picks the facts of an account, contracts passing to it included.
func concerning(account string, facts []projections.Fact) (list []projections.Fact) {
	for _, f := range facts {
		if f.Event.Account == account || f.Event.PassesTo() == account {
			list = append(list, f)
		}
	}
	return list
}

// named returns the events of other accounts that voids of this one name; find looks an event id up.
func (r *Reader) named(ctx context.Context, account string, own []projections.Fact, known ledger.Seq,
	find func(uuid.UUID) (ledger.Seq, bool, error)) (others []projections.Fact, err error) {
	for _, fact := range own {
		void, ok := fact.Event.Data.(*events.Voided)
		if !ok {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		seq, found, err := find(void.Voids)
		if err != nil {
			return nil, err
		}
		if !found || seq > known {
			continue
		}
		named, err := r.facts(ctx, []ledger.Seq{seq})
		if err != nil {
			return nil, err
		}
		if whose := named[0].Event.Account; whose != account && whose != events.All {
			others = append(others, named...)
		}
	}
	return others, nil
}

// facts decodes the records of the sequence numbers given.
func (r *Reader) facts(ctx context.Context, seqs []ledger.Seq) ([]projections.Fact, error) {
	facts, _, err := r.measuredFacts(ctx, seqs)
	return facts, err
}

// measuredFacts decodes the records of the sequence numbers given, and returns about how much memory they take, in
// bytes.
func (r *Reader) measuredFacts(ctx context.Context, seqs []ledger.Seq) ([]projections.Fact, int, error) {
	d := decoding{events: make([]events.Event, len(seqs)), facts: make([]projections.Fact, len(seqs))}
	err := d.read(ctx, r.log, seqs, func(n int) int { return n })
	return d.facts, len(seqs)*factBytes + d.texts.Len(), err
}

// factBytes is about how much memory a decoded fact takes beside the text it was decoded from.
const factBytes = 512
