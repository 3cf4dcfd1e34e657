package api

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// guard keeps web pages that a browser on this machine has open away from the ledger. A page of another origin cannot
// send to it; and where there are no tokens, a host name that was made to point at this machine opens nothing.
type guard struct {
	localOnly bool
	origin    http.CrossOriginProtection
}

func (g *guard) check(r *http.Request) error {
	if g.localOnly && !loopback(r.Host) {
		return fmt.Errorf("%w, not by %q", errForeignHost, r.Host)
	}
	if err := g.origin.Check(r); err != nil {
		return fmt.Errorf("%w: %w", errCrossOrigin, err)
	}
	return nil
}

// loopback tells whether a Host header names this machine itself.
func loopback(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = strings.Trim(hostPort, "[]")
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
