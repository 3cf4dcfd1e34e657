package foldtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// History is everything known about one account, and the terms.
type History struct {
	Account   string
	Own       []projections.Fact
	Everybody []projections.Fact
}

// Facts counts the facts of a history.
func (h History) Facts() int { return len(h.Own) + len(h.Everybody) }

// Without is the history as if its i-th fact were not known.
func (h History) Without(i int) History {
	if i < len(h.Own) {
		h.Own = slices.Delete(slices.Clone(h.Own), i, i+1)
	} else {
		i -= len(h.Own)
		h.Everybody = slices.Delete(slices.Clone(h.Everybody), i, i+1)
	}
	return h
}

// Shuffled is the history in another order of arrival.
func (h History) Shuffled(rng *rand.Rand) History {
	for _, facts := range []*[]projections.Fact{&h.Own, &h.Everybody} {
		*facts = slices.Clone(*facts)
		rng.Shuffle(len(*facts), func(i, j int) { (*facts)[i], (*facts)[j] = (*facts)[j], (*facts)[i] })
	}
	return h
}

// OfAll is the history of the reserved account of everybody's events.
func (h History) OfAll() History {
	return History{Account: events.All, Own: h.Everybody, Everybody: h.Own}
}

// String writes a history for people, in the order of the fold: a line an event.
func (h History) String() string {
	var text strings.Builder
	for _, e := range slices.Concat(inOrder(h.Everybody), inOrder(h.Own)) {
		var spelled struct{ Data map[string]any }
		if err := json.Unmarshal(e.AppendJSON(nil), &spelled); err != nil {
			return err.Error()
		}
		delete(spelled.Data, "account_id")
		delete(spelled.Data, "currency")
		data, _ := json.Marshal(spelled.Data)
		fmt.Fprintf(&text, "%s  %-22s %s  %s\n", e.Time, e.Kind(), e.ID.String()[:8], data)
	}
	return text.String()
}

// teller makes up a history. It remembers the instants at which something may turn, to aim at them again.
type teller struct {
	*rand.Rand
	account string
	turning []civil.Instant
	theme   []byte // of the life being told
	lines   []*events.Event
	ledgers map[uuid.UUID]bool // lines that the ledger itself wrote
}

// Tell makes up a history of an account: plausible lives of one to three contracts, with nasty accidents.
func Tell(rng *rand.Rand) History {
	t := &teller{Rand: rng, account: "acct-1", ledgers: map[uuid.UUID]bool{}}
	t.terms()
	for i := range 1 + t.IntN(8)/6 + t.IntN(8)/7 {
		t.life(fmt.Sprintf("C%d", i+1))
	}
	t.accountLife()
	t.closes()
	t.corrections()
	return t.history()
}

// history numbers what was told, sometimes as if it had arrived in another order.
func (t *teller) history() History {
	h := History{Account: t.account}
	if t.maybe(50) {
		t.Shuffle(len(t.lines), func(i, j int) { t.lines[i], t.lines[j] = t.lines[j], t.lines[i] })
	}
	for i, e := range t.lines {
		fact := projections.Fact{Seq: uint64(i + 1), Event: e, Recorded: e.Time, ByLedger: t.ledgers[e.ID]}
		if t.maybe(5) {
			fact.Recorded = minus(e.Time, one(t, []civil.Duration{civil.Days(1), civil.Days(2), civil.Days(366)}))
		}
		if e.Account == events.All {
			h.Everybody = append(h.Everybody, fact)
		} else {
			h.Own = append(h.Own, fact)
		}
	}
	return h
}

// Instants picks instants to ask about: at and around the turning points of a history, anywhere, and far in the future.
func (h History) Instants(rng *rand.Rand, n int) (list []civil.Instant) {
	t := &teller{Rand: rng}
	for _, f := range slices.Concat(h.Own, h.Everybody) {
		t.turns(f.Event)
	}
	for range n {
		switch t.IntN(12) {
		case 0:
			list = append(list, t.anyTime(beginning, 2000))
		case 1:
			list = append(list, civil.DateOf(2024+t.IntN(30), 5, 1+t.IntN(31)).End())
		default:
			list = append(list, t.near(one(t, t.turning), 400))
		}
	}
	return list
}

// beginning is the first day on which contracts are ordered.
var beginning = civil.DateOf(2024, 1, 25)

func (t *teller) maybe(percent int) bool { return t.IntN(100) < percent }

func one[T any](t *teller, list []T) T { return list[t.IntN(len(list))] }

