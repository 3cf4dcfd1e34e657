package bench

import (
	"context"
	"net"
	"net/http"
	"time"

	"zhangben/ledger"
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
		path := anyContract(log)
		if err := b.answer(site, "figures of any contract, for the first time", b.askedOnce(b.Events), path); err != nil {
			return err
		}
		if _, err := site.client.get("/v1/totals"); err != nil { // folds every account, as serve does when it has time
			return err
		}
		return b.answer(site, "figures of any contract", b.Requests, path)
	})
}

// answer measures one kind of request.
func (b *session) answer(site *apiServer, name string, requests int, path func() string) (err error) {
	if site.body, err = site.client.get(path()); err != nil {
		return err
	}
	fixed := func() string { return fixedPath }
	return b.rate(name, requests, "requests/s", site.asked(requests, path), site.asked(requests, fixed),
		"a fixed body of that length from the same server")
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

func (s *apiServer) close() {
	s.client.close()
	_ = s.server.Close()
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
