package query

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections"
)

// Questions about many accounts read their records some accounts at a time, in the order of the log: neighbours in the
// log come out of one look at their chunk, which bbolt has to find and whose checksum has to be worked out.

const (
	// batchAccounts is how many accounts a worker takes on at a time.
	batchAccounts = 64

	// batchRecords is how many records are enough to be held decoded at a time.
	batchRecords = 8192
)

// each gathers the facts of accounts, side by side with some workers at most, and calls do with the place of each
// account and its facts, in any order.
func (r *Reader) each(ctx context.Context, most int, accounts []string, known ledger.Seq,
	do func(ctx context.Context, i int, facts *accountFacts) error) error {
	return r.parallel(ctx, most, (len(accounts)+batchAccounts-1)/batchAccounts, func(ctx context.Context, n int) error {
		first := n * batchAccounts
		some := accounts[first:min(first+batchAccounts, len(accounts))]
		return r.eachOf(ctx, some, known, func(i int, facts *accountFacts) error {
			return do(ctx, first+i, facts)
		})
	})
}

// eachOf does so for some accounts, with no more records in memory than it must.
func (r *Reader) eachOf(ctx context.Context, accounts []string, known ledger.Seq,
	do func(i int, facts *accountFacts) error) error {
	g := batchReaders.Get().(*batchReader)
	defer batchReaders.Put(g)
	for first := 0; first < len(accounts); {
		after := g.want(r, accounts, first, known)
		if err := g.read(ctx, r); err != nil {
			return err
		}
		for i := range after - first {
			all, err := r.withOthers(ctx, accounts[first+i], g.own(i), known)
			if err != nil {
				return err
			}
			if err := do(first+i, &all); err != nil {
				return err
			}
		}
		first = after
	}
	return nil
}

// batchReader is the records of some accounts, and room for them that is used again for the next. Figures keep texts,
// never events; the texts are not used again.
type batchReader struct {
	seqs   []ledger.Seq   // account by account
	ends   []int          // where in seqs each account's end
	wanted []wantedRecord // the same in order of the log
	sorted []ledger.Seq   // of wanted, each once
	firsts []int          // where in wanted each of them comes first
	decoding
}

// wantedRecord is a record, and its place in seqs. That a contract passed is a record of two accounts.
type wantedRecord struct {
	seq   ledger.Seq
	place int
}

var batchReaders = sync.Pool{New: func() any { return new(batchReader) }}

// want lists the records of accounts from a first one on, until there are enough, and returns the account that is next.
func (g *batchReader) want(r *Reader, accounts []string, first int, known ledger.Seq) (after int) {
	g.seqs, g.ends, g.wanted, g.sorted = g.seqs[:0], g.ends[:0], g.wanted[:0], g.sorted[:0]
	g.firsts = g.firsts[:0]
	for after = first; after < len(accounts) && len(g.seqs) < batchRecords; after++ {
		g.seqs = r.log.AppendAccountSeqs(g.seqs, accounts[after], known)
		g.ends = append(g.ends, len(g.seqs))
	}
	for place, seq := range g.seqs {
		g.wanted = append(g.wanted, wantedRecord{seq, place})
	}
	slices.SortFunc(g.wanted, func(a, b wantedRecord) int { return cmp.Compare(a.seq, b.seq) })
	for n, w := range g.wanted {
		if n == 0 || w.seq != g.wanted[n-1].seq {
			g.sorted, g.firsts = append(g.sorted, w.seq), append(g.firsts, n)
		}
	}
	return after
}

// read decodes the records wanted.
func (g *batchReader) read(ctx context.Context, r *Reader) error {
	clear(g.events)
	g.events, g.facts = resized(g.events, len(g.seqs)), resized(g.facts, len(g.seqs))
	g.texts = strings.Builder{}
	err := g.decoding.read(ctx, r.log, g.sorted, func(n int) int { return g.wanted[g.firsts[n]].place })
	for n := 1; n < len(g.wanted); n++ {
		if again := g.wanted[n]; again.seq == g.wanted[n-1].seq {
			g.facts[again.place] = g.facts[g.wanted[n-1].place]
		}
	}
	return err
}

// decoding is where events are decoded to, with one allocation for all of them and one for their texts.
type decoding struct {
	events []events.Event // in order of the log
	facts  []projections.Fact
	texts  strings.Builder
}

// usualContent is about how long the content of an event is, in bytes.
const usualContent = 112

// recordsPerLook is after how many records a context is looked at: some tens of microseconds.
const recordsPerLook = 64

// read decodes the records of ascending seqs; place returns where in facts the nth goes.
func (d *decoding) read(ctx context.Context, log *ledger.Log, seqs []ledger.Seq, place func(n int) int) error {
	d.texts.Grow(len(seqs) * usualContent)
	next := 0
	return log.Records(seqs, func(record ledger.Record) error {
		if next%recordsPerLook == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		event := &d.events[next]
		d.facts[place(next)] = projections.Fact{Seq: uint64(record.Seq), Event: event, Recorded: record.Recorded,
			ByLedger: record.ByLedger()}
		next++
		from := d.texts.Len()
		d.texts.Write(record.Content)
		return event.ReadContent(d.texts.String()[from:])
	})
}

// resized is list with another length; what it held before may show again.
func resized[T any](list []T, n int) []T { return slices.Grow(list[:0], n)[:n] }

// own returns the facts of an account.
func (g *batchReader) own(i int) []projections.Fact {
	from := 0
	if i > 0 {
		from = g.ends[i-1]
	}
	return g.facts[from:g.ends[i]:g.ends[i]]
}
