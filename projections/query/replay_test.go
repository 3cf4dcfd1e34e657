package query

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections"
	"zhangben/projections/query/testlog"
)

// TestReplayWritesTheLinesOfTheList replays random histories, in which events of other accounts, of all accounts and of
// none are voided by mistake.
func TestReplayWritesTheLinesOfTheList(t *testing.T) {
	for seed := range uint64(4) {
		g := newGrowingLog(t, 100+seed, 30)
		g.voidByMistake(20)
		total := len(g.coming)
		g.grow(t, total)
		r := New(g.stream.Log)
		for _, known := range []int{1, total / 3, total} {
			at := At{AsOf: civil.DateOf(2025, 3, 1).Start(), KnownAt: ledger.Seq(known)}
			listed := listedLines(t, r, at)
			var replayed bytes.Buffer
			lines, err := New(g.stream.Log).Replay(t.Context(), at, &replayed)
			if err != nil || lines != strings.Count(listed, "\n") || replayed.String() != listed {
				t.Errorf("%d lines, %v:\n%s\nlisted:\n%s", lines, err, &replayed, listed)
			}
		}
	}
}

// voidByMistake has voids come that name an event of any account, and some that name none.
func (g *growingLog) voidByMistake(n int) {
	facts := slices.Clone(g.coming)
	for i := range n {
		by, voided := facts[g.IntN(len(facts))].Event, facts[g.IntN(len(facts))].Event.ID
		if i%5 == 0 {
			voided = testlog.NumberedID(uint64(1 + i))
		}
		if by.Account == events.All {
			continue
		}
		void := &events.Event{
			ID: uuid.NewSHA1(by.ID, voided[:]), Source: by.Source, Account: by.Account, Contract: by.Contract,
			Time: by.Time, Data: &events.Voided{Voids: voided, Reason: "mistaken"},
		}
		void.ID[6] = 0x70 | void.ID[6]&0x0f
		g.coming = slices.Insert(g.coming, g.IntN(len(g.coming)), projections.Fact{Event: void})
	}
}

// listedLines returns all contracts, one a line, by account and contract.
func listedLines(t *testing.T, r *Reader, at At) string {
	t.Helper()
	page, err := r.Contracts(t.Context(), ContractFilter{}, at, "", 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(page.Contracts, func(a, b *projections.Figures) int {
		return strings.Compare(a.AccountID, b.AccountID)
	})
	var lines bytes.Buffer
	for _, c := range page.Contracts {
		if err := json.NewEncoder(&lines).Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	return lines.String()
}

func TestReplayEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := New(testlog.Told(t).Log)
	_, err := r.Replay(ctx, At{AsOf: testlog.Opened, KnownAt: r.log.Last()}, new(bytes.Buffer))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestReplayOfMoreThanIsHeldAtOnce has accounts for two windows.
func TestReplayOfMoreThanIsHeldAtOnce(t *testing.T) {
	r := New(testlog.Many(t, 3_000).Log)
	at := At{AsOf: testlog.Opened, KnownAt: r.log.Last()}
	var replayed bytes.Buffer
	if _, err := r.Replay(t.Context(), at, &replayed); err != nil || replayed.String() != listedLines(t, r, at) {
		t.Errorf("not the lines of the list, or %v", err)
	}
	if _, err := r.Replay(t.Context(), at, &tornPipe{lines: 7}); !errors.Is(err, errTorn) {
		t.Errorf("got %v from a reader that takes no more", err)
	}
}

type tornPipe struct{ lines int }

var errTorn = errors.New("torn")

func (p *tornPipe) Write(b []byte) (int, error) {
	if p.lines--; p.lines < 0 {
		return 0, errTorn
	}
	return len(b), nil
}
