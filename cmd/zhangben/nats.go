package main

import (
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/spf13/cobra"
)

// natsFlags is how to reach a NATS server that is not ours.
type natsFlags struct {
	url   string
	creds string
	ca    string
	cert  string
	key   string
}

// register adds the flags; defaultURL is "" where an embedded server is the default.
func (f *natsFlags) register(cmd *cobra.Command, defaultURL string) {
	flags := cmd.Flags()
	flags.StringVar(&f.url, "nats", defaultURL, "`URL` of the NATS server, e.g. nats://10.0.0.5:4222 or tls://user:password@host:4222")
	flags.StringVar(&f.creds, "nats-creds", "", "`file` with NATS credentials")
	flags.StringVar(&f.ca, "nats-ca", "", "`file` with the certificate authorities that the NATS server is checked against")
	flags.StringVar(&f.cert, "nats-cert", "", "`file` with this client's certificate")
	flags.StringVar(&f.key, "nats-key", "", "`file` with the key to --nats-cert")
	cmd.MarkFlagsRequiredTogether("nats-cert", "nats-key")
}

// connect connects to the server at f.url.
func (f *natsFlags) connect(options ...nats.Option) (*nats.Conn, error) {
	if f.creds != "" {
		options = append(options, nats.UserCredentials(f.creds))
	}
	if f.ca != "" {
		options = append(options, nats.RootCAs(f.ca))
	}
	if f.cert != "" {
		options = append(options, nats.ClientCert(f.cert, f.key))
	}
	nc, err := nats.Connect(f.url, options...)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS at %s: %w", redacted(f.url), err)
	}
	return nc, nil
}

// lastingOptions keep a connection for as long as the program runs, however long the server is away.
func lastingOptions(name string, logger *slog.Logger) []nats.Option {
	return []nats.Option{
		nats.Name(name),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250 * time.Millisecond),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				logger.Warn("connection to NATS lost", "error", err)
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) { logger.Info("connected to NATS again", "url", nc.ConnectedUrlRedacted()) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { logger.Warn("nats", "error", err) }),
	}
}

// redacted leaves a password out of a URL.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that is no URL"
	}
	return u.Redacted()
}
