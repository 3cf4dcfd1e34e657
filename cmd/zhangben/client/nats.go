package client

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

// NATS is how to reach a NATS server that is not ours.
type NATS struct {
	URL   string
	Login Login
	Inbox string
	CA    string
	Cert  string
	Key   string
}

// Connect connects to the server at f.url.
func (f *NATS) Connect(options ...nats.Option) (*nats.Conn, error) {
	return f.ConnectAs(&f.Login, f.Inbox, options)
}

// User returns the name of the user who connects; "" where it has none.
func (f *NATS) User() string {
	who, _ := f.Login.Credentials(f.URL) // connecting says what is wrong with it
	return who.name
}

// ConnectAs connects with a login. The inboxes are those of the user who connects, unless others are wanted.
func (f *NATS) ConnectAs(login *Login, inboxes string, options []nats.Option) (*nats.Conn, error) {
	who, err := login.Credentials(f.URL)
	if err != nil {
		return nil, err
	}
	options = append(options, who.options...)
	if inboxes != "" || who.name != "" {
		options = append(options, nats.CustomInboxPrefix(cmp.Or(inboxes, inbox.Prefix(who.name))))
	}
	if f.CA != "" {
		options = append(options, nats.RootCAs(f.CA))
	}
	if f.Cert != "" {
		options = append(options, nats.ClientCert(f.Cert, f.Key))
	}
	nc, err := nats.Connect(who.url, options...)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS at %s: %w", redacted(f.URL), err)
	}
	return nc, nil
}

// OldestNATS is the oldest NATS server that may be used: with older ones, whoever may publish an event could have the
// answer to it act as a request to JetStream, and so purge the stream.
const OldestNATS = "2.15.3"

// TooOld reports whether a NATS server's version is too old.
func TooOld(version string) bool {
	version = "v" + strings.TrimPrefix(version, "v")
	return semver.IsValid(version) && semver.Compare(version, "v"+OldestNATS) < 0
}

// CheckServer refuses a connection to a server that is too old.
func CheckServer(nc *nats.Conn) error {
	if version := nc.ConnectedServerVersion(); TooOld(version) {
		return fmt.Errorf("the NATS server at %s is of version %s, in which a publisher can purge the stream: install %s "+
			"or later",
			nc.ConnectedUrlRedacted(), version, OldestNATS)
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

// Check reads all files of a connection to a NATS server outside.
func (f *NATS) Check() error {
	if _, err := f.Login.Credentials(f.URL); err != nil {
		return err
	}
	for _, file := range []struct{ flag, path string }{{"--nats-ca", f.CA}, {"--nats-cert", f.Cert},
		{"--nats-key", f.Key}} {
		if file.path == "" {
			continue
		}
		if _, err := inputfile.Read(file.path, inputfile.MaxCertificates); err != nil {
			return exit.Usagef("%s: %w", file.flag, err)
		}
	}
	return nil
}
