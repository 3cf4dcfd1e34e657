package server

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
	"golang.org/x/net/netutil"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
	"zhangben/ledger/ingest"
	"zhangben/ledger/inputfile"
	"zhangben/projections/api"
)

// Bounds of the HTTP server. The API lifts the bound on answers where it follows the log, which has no end.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 60 * time.Second
	answerTimeout = api.AnswerTime + 20*time.Second // by then the API has answered, if only that it takes too long
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 700 * time.Millisecond // in which requests under way may end by themselves
	cutTimeout    = 300 * time.Millisecond // and in which they must, once they are given up
	maxHeader     = 16 << 10               // bytes
)

// HTTPConfig is where HTTP is served, and to whom.
type HTTPConfig struct {
	Listen      string
	Tokens      string // file; without one everybody who reaches the loopback address may do everything
	TLSCert     string
	TLSKey      string
	BehindProxy bool // a proxy does TLS
}

// check refuses to serve strangers: an address that others can reach needs tokens, and TLS that keeps them secret.
func (o *HTTPConfig) check() error {
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return exit.Usagef("--http %q is not host:port: %w", o.Listen, err)
	}
	if natsserver.IsLoopback(host) || o.Tokens != "" && (o.TLSCert != "" || o.BehindProxy) {
		return nil
	}
	return exit.Usagef("--http %s can be reached by others: give --tokens, and --tls-cert with --tls-key or "+
		"--behind-tls-proxy, too", o.Listen)
}

// web is a running HTTP server.
type web struct {
	url         string
	broken      chan error // receives the error with which serving ended
	server      *http.Server
	connections connections
	settle      context.CancelFunc // ends what goes on by itself, such as following the log
	giveUp      context.CancelFunc // ends requests
	reloads     []reloadable
}

