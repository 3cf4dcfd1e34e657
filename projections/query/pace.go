package query

import (
	"sync/atomic"

	"zhangben/ledger"
)

// pace lets events go before questions about many accounts: those are folded by one worker while the log grows fast, or
// what fills it would wait behind them for a processor. A question asked again and again halves the rate of a full stream
// so; with two workers it took two thirds of it.
type pace struct {
	last atomic.Uint64 // record of the log when somebody last began on some accounts
}

// hasty is how many records since then mean that the log grows fast: some accounts take 20 to 60 ms.
const hasty = 256

// workers is how many there should be for the next accounts, of as many as there may be.
func (p *pace) workers(log *ledger.Log, most int) int {
	if most == 1 {
		return 1 // in the background, between questions
	}
	last := uint64(log.Last())
	if before := p.last.Swap(last); last > before+hasty {
		return 1
	}
	return most
}
