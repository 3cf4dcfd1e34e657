package main

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/nats-io/nats.go"
	"golang.org/x/mod/semver"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/inbox"
	"zhangben/ledger/inputfile"
)

// natsFlags is how to reach a NATS server that is not ours.
type natsFlags struct {
	url   string
	login natsLogin
	inbox string
	ca    string
	cert  string
	key   string
}

// connect connects to the server at f.url.
func (f *natsFlags) connect(options ...nats.Option) (*nats.Conn, error) {
	return f.connectAs(&f.login, f.inbox, options)
}

// user returns the name of the user who connects; "" where it has none.
func (f *natsFlags) user() string {
	who, _ := f.login.credentials(f.url) // connecting says what is wrong with it
	return who.name
}

// connectAs connects with a login. The inboxes are those of the user who connects, unless others are wanted.
func (f *natsFlags) connectAs(login *natsLogin, inboxes string, options []nats.Option) (*nats.Conn, error) {
	who, err := login.credentials(f.url)
	if err != nil {
		return nil, err
	}
	options = append(options, who.options...)
	if inboxes != "" || who.name != "" {
		options = append(options, nats.CustomInboxPrefix(cmp.Or(inboxes, inbox.Prefix(who.name))))
	}
	if f.ca != "" {
		options = append(options, nats.RootCAs(f.ca))
	}
	if f.cert != "" {
		options = append(options, nats.ClientCert(f.cert, f.key))
	}
	nc, err := nats.Connect(who.url, options...)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS at %s: %w", redacted(f.url), err)
	}
	return nc, nil
}

// leastNATS is the oldest NATS server that may be used: with older ones, whoever may publish an event could have the
// answer to it act as a request to JetStream, and so purge the stream.
const leastNATS = "2.15.3"

// olderNATS reports whether a NATS server's version is too old.
func olderNATS(version string) bool {
	version = "v" + strings.TrimPrefix(version, "v")
	return semver.IsValid(version) && semver.Compare(version, "v"+leastNATS) < 0
}

// checkNATS refuses a connection to a server that is too old.
func checkNATS(nc *nats.Conn) error {
	if version := nc.ConnectedServerVersion(); olderNATS(version) {
		return fmt.Errorf("the NATS server at %s is of version %s, in which a publisher can purge the stream: install %s or later",
			nc.ConnectedUrlRedacted(), version, leastNATS)
	}
	return nil
}

// redacted leaves passwords out of a list of URLs.
func redacted(addresses string) string {
	var shown []string
	for address := range strings.SplitSeq(addresses, ",") {
		u, err := url.Parse(address)
		if err != nil {
			return "an address that is no URL"
		}
		shown = append(shown, u.Redacted())
	}
	return strings.Join(shown, ",")
}

// tryFiles reads all files of a connection to a NATS server outside.
func (f *natsFlags) tryFiles() error {
	if _, err := f.login.credentials(f.url); err != nil {
		return err
	}
	for _, file := range []struct{ flag, path string }{{"--nats-ca", f.ca}, {"--nats-cert", f.cert}, {"--nats-key", f.key}} {
		if file.path == "" {
			continue
		}
		if _, err := inputfile.Read(file.path, inputfile.MaxCertificates); err != nil {
			return exit.Usagef("%s: %w", file.flag, err)
		}
	}
	return nil
}