// start serves the API.
func (o *HTTPConfig) start(log *ledger.Log, signer *checkpoint.Signer, publisher *ingest.Publisher, watch *supervisor,
	logger *slog.Logger) (*web, error) {
	w := &web{broken: make(chan error, 1), connections: connections{open: map[net.Conn]*connection{}}}
	tokens, err := o.readTokens()
	if err != nil {
		return nil, err
	}
	o.warnOf(tokens, logger)
	listener, certificate, err := o.listenTLS()
	if err != nil {
		return nil, err
	}
	w.reloads = o.reloads(tokens, certificate, logger)
	background, settle := context.WithCancel(context.Background())
	requests, giveUp := context.WithCancel(context.Background())
	w.settle, w.giveUp = settle, giveUp
	handler := o.handler(background, log, signer, publisher, watch, tokens, logger)
	w.url = o.scheme() + "://" + listener.Addr().String()
	w.server = &http.Server{
		Handler:           w.closing(handler),
		BaseContext:       func(net.Listener) context.Context { return requests },
		ConnContext:       w.connections.opened,
		ConnState:         w.connections.changed,
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
func (o *HTTPConfig) handler(background context.Context, log *ledger.Log, signer *checkpoint.Signer,
	publisher *ingest.Publisher, watch *supervisor, tokens *api.Tokens, logger *slog.Logger) http.Handler {
	metrics := prometheus.NewRegistry()
	watch.measure(metrics)
	measureProgram(metrics)
	return api.New(api.Config{
		Log: log,
		Publish: func(ctx context.Context, name string, events [][]byte) ([]ledger.Outcome, error) {
			if err := watch.checkWritable(); err != nil {
				return nil, err
			}
			return publisher.Post(ctx, name, events)
		},
		Dismiss: func(ctx context.Context, by string, id uint64, reason string) (ledger.Outcome, error) {
			if err := watch.checkWritable(); err != nil {
				return ledger.Outcome{}, err
			}
			return publisher.Dismiss(ctx, id, reason, by)
		},
		Retry: func(ctx context.Context, by string, refused ledger.Rejected) (ledger.Outcome, error) {
			if err := watch.checkWritable(); err != nil {
				return ledger.Outcome{}, err
			}
			return publisher.Retry(ctx, refused, by)
		},
		Checkpoints: signer,
		Operations:  watch.operations(),
		Ready:       watch.ready,
		Now:         api.Now,
		Tokens:      tokens,
		Metrics:     metrics,
		Logger:      logger,
		Context:     background,
	})
}

// readTokens reads the file of tokens, nil where there is none.
func (o *HTTPConfig) readTokens() (*api.Tokens, error) {
	if o.Tokens == "" {
		return nil, nil
	}
	text, err := inputfile.ReadSecret(o.Tokens)
	if err != nil {
		return nil, exit.Usagef("--tokens: %w", err)
	}
	tokens, err := api.ParseTokens(bytes.NewReader(text))
	if err != nil {
		return nil, exit.Usagef("--tokens %s: %w", o.Tokens, err)
	}
	return tokens, nil
}

// warnOf says what it means that there are no tokens, or which ones are of no use.
func (o *HTTPConfig) warnOf(tokens *api.Tokens, logger *slog.Logger) {
	if tokens == nil {
		logger.Warn("there are no --tokens: whoever reaches the HTTP address may read all, publish all (terms and voids "+
			"too), back up and purge",
			"http", o.Listen)
		return
	}
	for _, name := range tokens.Expired(api.Now()) {
		logger.Warn("a token has expired", "name", name, "tokens", o.Tokens)
	}
}

// reloads are the files that can be read again.
func (o *HTTPConfig) reloads(tokens *api.Tokens, certificate *keyPair, logger *slog.Logger) (all []reloadable) {
	if tokens != nil {
		all = append(all, reloadable{"--tokens " + o.Tokens, func() error {
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
		all = append(all, reloadable{"--tls-cert " + o.TLSCert + " --tls-key " + o.TLSKey, certificate.read})
	}
	return all
}

// listenTLS opens the address, with TLS where there is a certificate; otherwise that is nil.
func (o *HTTPConfig) listenTLS() (listener net.Listener, certificate *keyPair, err error) {
	if certificate, err = o.certificate(); err != nil {
		return nil, nil, err
	}
	if listener, err = net.Listen("tcp", o.Listen); err != nil {
		return nil, nil, fmt.Errorf("--http: %w", err)
	}
	listener = netutil.LimitListener(listener, mostConnections) // beneath TLS, which the HTTP server must see
	if certificate != nil {
		listener = tls.NewListener(listener, certificate.config("h2", "http/1.1"))
	}
	return listener, certificate, nil
}

// certificate reads the certificate, nil where there is none.
func (o *HTTPConfig) certificate() (*keyPair, error) {
	if o.TLSCert == "" {
		return nil, nil
	}
	certificate, err := openKeyPair(o.TLSCert, o.TLSKey)
	if err != nil {
		return nil, exit.Usagef("--tls-cert and --tls-key: %w", err)
	}
	return certificate, nil
}

func (o *HTTPConfig) scheme() string {
	if o.TLSCert != "" {
		return "https"
	}
	return "http"
}

// closing keeps no connection after its request while there are many, nor after a body in chunks: where a length was
// given too, which can no longer be seen here, a proxy in front may have taken what follows for a part of the body.
func (w *web) closing(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		many, end := w.connections.begin(r)
		defer end()
		if many || len(r.TransferEncoding) > 0 {
			answer.Header().Set("Connection", "close")
		}
		handler.ServeHTTP(answer, r)
	})
}

// stop lets requests under way end, for a while; then cancels them, and cuts off those that do not notice.
func (w *web) stop() {
	w.settle()
	defer w.giveUp()
	if w.shutdown(stopTimeout) == nil {
		return
	}
	w.giveUp()
	if w.shutdown(cutTimeout) != nil {
		_ = w.server.Close()
	}
}

func (w *web) shutdown(most time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	return w.server.Shutdown(ctx)
}
