// Package eventtest makes valid events for tests: from one seed always the same ones.
package eventtest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// Builder makes one random event after the other. Their accounts, contracts, units and outages come from few names, so
// that events meet one another.
type Builder struct {
	random *rand.Rand
	made   uint64
	ids    []uuid.UUID // of the events made so far, for events that name others
}

// New returns a builder; the seed decides everything it makes.
func New(seed uint64) *Builder { return &Builder{random: rand.New(rand.NewPCG(seed, 0))} }

// Any makes an event of a random kind.
func (b *Builder) Any() *events.Event { return b.Event(pick(b, events.Kinds())) }

// Event makes an event of a kind.
func (b *Builder) Event(k events.Kind) *events.Event {
	e := &events.Event{ID: b.id(), Source: "/test", Time: b.instant(), Account: b.name("acct", 5)}
	e.Data = b.data(k, e)
	switch k {
	case events.KindTermsPublished, events.KindPeriodClosed, events.KindRejectionDismissed:
		e.Account = events.All
	case events.KindToppedUp, events.KindPaidOut:
	default:
		e.Contract = b.name("HT", 5)
		e.HasSubject = b.maybe()
	}
	b.extend(e)
	b.ids = append(b.ids, e.ID)
	return e
}

// JSON is e as a CloudEvent in structured mode.
func JSON(e *events.Event) []byte { return e.AppendJSON(nil) }

// extend adds an extension to some events, and unknown members to others.
func (b *Builder) extend(e *events.Event) {
	if b.random.IntN(8) == 0 {
		partition := fmt.Sprint(b.random.IntN(100))
		e.Extensions = []events.Extension{{Name: "partition", Value: partition}, {Name: "trace", Value: `"账本"`}}
	}
	if b.random.IntN(8) == 0 {
		e.Extra = []byte(`{"note":"备注","tags":["a",1.50,{"b":null}]}`)
	}
}

// id makes an id of version 7 in the order of making.
func (b *Builder) id() (id uuid.UUID) {
	b.made++
	binary.BigEndian.PutUint64(id[:8], b.made<<16)
	binary.BigEndian.PutUint64(id[8:], b.random.Uint64())
	id[6] = id[6]&0x0F | 0x70
	id[8] = id[8]&0x3F | 0x80
	return id
}

// instant returns a moment of 2025, mostly in whole minutes.
func (b *Builder) instant() civil.Instant {
	start, _ := civil.DateOf(2025, time.January, 1).Start().Unix()
	sec, nsec := start+60*b.random.Int64N(365*24*60), int32(0)
	if b.random.IntN(8) == 0 {
		nsec = b.random.Int32N(1_000_000_000)
	}
	return civil.Unix(sec, nsec)
}

func (b *Builder) spelled() events.SpelledInstant {
	at := b.instant()
	return events.SpelledInstant{At: at, Text: at.String()}
}

func (b *Builder) spelledOpt() events.SpelledInstant {
	if b.maybe() {
		return events.SpelledInstant{}
	}
	return b.spelled()
}

func (b *Builder) date() civil.Date { return b.instant().Date() }

func (b *Builder) maybe() bool { return b.random.IntN(2) == 0 }

// dateOpt, nameOpt and the like leave out half of what they make.
func (b *Builder) dateOpt() civil.Date {
	if b.maybe() {
		return 0
	}
	return b.date()
}

func (b *Builder) name(kind string, n int) string {
	return fmt.Sprintf("%s-%d", kind, 1+b.random.IntN(n))
}

func (b *Builder) nameOpt(names ...string) string {
	if b.maybe() {
		return ""
	}
	return pick(b, names)
}

func (b *Builder) units() []string { return []string{"u1", "u2", "u3"}[:1+b.random.IntN(3)] }

func (b *Builder) unitsOpt() []string {
	if b.maybe() {
		return nil
	}
	return b.units()
}

// amount is up to 10,000 yuan, now and then in whole yuan and spelled so.
func (b *Builder) amount() money.Amount {
	fen := money.Fen(1 + b.random.Int64N(1_000_000))
	if b.random.IntN(4) == 0 {
		return money.Amount{Fen: fen * 100}
	}
	return money.Amount{Fen: fen, Decimals: 2}
}

// fee is an amount, or zero for a trial.
func (b *Builder) fee(trial events.Flag) money.Amount {
	if trial == events.FlagTrue {
		return *b.amountZero()
	}
	return b.amount()
}

func (b *Builder) amountZero() *money.Amount {
	if b.maybe() {
		return &money.Amount{Decimals: 2}
	}
	a := b.amount()
	return &a
}

func (b *Builder) term() civil.Term {
	return pick(b, []civil.Term{
		{Count: 1, Unit: civil.Year}, {Count: 12, Unit: civil.Month}, {Count: 1, Unit: civil.Month},
		{Count: 3, Unit: civil.Month}, {Count: 30, Unit: civil.Day},
	})
}

// earlier is the id of an event made before, or of none.
func (b *Builder) earlier() uuid.UUID {
	if len(b.ids) == 0 {
		return uuid.UUID{15: 1}
	}
	return pick(b, b.ids)
}

// number picks a value of an enumeration whose last value is last.
func number[T ~uint8](b *Builder, last T) T { return 1 + T(b.random.IntN(int(last))) }

// numberOpt picks one too, or none.
func numberOpt[T ~uint8](b *Builder, last T) T { return T(b.random.IntN(int(last) + 1)) }

func pick[T any](b *Builder, from []T) T { return from[b.random.IntN(len(from))] }
