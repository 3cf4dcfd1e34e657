package foldtest

import (
	"math/big"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/projections"
)

// gift is time granted for nothing.
type gift struct {
	seq     int
	at      civil.Instant
	term    *term // that runs
	known   int   // how many terms there are
	seconds *big.Rat
}

func (c *contract) grant(e *events.Event, d *events.TimeGranted) {}

var _ = projections.NotInService
