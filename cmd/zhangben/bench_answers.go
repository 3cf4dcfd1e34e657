package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

// benchRequests is how many requests an answer is measured with, one after the other over one connection.
const benchRequests = 5_000

// answer is one kind of request to measure.
type answer struct {
	name string
	path func(n int) string // of the nth request
}

// answers measures figures over HTTP, each beside the same server giving a fixed body of that length, and then all
// contracts at one instant, beside reading the file.
func (b *bench) answers(ctx context.Context) (err error) {
	log, err := ledger.Open(b.ledgerDir(), ledger.Options{ReadOnly: true, Logger: b.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	keys := log.Contracts(ledger.ContractKey{}, 0)
	for _, a := range []answer{
		{"figures of any contract", func(n int) string { return contractPath(keys[n*7919%len(keys)]) }},
		{"figures of one contract, asked again", func(int) string { return contractPath(keys[len(keys)/2]) }},
		{"totals at the present, nothing new", func(int) string { return "/v1/totals" }},
	} {
		if err := b.answer(log, a); err != nil {
			return err
		}
	}
	return b.replayBy("all contracts' figures at one instant", func(log *ledger.Log) error {
		at := query.At{AsOf: civil.DateOf(2026, time.January, 1).Start(), KnownAt: log.Last()}
		_, err := query.New(log).Totals(ctx, at)
		return err
	})
}

func contractPath(key ledger.ContractKey) string {
	return "/v1/contracts/" + key.Contract + "?account_id=" + key.Account
}

// answer measures one kind of request.
func (b *bench) answer(log *ledger.Log, a answer) error {
	site, err := serveAnswers(log, a.path(0))
	if err != nil {
		return err
	}
	defer site.close()
	bare, took, err := sideBySide(
		func(int) (time.Duration, error) { return site.ask(func(int) string { return fixedPath }) },
		func(int) (time.Duration, error) { return site.ask(a.path) })
	b.report.add(a.name, perSecond(benchRequests, took), "requests/s",
		perSecond(benchRequests, bare), "a fixed body of that length from the same server")
	return err
}

// answerSite is an HTTP server on loopback and one connection to it.
type answerSite struct {
	server  *http.Server
	conn    net.Conn
	answers *bufio.Reader
}

// fixedPath is where the fixed body is.
const fixedPath = "/fixed"

// serveAnswers serves a log, and beside it, fixed, what it answers to a path.
func serveAnswers(log *ledger.Log, path string) (*answerSite, error) {
	figures := api.New(api.Config{Log: log, Now: now})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	var fixed []byte
	mux := http.NewServeMux()
	mux.Handle("/v1/", figures)
	mux.HandleFunc(fixedPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(fixed)
	})
	s := &answerSite{server: &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}}
	if s.conn, err = net.Dial("tcp", listener.Addr().String()); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s.answers = bufio.NewReader(s.conn)
	go func() { _ = s.server.Serve(listener) }()
	if fixed, err = s.get(path); err != nil {
		s.close()
	}
	return s, err
}

func (s *answerSite) close() {
	_ = s.conn.Close()
	_ = s.server.Close()
}

// ask times benchRequests requests.
func (s *answerSite) ask(path func(n int) string) (time.Duration, error) {
	start := time.Now()
	for n := range benchRequests {
		if _, err := s.get(path(n)); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// get asks and gives the body. It does as little as it can: it shares the processors with what is measured.
func (s *answerSite) get(path string) (body []byte, err error) {
	if _, err := fmt.Fprintf(s.conn, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path); err != nil {
		return nil, err
	}
	status, err := s.answers.ReadString('\n')
	if err == nil && !strings.Contains(status, " 200 ") {
		err = fmt.Errorf("GET %s: %s", path, status)
	}
	length := 0
	for line := []byte(status); err == nil && len(line) > len("\r\n"); line, err = s.answers.ReadSlice('\n') {
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				break
			}
		}
	}
	if err != nil {
		return nil, err
	}
	body = make([]byte, length)
	_, err = io.ReadFull(s.answers, body)
	return body, err
}
