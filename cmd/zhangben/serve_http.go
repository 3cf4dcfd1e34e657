package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/projections/api"
)

// Bounds of the HTTP server. The API lifts the bound on answers where it follows the log, which has no end.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 60 * time.Second
	answerTimeout = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 10 * time.Second
	maxHeader     = 16 << 10 // bytes
)

// httpOptions is where HTTP is served, and to whom.
type httpOptions struct {
	listen      string
	tokens      string // file; without one everybody who reaches the loopback address may do everything
	tlsCert     string
	tlsKey      string
	behindProxy bool // somebody else does TLS
}

func (o *httpOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.listen, "http", defaultHTTP, "`address` of the HTTP server")
	flags.StringVar(&o.tokens, "tokens", "", "`file` with the bearer tokens that are let in, one a line: read|publish|finance|admin token [name=…] [sources=…] [until=…]")
	flags.StringVar(&o.tlsCert, "tls-cert", "", "`file` with the HTTP server's certificate")
	flags.StringVar(&o.tlsKey, "tls-key", "", "`file` with the key to --tls-cert")
	flags.BoolVar(&o.behindProxy, "behind-tls-proxy", false, "a proxy in front does TLS")
	cmd.MarkFlagsRequiredTogether("tls-cert", "tls-key")
}

// check refuses to serve strangers: an address that others can reach needs tokens, and TLS that keeps them secret.
func (o *httpOptions) check() error {
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil {
		return usagef("--http %q is not host:port: %w", o.listen, err)
	}
	if isLoopback(host) || o.tokens != "" && (o.tlsCert != "" || o.behindProxy) {
		return nil
	}
	return usagef("--http %s can be reached by others: give --tokens, and --tls-cert with --tls-key or --behind-tls-proxy, too", o.listen)
}

// web is a running HTTP server.
type web struct {
	url      string
	broken   chan error // receives the error with which serving ended
	server   *http.Server
	stopping chan struct{} // closed to end answers that follow the log
}

// start serves the API.
func (o *httpOptions) start(log *ledger.Log, signer *ledger.Signer, publisher *ingest.Publisher, op *operator, logger *slog.Logger) (*web, error) {
	w := &web{broken: make(chan error, 1), stopping: make(chan struct{})}
	handler, err := o.handler(log, signer, publisher, op, logger, w.stopping)
	if err != nil {
		return nil, err
	}
	listener, err := o.listenTLS()
	if err != nil {
		return nil, err
	}
	w.url = o.scheme() + "://" + listener.Addr().String()
	w.server = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       bodyTimeout,
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	go func() {
		if err := w.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.broken <- fmt.Errorf("serve HTTP: %w", err)
		}
	}()
	return w, nil
}

// handler wires the API to the log and to NATS.
func (o *httpOptions) handler(log *ledger.Log, signer *ledger.Signer, publisher *ingest.Publisher, op *operator, logger *slog.Logger, stopping <-chan struct{}) (http.Handler, error) {
	tokens, err := o.readTokens()
	if err != nil {
		return nil, err
	}
	metrics := prometheus.NewRegistry()
	op.measure(metrics)
	return api.New(api.Config{
		Log: log,
		Publish: func(ctx context.Context, name string, events [][]byte) ([]ledger.Verdict, error) {
			if err := op.open(); err != nil {
				return nil, err
			}
			return publisher.Post(ctx, name, events)
		},
		Retry: func(ctx context.Context, refused ledger.Rejected) (ledger.Verdict, error) {
			if err := op.open(); err != nil {
				return ledger.Verdict{}, err
			}
			return publisher.Retry(ctx, refused.Subject, refused.Header, refused.Body)
		},
		Checkpoints: signer,
		Operations:  op.operations(),
		Ready:       op.ready,
		Now:         func() civil.Instant { return civil.Of(time.Now()) },
		Tokens:      tokens,
		Metrics:     metrics,
		Logger:      logger,
		Stop:        stopping,
	}), nil
}

func (o *httpOptions) readTokens() (*api.Tokens, error) {
	if o.tokens == "" {
		return nil, nil
	}
	text, err := readSecret(o.tokens)
	if err != nil {
		return nil, usagef("--tokens: %w", err)
	}
	tokens, err := api.ParseTokens(bytes.NewReader(text))
	if err != nil {
		return nil, usagef("--tokens %s: %w", o.tokens, err)
	}
	return tokens, nil
}

// listenTLS opens the address, with TLS where there is a certificate.
func (o *httpOptions) listenTLS() (net.Listener, error) {
	var config *tls.Config
	if o.tlsCert != "" {
		certificate, err := readKeyPair(o.tlsCert, o.tlsKey)
		if err != nil {
			return nil, usagef("--tls-cert and --tls-key: %w", err)
		}
		config = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	}
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return nil, fmt.Errorf("--http: %w", err)
	}
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	return listener, nil
}

func (o *httpOptions) scheme() string {
	if o.tlsCert != "" {
		return "https"
	}
	return "http"
}

// stop lets requests under way end, for a while.
func (w *web) stop() {
	close(w.stopping)
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if err := w.server.Shutdown(ctx); err != nil {
		_ = w.server.Close()
	}
}
