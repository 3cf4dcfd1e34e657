package projections_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
	"zhangben/projections/foldtest"
)

// spelledByReflection is what encoding/json makes of a value, without escapes for HTML.
func spelledByReflection(t testing.TB, value any) string {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
}

func sameSpelling(t *testing.T, name string, byHand []byte, value any) {
	t.Helper()
	if want := spelledByReflection(t, value); string(byHand) != want {
		t.Errorf("%s: by hand\n%s\nby reflection\n%s", name, byHand, want)
	}
}

func TestFiguresOfAnyHistoryAreSpelledAsByReflection(t *testing.T) {
	eachHistory(t, 500, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		for _, at := range h.Instants(rng, 3) {
			book, ok := fold(h.Account, h.Own, h.Everybody, at)
			if !ok {
				continue
			}
			sameSpelling(t, name, book.Account.AppendJSON(nil), &book.Account)
			for i := range book.Contracts {
				sameSpelling(t, name, book.Contracts[i].AppendJSON(nil), &book.Contracts[i])
			}
		}
	})
}

func TestUnusualFiguresAreSpelledAsByReflection(t *testing.T) {
	limit := money.Fen(-5)
	for name, f := range map[string]projections.Figures{
		"nothing": {},
		"empty lists": {Flags: []projections.Flag{}, Units: []projections.UnitFigures{},
			Claims: []projections.Claim{}},
		"a cap below zero":       {Claims: []projections.Claim{{Cap: &limit}, {Amount: money.MaxFen}}},
		"texts to be escaped":    {ContractID: "a\"b\\c\n\x00\x7f", AccountID: "<账本>&\u2028\xff"},
		"a quote alone":          {ContractID: `"`, AccountID: `\`},
		"a line separator alone": {ContractID: "\u2028", AccountID: "\x1f"},
		"a fraction of a second": {AsOf: civil.Unix(1_756_684_800, 120_000_000), KnownAtSeq: 1<<53 + 1},
	} {
		sameSpelling(t, name, f.AppendJSON([]byte{}), &f)
	}
	sameSpelling(t, "an empty account", new(projections.AccountFigures).AppendJSON(nil), projections.AccountFigures{})
}

// yearlyFigures are those of a contract of ten events.
func yearlyFigures() *projections.Figures {
	h := foldtest.Tell(rand.New(rand.NewPCG(1, 7)))
	book, _ := fold(h.Account, h.Own, h.Everybody, civil.DateOf(2026, 1, 1).Start())
	return &book.Contracts[0]
}

func BenchmarkSpellFigures(b *testing.B) {
	f := yearlyFigures()
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		var body []byte
		for b.Loop() {
			body = f.AppendJSON(body[:0])
		}
	})
	b.Run("by reflection", func(b *testing.B) {
		b.ReportAllocs()
		var body bytes.Buffer
		for b.Loop() {
			body.Reset()
			if err := json.NewEncoder(&body).Encode(f); err != nil {
				b.Fatal(err)
			}
		}
	})
}
