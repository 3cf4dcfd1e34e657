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

// TestReplayGivesTheLinesOfTheList replays random histories, in which events of other accounts, of everybody and of nobody
// are voided by mistake, out of a log that is open without indexes.
func TestReplayGivesTheLinesOfTheList(t *testing.T) {
	for seed := range uint64(4) {
		g := newGrowingLog(t, 100+seed, 30)
		g.voidByMistake(20)
		total := len(g.coming)
		g.grow(t, total)
		asOf := civil.DateOf(2025, 3, 1).Start()
		var clocks []At
		var listed []string
		r := New(g.stream.Log)
		for _, known := range []int{1, total / 3, total} {
			clocks = append(clocks, At{AsOf: asOf, KnownAt: ledger.Seq(known)})
			listed = append(listed, listedLines(t, r, clocks[len(clocks)-1]))
		}
		mustClose(t, g.stream.Log)

		unindexed := New(mustOpen(t, g.stream.Dir, ledger.Options{Unindexed: true}))
		for i, at := range clocks {
			var replayed bytes.Buffer
			lines, err := unindexed.Replay(t.Context(), at, &replayed)
			if err != nil || lines != strings.Count(listed[i], "\n") || replayed.String() != listed[i] {
				t.Errorf("%d lines, %v:\n%s\nlisted:\n%s", lines, err, &replayed, listed[i])
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
		void := &events.Event{ID: uuid.NewSHA1(by.ID, voided[:]), Source: by.Source, Account: by.Account, Contract: by.Contract, Time: by.Time,
			Data: &events.Voided{Voids: voided, Reason: "mistaken"}}
		void.ID[6] = 0x70 | void.ID[6]&0x0f
		g.coming = slices.Insert(g.coming, g.IntN(len(g.coming)), projections.Fact{Event: void})
	}
}

// listedLines gives all contracts, one a line.
func listedLines(t *testing.T, r *Reader, at At) string {
	t.Helper()
	page, err := r.Contracts(t.Context(), ContractFilter{}, at, "", 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	for _, c := range page.Contracts {
		if err := json.NewEncoder(&lines).Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	return lines.String()
}

func mustOpen(t *testing.T, dir string, o ledger.Options) *ledger.Log {
	t.Helper()
	log, err := ledger.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mustClose(t, log) })
	return log
}

func mustClose(t *testing.T, log *ledger.Log) {
	t.Helper()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestReplayEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := New(testlog.Told(t).Log)
	if _, err := r.Replay(ctx, At{AsOf: testlog.Opened, KnownAt: r.log.Last()}, new(bytes.Buffer)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestReplayOfMoreThanIsHeldAtOnce has records for two temporary files and several batches.
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
