package bench

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/projections/api"
)

// answers measures figures over HTTP, each beside the same server sending a fixed body of that length.
func (b *session) answers(ctx context.Context) error {
	return b.read(ctx, func(_ *builtLog, log *ledger.Log) error {
		site, err := serveAnswers(api.Config{Log: log, Now: api.Now})
		if err != nil {
			return err
		}
		defer site.close()
		any := anyContract(log)
		one := any()
		if err := b.answer(site, "figures of any contract, for the first time", b.askedOnce(b.Events), any); err != nil {
			return err
		}
		if _, err := site.client.get("/v1/totals"); err != nil { // folds every account, as serve does when it has time
			return err
		}
		err = b.answer(site, "figures of any contract", b.Requests, any)
		return errors.Join(err, b.answer(site, "figures of one contract, asked again", b.Requests,
			func() string { return one }))
	})
}

// answer measures one kind of request.
func (b *session) answer(site *apiServer, name string, requests int, path func() string) error {
	if err := site.fix(path()); err != nil {
		return err
	}
	bare, took, err := sideBySide(site.asked(requests, func() string { return fixedPath }), site.asked(requests, path))
	b.report.addRate(name, requests, "requests/s", took, bare, "a fixed body of that length from the same server")
	return err
}

// anyContract returns a function whose results are the paths of contracts, each of another account as long as there are
// any.
func anyContract(log *ledger.Log) (path func() string) {
	keys := log.Contracts(ledger.ContractKey{}, 0)
	accounts := max(len(keys)/eachAccount, 1)
	n := 0
	return func() string {
		n++
		key := keys[n*7919%accounts*eachAccount] // far from the one before
		return "/v1/contracts/" + key.Contract + "?account_id=" + key.Account
	}
}

// askedOnce is for how many requests, three times over, a log of n events has accounts: figures asked for again are in
// the cache.
func (b *session) askedOnce(n int) int { return min(b.Requests, n/lifeEvents/eachAccount/tries) }

// apiServer is an HTTP server on loopback and one connection to it.
type apiServer struct {
	server *http.Server
	client *client
	body   []byte // at fixedPath
	stop   func() // nil where nothing runs in the background
}

// fixedPath is where the fixed body is.
const fixedPath = "/fixed"

// serveAnswers serves the API, and beside it a fixed body.
func serveAnswers(config api.Config) (*apiServer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := new(apiServer)
	mux := http.NewServeMux()
	mux.Handle("/v1/", api.New(config))
	mux.HandleFunc(fixedPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(s.body)
	})
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(listener) }()
	if s.client, err = dialHTTP(listener.Addr().String()); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// liveServer calls fn with the log of all events and a server of it, while the stream goes into it.
func (b *session) liveServer(ctx context.Context, fn func(*environment, *ledger.Log, *apiServer) error) error {
	return b.live(ctx, func(site *environment, log *ledger.Log) (err error) {
		_, stop := site.follow(ctx, log, b.logger)
		defer func() { err = errors.Join(err, stop()) }()
		server, err := b.serveLive(log, site)
		if err != nil {
			return err
		}
		defer server.close()
		return fn(site, log, server)
	})
}

// serveLive serves a log that appends what is posted, and keeps the totals up to date.
func (b *session) serveLive(log *ledger.Log, site *environment) (*apiServer, error) {
	publisher, err := ingest.NewPublisher(site.conn, &ingest.LogJudge{Log: log})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	s, err := serveAnswers(api.Config{Log: log, Publish: publisher.Post, Logger: b.logger, Now: api.Now, Context: ctx})
	if err != nil {
		stop()
		return nil, err
	}
	s.stop = stop
	return s, nil
}

func (s *apiServer) close() {
	if s.stop != nil {
		s.stop()
	}
	s.client.close()
	_ = s.server.Close()
}

// fix makes what is answered to a path the fixed body.
func (s *apiServer) fix(path string) (err error) {
	s.body, err = s.client.get(path)
	return err
}

// asked measures a number of questions in all.
func (s *apiServer) asked(times int, path func() string) measurement {
	return timed(func() error {
		for range times {
			if _, err := s.client.get(path()); err != nil {
				return err
			}
		}
		return nil
	})
}

// askedEach measures a number of questions by the time that the middle answer takes.
func (s *apiServer) askedEach(times int, path string) measurement {
	return once(func() (time.Duration, error) {
		took := make([]time.Duration, times)
		for i := range took {
			start := time.Now()
			if _, err := s.client.get(path); err != nil {
				return 0, err
			}
			took[i] = time.Since(start)
		}
		return percentile(took, 50), nil
	})
}