// fact notes an event; data is its data without the ids of account and contract.
func (t *teller) fact(at civil.Instant, kind events.Kind, contract string, data map[string]any) *events.Event {
	account := t.account
	if kind == events.KindTermsPublished {
		account = events.All
	}
	return t.factOf(account, at, kind, contract, data)
}

func (t *teller) factOf(account string, at civil.Instant, kind events.Kind, contract string,
	data map[string]any) *events.Event {
	data["account_id"] = account
	if contract != "" {
		data["contract_id"] = contract
	}
	body, err := json.Marshal(map[string]any{
		"specversion": "1.0", "id": t.newID(), "source": "/twin", "type": "billing." + kind.String() + ".v1",
		"time": at.String(), "data": data,
	})
	if err != nil {
		panic(err) // of a test's own making
	}
	e, err := events.DecodeJSON(body)
	if err != nil {
		panic(fmt.Errorf("%s: %w", body, err))
	}
	t.lines = append(t.lines, e)
	t.turns(e)
	return e
}

func (t *teller) newID() uuid.UUID {
	var id uuid.UUID
	for i := range id {
		id[i] = byte(t.IntN(256))
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

// turns remembers the instants that an event makes interesting.
func (t *teller) turns(e *events.Event) {
	t.turning = append(t.turning, e.Time)
	switch d := e.Data.(type) {
	case *events.Ordered:
		t.dueTurns(d.DueDate)
		t.termTurns(e.Time.Date(), d.Term)
	case *events.Renewed:
		t.dueTurns(d.DueDate)
		t.termTurns(e.Time.Date(), d.Term)
	case *events.Provisioned:
		for months := range 4 {
			t.turning = append(t.turning, e.Time.Date().AddMonths(months).End())
		}
	case *events.ChargeAdded:
		t.dueTurns(d.DueDate)
	case *events.Suspended:
		t.turning = append(t.turning, (e.Time.Date() + 30).End())
	case *events.Terminated:
		if notice := d.NoticeAt.At; !notice.IsZero() {
			t.turning = append(t.turning, notice, (notice.Date() + 15).End())
		}
	}
}

func (t *teller) dueTurns(due civil.Date) {
	if !due.IsZero() {
		t.turning = append(t.turning, due.Start(), due.End(), due.End(), (due + 3).End())
	}
}

func (t *teller) termTurns(opening civil.Date, term civil.Term) {
	end := (opening.AddMonths(term.Months()) + civil.Date(term.Days())).End()
	t.turning = append(t.turning, end, end)
}

// anyTime is some time of some day, midnights and their neighbours more often than others.
func (t *teller) anyTime(from civil.Date, days int) civil.Instant {
	day := (from + civil.Date(t.IntN(days))).Start()
	switch t.IntN(8) {
	case 0:
		return day
	case 1:
		return justBefore(minus(day, civil.Seconds(int64(t.IntN(2)))))
	case 2:
		return day.Add(civil.Seconds(1))
	case 3:
		return day.Add(civil.Seconds(int64(t.IntN(86_400)))).Add(duration(ratio(t.Int64N(1e9), 1e9)))
	}
	return day.Add(civil.Seconds(3600 * int64(8+t.IntN(12))))
}

// near is an instant, or one close by, or within some days after.
func (t *teller) near(at civil.Instant, days int) civil.Instant {
	switch t.IntN(9) {
	case 0, 1:
		return at
	case 2:
		return justBefore(at)
	case 3:
		return justAfter(at)
	case 4:
		return minus(at, civil.Seconds(1))
	case 5:
		return at.Add(civil.Seconds(1))
	case 6:
		return at.Add(civil.Seconds(t.Int64N(40_000)))
	}
	return t.anyTime(at.Date(), days)
}

// aimed is a time for the next event of a life: soon after the last, or where something turns.
func (t *teller) aimed(last civil.Instant, days int) civil.Instant {
	if t.maybe(25) {
		return t.near(one(t, t.turning), 1+days/2)
	}
	return t.near(last, days)
}

func (t *teller) amount(about money.Fen) string {
	choices := []money.Fen{about, about, about, about / 2, about + 1, about + 1000, 1 + t.money(2*about),
		1 + t.money(5000)}
	return max(1, one(t, choices)).String()
}

func (t *teller) money(n money.Fen) money.Fen { return money.Fen(t.Int64N(int64(max(1, n)))) }

func (t *teller) fee() money.Fen {
	return one(t, []money.Fen{31_000, 92_000, 100_000, 12_345, 10_000, 1_000_00 / 3, 1, 2, 1 + t.money(500_000)})
}

func (t *teller) date(near civil.Date, days int) string {
	return (near + civil.Date(t.IntN(days))).String()
}
