package api

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// guard keeps web pages that a browser on this machine has open away from the ledger. A page of another origin, which
// may be another port, can send nothing to it and put no questions; and where there are no tokens, a host name that was
// made to point at this machine opens nothing. Only a link may lead here, since following one shows an answer and does
// nothing.
type guard struct {
	localOnly bool
	origin    http.CrossOriginProtection
}

func (g *guard) check(r *http.Request) error {
	if followsLink(r) {
		return g.checkHost(r)
	}
	return g.checkOrigin(r)
}

func (g *guard) checkHost(r *http.Request) error {
	if g.localOnly && !loopback(r.Host) {
		return fmt.Errorf("%w, not by %q", errForeignHost, r.Host)
	}
	return nil
}

// checkOrigin holds reading to the rules of sending, too.
func (g *guard) checkOrigin(r *http.Request) error {
	asked := r.WithContext(r.Context())
	asked.Method = http.MethodPost
	if err := g.origin.Check(asked); err != nil {
		return fmt.Errorf("%w: %w", errCrossOrigin, err)
	}
	return g.checkHost(r)
}

// LocalOnly keeps pages of other origins, and their links, away from a handler that serves this machine without tokens.
func LocalOnly(handler http.Handler) http.Handler {
	g := guard{localOnly: true}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := g.checkOrigin(r); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// followsLink reports whether a browser opens the address as a page of its own, not as a part of another.
func followsLink(r *http.Request) bool {
	return r.Method == http.MethodGet &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// loopback reports whether a Host header names this machine itself.
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
