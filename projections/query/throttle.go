package query

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"zhangben/ledger"
)

// throttle makes room beside questions that take long: for short ones, for whoever else asks the program something, and
// for events, which would wait behind them for a processor. A question is short until it has worked for shortTime.
// After that it works by turns. While others need a processor there is one turn at a time, else as many as processors.
type throttle struct {
	log *ledger.Log

	mu      sync.Mutex
	working int             // turns taken
	waiting []chan struct{} // those who want one, longest first; closed when it is theirs
	short   int             // questions under way that have not needed a turn
	seen    time.Time       // when the last of them ended
	looked  time.Time       // when the log was looked at
	last    ledger.Seq      // its last record then
	growing bool            // whether it grew fast until then
}

const (
	shortTime  = 5 * time.Millisecond
	sliceAlone = 16 * time.Millisecond // of work between two looks, while no one else needs a processor
	sliceBusy  = 2 * time.Millisecond  // and while others do
	restTime   = time.Millisecond      // the shortest sleep there is: long enough for the network to be looked at
	othersTime = 250 * time.Millisecond
	growTime   = 50 * time.Millisecond
	growFast   = 256 // records within growTime
)

// processors is how many there are, as the program begins: a server lets more goroutines than that run at once.
var processors = runtime.GOMAXPROCS(0)

// busy reports whether others need a processor. The caller holds mu.
func (h *throttle) busy(now time.Time) bool {
	if now.Sub(h.looked) >= growTime {
		last := h.log.Last()
		h.growing = last >= h.last+growFast
		h.looked, h.last = now, last
	}
	return h.short > 0 || h.growing || now.Sub(h.seen) < othersTime
}

// most returns how many turns there are now. The caller holds mu.
func (h *throttle) most(now time.Time) int {
	if h.busy(now) {
		return 1
	}
	return processors
}

// take waits for a turn.
func (h *throttle) take(ctx context.Context) error {
	h.mu.Lock()
	mine := make(chan struct{})
	h.waiting = append(h.waiting, mine)
	h.admit(time.Now())
	h.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if place := slices.Index(h.waiting, mine); place >= 0 {
		h.waiting = slices.Delete(h.waiting, place, place+1)
	} else {
		h.giveBack()
	}
	return ctx.Err()
}

// admit hands out turns while there are any. The caller holds mu.
func (h *throttle) admit(now time.Time) {
	for most := h.most(now); len(h.waiting) > 0 && h.working < most; h.waiting = h.waiting[1:] {
		h.working++
		close(h.waiting[0])
	}
}

// giveBack ends a turn. The caller holds mu.
func (h *throttle) giveBack() {
	h.working--
	h.admit(time.Now())
}

// end ends a turn.
func (h *throttle) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.giveBack()
}

// goOn reports, at the end of a slice, whether the turn lasts, how long the next slice is, and whether every processor
// has a turn, so that whoever waits for the network would wait for the end of all.
func (h *throttle) goOn() (lasts bool, slice time.Duration, full bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.admit(now)
	slice = sliceAlone
	if h.busy(now) {
		slice = sliceBusy
	}
	return len(h.waiting) == 0 && h.working <= h.most(now), slice, h.working >= processors
}
