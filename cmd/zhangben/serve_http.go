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
	reloads  []reloadable
}

// start serves the API.
func (o *httpOptions) start(log *ledger.Log, signer *ledger.Signer, publisher *ingest.Publisher, op *operator, logger *slog.Logger) (*web, error) {
	w := &web{broken: make(chan error, 1), stopping: make(chan struct{})}
	tokens, err := o.readTokens()
	if err != nil {
		return nil, err
	}
	o.warnOf(tokens, logger)
	handler := o.handler(log, signer, publisher, op, tokens, logger, w.stopping)
	listener, certificate, err := o.listenTLS()
	if err != nil {
		return nil, err
	}
	w.reloads = o.reloads(tokens, certificate, logger)
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
func (o *httpOptions) handler(log *ledger.Log, signer *ledger.Signer, publisher *ingest.Publisher, op *operator, tokens *api.Tokens, logger *slog.Logger, stopping <-chan struct{}) http.Handler {
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
	})
}

// readTokens reads the file of tokens, nil where there is none.
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

// warnOf says what it means that there are no tokens, or which ones are of no use.
func (o *httpOptions) warnOf(tokens *api.Tokens, logger *slog.Logger) {
	if tokens == nil {
		logger.Warn("there are no --tokens: whoever reaches the HTTP address may read all, publish all (terms and voids too), back up and purge",
			"http", o.listen)
		return
	}
	for _, name := range tokens.Expired(now()) {
		logger.Warn("a token has expired", "name", name, "tokens", o.tokens)
	}
}

// reloads are the files that can be read again.
func (o *httpOptions) reloads(tokens *api.Tokens, certificate *keyPair, logger *slog.Logger) (all []reloadable) {
	if tokens != nil {
		all = append(all, reloadable{"--tokens " + o.tokens, func() error {
			fresh, err := o.readTokens()
			if err != nil {
				return err
			}
			o.warnOf(fresh, logger)
			tokens.Replace(fresh)
			return nil
		}})
	}
	if certificate != nil {
		all = append(all, reloadable{"--tls-cert " + o.tlsCert + " --tls-key " + o.tlsKey, certificate.read})
	}
	return all
}

// listenTLS opens the address, with TLS where there is a certificate; otherwise that is nil.
func (o *httpOptions) listenTLS() (listener net.Listener, certificate *keyPair, err error) {
	if o.tlsCert != "" {
		if certificate, err = openKeyPair(o.tlsCert, o.tlsKey); err != nil {
			return nil, nil, usagef("--tls-cert and --tls-key: %w", err)
		}
	}
	if listener, err = net.Listen("tcp", o.listen); err != nil {
		return nil, nil, fmt.Errorf("--http: %w", err)
	}
	if certificate != nil {
		listener = tls.NewListener(listener, certificate.config("h2", "http/1.1"))
	}
	return listener, certificate, nil
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
