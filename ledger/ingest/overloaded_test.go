package ingest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

// What the server answers under a flood is no outcome of the event: it is published again.
func TestOverloaded(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&jetstream.APIError{Code: 429, ErrorCode: 10167, Description: "too many requests"}, true},
		{fmt.Errorf("event 1 of 2: %w", &jetstream.APIError{Code: 429, ErrorCode: 10210}), true},
		{&jetstream.APIError{Code: 400, ErrorCode: 10003}, false},
		{errors.New("429"), false},
		{nil, false},
	} {
		if got := overloaded(c.err); got != c.want {
			t.Errorf("overloaded(%v) = %v", c.err, got)
		}
	}
}
