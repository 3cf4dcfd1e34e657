package api

import (
	"time"

	"zhangben/events/civil"
)

// Now is the instant by the system's clock.
func Now() civil.Instant { return civil.Of(time.Now()) }
