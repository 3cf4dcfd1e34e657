package server

import (
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/nats-io/nats.go"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/ledger/inbox"
	"zhangben/ledger/permit"
)

// natsLinks are the connections of serve to NATS.
type natsLinks struct {
	ledger   *nats.Conn         // owns the stream
	services *nats.Conn         // answers requests, with a user that may publish to inboxes only
	inside   *natsserver.Server // nil where NATS is outside
	apart    bool               // whether the services have a user of their own
}

// startNATS connects to the NATS server outside, or starts one inside, whose storage may turn out broken.
func (o *Config) startNATS(logger *slog.Logger) (*natsLinks, error) {
	links := &natsLinks{apart: true}
	connect, connectService := awaiting(o.connectLedger), awaiting(o.connectService)
	if o.Outside.URL == "" {
		inside, err := natsserver.Start(o.Embedded, logger)
		if err != nil {
			return nil, err
		}
		links.inside, connect, connectService = inside, inside.Connect, inside.ConnectService
	} else if links.apart = o.Services.Given(); !links.apart {
		logger.Warn("the services answer as the ledger's own NATS user, and whoever asks chooses where the answer goes",
			"remedy", OwnUserRemedy)
	}
	var err error
	if links.ledger, err = connect(lastingOptions("zhangben serve", logger)...); err == nil {
		links.services, err = connectService(lastingOptions("zhangben serve: services", logger)...)
	}
	if err == nil {
		err = client.CheckServer(links.ledger)
	}
	if err != nil {
		links.close()
		return nil, err
	}
	return links, nil
}

// connector connects to NATS.
type connector func(options ...nats.Option) (*nats.Conn, error)

// awaiting connects to a server that may not be there yet. The connection is made once it is; what else hinders it is
// an error at once.
func awaiting(connect connector) connector {
	return func(options ...nats.Option) (*nats.Conn, error) {
		nc, err := connect(options...)
		var network net.Error
		if errors.Is(err, nats.ErrNoServers) || errors.As(err, &network) {
			nc, err = connect(append(options, nats.RetryOnFailedConnect(true))...)
		}
		return nc, err
	}
}

// OwnUserRemedy says how the services get a user of their own.
const OwnUserRemedy = "let them connect as a user that may publish to inboxes only: --nats-service-user, as in " +
	"scripts/nats/server.conf"

// connectLedger connects to the server outside as the ledger, whose inboxes others cannot listen to.
func (o *Config) connectLedger(options ...nats.Option) (*nats.Conn, error) {
	return o.Outside.Connect(append(options, nats.CustomInboxPrefix(inbox.Prefix(permit.LedgerUser)))...)
}

// connectService connects to the server outside as what answers requests for the ledger.
func (o *Config) connectService(options ...nats.Option) (*nats.Conn, error) {
	options = append(options, nats.CustomInboxPrefix(inbox.Prefix(permit.ServiceUser)))
	if !o.Services.Given() {
		return o.Outside.Connect(options...)
	}
	return o.Outside.ConnectAs(&o.Services, "", options)
}

// broken receives the error with which the storage of the embedded server failed.
func (l *natsLinks) broken() <-chan error {
	if l.inside == nil {
		return nil
	}
	return l.inside.Broken
}

// reloads are the files of the embedded server that can be read again.
func (l *natsLinks) reloads() []reloadable {
	if l.inside == nil || !l.inside.HasFiles() {
		return nil
	}
	return []reloadable{{"--nats-auth, --nats-tls-cert and --nats-tls-key", l.inside.Reload}}
}

func (l *natsLinks) close() {
	for _, nc := range []*nats.Conn{l.services, l.ledger} {
		if nc != nil {
			nc.Close()
		}
	}
	if l.inside != nil {
		l.inside.Stop()
	}
}

// lastingOptions keep a connection for as long as the program runs, however long the server is away.
func lastingOptions(name string, logger *slog.Logger) []nats.Option {
	said := natsserver.NewMessages(logger)
	return []nats.Option{
		nats.Name(name),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250 * time.Millisecond),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				logger.Warn("connection to NATS lost", "error", err)
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) {
			logger.Info("connected to NATS again", "url", nc.ConnectedUrlRedacted())
			if err := client.CheckServer(nc); err != nil {
				logger.Error("the NATS server must be updated", "error", err)
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { said.Add(slog.LevelWarn, err.Error()) }),
		nats.ClosedHandler(func(*nats.Conn) { said.Flush() }),
	}
}
