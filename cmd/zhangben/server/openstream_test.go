package server

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

// A cluster that is starting is waited for; one that will never have room for the stream is not.
func TestClusterThatIsStartingIsWaitedFor(t *testing.T) {
	for text, wait := range map[string]bool{
		"no suitable peers for placement, peer offline":                      true,
		"no suitable peers for placement, insufficient storage, tags differ": false,
	} {
		err := fmt.Errorf("stream BILLING: %w", &jetstream.APIError{Code: 400, ErrorCode: codeNoPeers, Description: text})
		if undecided(err) != wait {
			t.Errorf("%s: waits %v", text, !wait)
		}
	}
}
