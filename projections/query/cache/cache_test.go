package cache

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"zhangben/events/civil"
	"zhangben/projections"
)

// decoded is an entry whose facts take some bytes.
func decoded(size int) func(*Entry) { return func(e *Entry) { e.FactBytes = size } }

// answered is an entry whose answers take some bytes.
func answered(size int) func(*Entry) {
	return func(e *Entry) { e.Answers = bytes.Repeat([]byte{1}, size) }
}

func TestBothBoundsHold(t *testing.T) {
	const mostDecoded, most = 1_000, 5_000
	c := New(mostDecoded, most)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		account := random.Uint32N(300)
		switch random.IntN(3) {
		case 0:
			c.Get(account)
		case 1:
			c.Change(account, decoded(random.IntN(150)))
		case 2:
			c.Change(account, answered(random.IntN(150)))
		}
		sumDecoded, sum := 0, 0
		for i := range c.slots {
			if e := c.slots[i].entry; e != nil {
				sumDecoded += e.decodedBytes()
				sum += e.decodedBytes() + len(e.Answers)
			}
		}
		if sumDecoded != c.decoded || sum != c.bytes || sumDecoded > mostDecoded || sum > most {
			t.Fatalf("%d of %d decoded and %d of %d in all, but %d and %d were counted",
				sumDecoded, mostDecoded, sum, most, c.decoded, c.bytes)
		}
	}
	if c.bytes < most/2 {
		t.Errorf("only %d of %d bytes are used", c.bytes, most)
	}
}

func TestFactsGoFirstAndWhatWasFoundStays(t *testing.T) {
	c := New(800, 10_000)
	for account := range uint32(8) {
		c.Change(account, answered(10))
		c.Change(account, decoded(100))
	}
	c.Change(8, decoded(100)) // the hand passes all, and the first loses its facts
	c.Get(1)
	for account := range uint32(3) {
		c.Change(9+account, decoded(100))
	}
	if e := c.Get(0); e.FactBytes != 0 || len(e.Answers) != 10 {
		t.Errorf("the first has %d bytes of facts and %d of answers", e.FactBytes, len(e.Answers))
	}
	if c.Get(1).FactBytes == 0 || c.Get(2).FactBytes != 0 {
		t.Error("the one that was found lost its facts, or the one after it did not")
	}
}

func TestOneAccountTakesAnEighthAtMost(t *testing.T) {
	c := New(800, 10_000)
	c.Change(3, decoded(101))
	if c.Get(3).FactBytes != 0 {
		t.Error("more was kept")
	}
}

func TestABasisHoldsForItsRecordsTermsAndInstants(t *testing.T) {
	from := civil.DateOf(2025, 8, 1).Start()
	until := from.Date().End()
	b := Basis{Last: 7, Global: 2, From: from, Until: until}
	if !b.Holds(from, 7, 2) || !b.Holds(from.Add(civil.Seconds(5)), 7, 2) {
		t.Error("it does not hold within")
	}
	before := from.Add(civil.Duration{}.Sub(civil.Nanosecond))
	if b.Holds(before, 7, 2) || b.Holds(until, 7, 2) || b.Holds(from, 8, 2) || b.Holds(from, 7, 3) {
		t.Error("it holds without")
	}
}

// TestAnswersAreThoseOfFigures spells contracts with all sorts of texts, and asks for them with other clocks.
func TestAnswersAreThoseOfFigures(t *testing.T) {
	product := `a "product", {"contract_id":`
	contracts := []projections.Figures{
		{ContractID: "HT-1", AccountID: "acct-1", Status: projections.Active},
		{ContractID: "HT-1.2", AccountID: "acct-1", Product: &product,
			Exceptions: []projections.Exception{{Message: "\\\x00\u2028"}}},
		{ContractID: "HT-2", AccountID: "acct-1", Principal: -5, Flags: []projections.Flag{projections.FlagOverdue}},
	}
	answers := Spell(contracts)
	asOf := civil.DateOf(2025, 8, 1).Start()
	for _, c := range contracts {
		c.AsOf, c.KnownAtSeq = asOf, 17
		got, found := answers.Append([]byte("before "), c.ContractID, c.AccountID, asOf, 17)
		if want := string(c.AppendJSON([]byte("before "))); !found || string(got) != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
	if got, found := answers.Append(nil, "HT-3", "acct-1", asOf, 17); found {
		t.Errorf("an answer about a contract that is none: %s", got)
	}
	if Spell(make([]projections.Figures, mostAnswers/100)) != nil {
		t.Error("answers of any size are kept")
	}
}
