package query

import (
	"sync/atomic"

	"zhangben/ledger"
)

// pace lets events go before questions about many accounts: those fold with one worker while the log grows fast, or what
// fills it would wait for a processor behind them.
type pace struct {
	last atomic.Uint64 // record of the log when somebody last began on some accounts
}

// hasty is by how many records the log has grown fast while some accounts were folded, in 20 to 60 ms.
const hasty = 256

// workers is how many there may be for the next accounts.
func (p *pace) workers(log *ledger.Log) int {
	last := uint64(log.Last())
	if last-p.last.Swap(last) > hasty {
		return 1
	}
	return workers
}
