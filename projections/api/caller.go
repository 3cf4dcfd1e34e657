package api

import (
	"fmt"
	"strings"

	"zhangben/events"
)

// Caller is who sent a request: whoever holds the token Name, with what its role allows.
type Caller struct {
	Name    string // "" where no tokens are in use
	Role    events.Role
	sources []string // of which it may publish events; none: of all
}

// anybody is the role of what needs no token.
const anybody events.Role = 0

// codeForbidden is the code of an event that the token may not publish. It does not reach the stream.
const codeForbidden events.Code = "forbidden"

// forbids returns why the caller may not publish an event, nil if it may.
func (c Caller) forbids(event *events.Event) *events.Rejection {
	kind := event.Kind()
	switch needed := roleFor(event); {
	case needed == events.Ledger:
		return &events.Rejection{Code: codeForbidden, Pointer: "/type",
			Message: fmt.Sprintf("only the ledger itself writes %s", kind)}
	case !c.Role.May(needed):
		return &events.Rejection{Code: codeForbidden, Pointer: "/type",
			Message: fmt.Sprintf("%s of the account %s needs a token of the role %s; the token %s has %s",
				kind, event.Account, needed, c.Name, c.Role)}
	case !c.maySpeakFor(event.Source):
		return &events.Rejection{Code: codeForbidden, Pointer: "/source",
			Message: fmt.Sprintf("the token %s may publish for %s only", c.Name, strings.Join(c.sources, ", "))}
	}
	return nil
}

// roleFor returns the least role that may publish an event. What voids terms needs the role that publishes them.
func roleFor(event *events.Event) events.Role {
	if event.Kind() == events.KindVoided && event.Account == events.All {
		return events.KindTermsPublished.Role()
	}
	return event.Kind().Role()
}

// maySpeakFor reports whether the caller's token names the source, or a folder above it that ends in a slash.
func (c Caller) maySpeakFor(source string) bool {
	for _, named := range c.sources {
		if source == named || strings.HasSuffix(named, "/") && strings.HasPrefix(source, named) {
			return true
		}
	}
	return c.sources == nil
}
