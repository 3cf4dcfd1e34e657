package bench

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"zhangben/events/civil"
)

// cohort is how many contracts live side by side in the generated history: their events are interleaved, as those of
// many customers are.
const cohort = 64

// eventGenerator makes a deterministic history of valid events: contracts are ordered, paid, provisioned, suffer
// outages, are renewed, and run into arrears, each in one of a few ways of life.
type eventGenerator struct {
	random *rand.Rand
	ids    string    // "v7", ordered by time, or "v4", random
	count  int       // events made so far
	clock  time.Time // of the v7 ids, one millisecond an event
	first  int       // number of the cohort's first contract
	stage  int       // how far the cohort's lives are
	turn   int       // which contract of the cohort is next
}

// newEventGenerator starts the history that belongs to seed, with ids of a version.
func newEventGenerator(seed uint64, ids string) *eventGenerator {
	return &eventGenerator{
		random: rand.New(rand.NewPCG(seed, seed)),
		ids:    ids,
		clock:  time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC),
	}
}

// after leaves out the contracts that n events are of.
func (g *eventGenerator) after(n int) *eventGenerator {
	g.first = (n/(cohort*lifeEvents) + 1) * cohort
	return g
}

// eventsAsJSON makes the next n events, each one structured CloudEvent.
func (g *eventGenerator) eventsAsJSON(n int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = g.next()
	}
	return all
}

func (g *eventGenerator) next() []byte {
	number, stage := g.first+g.turn, g.stage
	g.advance()
	return g.event(number, &lives[number%len(lives)][stage])
}

// advance hands the turn to the next contract, then to the next stage, then to the next cohort.
func (g *eventGenerator) advance() {
	if g.turn++; g.turn < cohort {
		return
	}
	g.turn = 0
	if g.stage++; g.stage < lifeEvents {
		return
	}
	g.stage, g.first = 0, g.first+cohort
}

// eachRound is how many contracts are ordered before the calendar begins again: about nine months of 2025, so that
// however many there are, they lie in the past.
const eachRound = 20_000

// eachAccount is how many contracts an account has.
const eachAccount = 3

// benchAccount names the account of a contract.
func benchAccount(number int) string { return fmt.Sprintf("acct-%06d", number/eachAccount) }

// event spells one event of a contract. Contracts are ordered twenty minutes apart.
func (g *eventGenerator) event(number int, e *lifeEvent) []byte {
	ordered := civil.DateOf(2025, time.January, 2).Start().Add(civil.Seconds(int64(number%eachRound) * 20 * 60))
	at := ordered.Add(civil.Seconds(int64(e.minutes) * 60))
	contract := fmt.Sprintf("HT-2025-%06d", number)
	event := fmt.Appendf(make([]byte, 0, 512), `{"specversion":"1.0","id":"%s","source":"/bench","type":"billing.%s.v1"`,
		g.id(), e.kind)
	ofWallet := strings.HasPrefix(e.kind, "wallet.")
	if !ofWallet {
		event = fmt.Appendf(event, `,"subject":"%s"`, contract)
	}
	event = fmt.Appendf(event, `,"time":"%s","data":{"account_id":"%s"`, at, benchAccount(number))
	if !ofWallet {
		event = fmt.Appendf(event, `,"contract_id":"%s"`, contract)
	}
	if e.data != "" {
		event = append(append(event, ','), withDate(e.data, ordered.Date()+30)...)
	}
	return append(event, "}}"...)
}

// id makes the next event id: version 7 with its millisecond, or version 4.
func (g *eventGenerator) id() uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], g.random.Uint64())
	binary.BigEndian.PutUint64(id[8:], g.random.Uint64())
	version := byte(4)
	if g.ids == "v7" {
		version = 7
		var ms [8]byte
		binary.BigEndian.PutUint64(ms[:], uint64(g.clock.UnixMilli()+int64(g.count)))
		copy(id[:6], ms[2:])
	}
	g.count++
	id[6] = id[6]&0x0f | version<<4
	id[8] = id[8]&0x3f | 0x80
	return id
}

func withDate(data string, date civil.Date) string {
	return strings.Replace(data, "{date}", date.String(), 1)
}
