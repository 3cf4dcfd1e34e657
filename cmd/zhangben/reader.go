package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
	"zhangben/projections/api"
)

// defaultServer is where read commands ask.
const defaultServer = "http://127.0.0.1:8808"

// startHint says what to do where no server answers.
const startHint = "zhangben serve starts one, zhangben demo one with samples"

// sourceOptions say where answers come from.
type sourceOptions struct {
	server    string // address of a running server; "" takes the usual one
	data      string // folder that is read instead
	unindexed bool   // the folder is only read through: nothing in it is looked up
	token     clientToken
	ca        trust
	signer    func(*ledger.Log) (*checkpoint.Signer, error) // of the folder's checkpoints; nil: they are not asked for
}

// source answers read commands: a running server, or the same API upon a folder. Close it after use.
type source struct {
	base   string
	token  string
	client http.Client
	folder *ledger.Log // nil with a server
}

// open finds the source that the options name. A folder's diagnostics go to stderr.
func (o *sourceOptions) open(stderr io.Writer) (*source, error) {
	if o.data != "" && o.server != "" {
		return nil, exit.Usagef("--data and --server exclude each other")
	}
	if o.data != "" {
		return o.openFolder(stderr)
	}
	address := strings.TrimSuffix(cmp.Or(o.server, defaultServer), "/")
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, exit.Usagef("--server %q is no address such as %s", address, defaultServer)
	}
	token, err := o.token.read()
	if err != nil {
		return nil, err
	}
	client, err := o.ca.client()
	if err != nil {
		return nil, err
	}
	return &source{base: address, token: token, client: client}, nil
}

// openFolder serves a data folder to this process alone.
func (o *sourceOptions) openFolder(stderr io.Writer) (*source, error) {
	log, err := openForReading(o.data, o.unindexed)
	if err != nil {
		return nil, err
	}
	config := api.Config{Log: log, Now: api.Now, Logger: slog.New(slog.NewTextHandler(stderr, nil))}
	if o.signer != nil {
		if config.Checkpoints, err = o.signer(log); err != nil {
			return nil, errors.Join(err, log.Close())
		}
	}
	return &source{base: "http://localhost", client: http.Client{Transport: inProcess{api.New(config)}}, folder: log}, nil
}

// openForReading opens the log of a data folder.
func openForReading(folder string, unindexed bool) (*ledger.Log, error) {
	log, err := ledger.Open(folder, ledger.Options{ReadOnly: true, Unindexed: unindexed})
	return log, advise(err)
}

// advise says what to do where a folder cannot be read.
func advise(err error) error {
	switch {
	case errors.Is(err, ledger.ErrLocked):
		return fmt.Errorf("%w: ask the running server instead, with --server %s", err, defaultServer)
	case errors.Is(err, ledger.ErrNoLedger):
		return fmt.Errorf("%w: --data DIR names another folder, --server URL a running server", err)
	}
	return err
}

// log is the log of a folder; nil where a server answers.
func (s *source) log() *ledger.Log { return s.folder }

// Close ends what the source has open.
func (s *source) Close() error {
	s.client.CloseIdleConnections()
	if s.folder == nil {
		return nil
	}
	return s.folder.Close()
}

// do sends a request and returns the answer, whose body the caller closes. An answer other than 200 is an error.
func (s *source) do(ctx context.Context, method, path string, query url.Values, accept string) (*http.Response, error) {
	address := s.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", accept)
	return s.send(request)
}

// post sends JSON and returns the answer as do does.
func (s *source) post(ctx context.Context, path string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	return s.send(request)
}

func (s *source) send(request *http.Request) (*http.Response, error) {
	if s.token != "" {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w: is a server running there? %s, --server URL names another, --data DIR reads a folder", err, startHint)
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		return nil, s.problem(response)
	}
	return response, nil
}

// problem makes an error of a server's answer.
func (s *source) problem(response *http.Response) error {
	var problem api.Problem
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(body, &problem)
	}
	if err != nil || problem.Detail == "" {
		return fmt.Errorf("%s answers %s", s.base, response.Status)
	}
	detail := errors.New(problem.Detail)
	switch {
	case len(problem.Rejected) > 0:
		return &RefusedFields{problem.Rejected}
	case len(problem.Accounts) > 0:
		return fmt.Errorf("the contract id is used by several accounts: choose with --account one of %s", strings.Join(problem.Accounts, ", "))
	case response.StatusCode == http.StatusBadRequest:
		return exit.Usage(detail)
	case problem.Code == "internal" && s.folder != nil:
		return exit.With(exit.Storage, detail)
	}
	return detail
}

// get returns the JSON of an answer.
func (s *source) get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	return s.body(ctx, http.MethodGet, path, query)
}

// body requests a path by a method, and returns the JSON of the answer.
func (s *source) body(ctx context.Context, method, path string, query url.Values) ([]byte, error) {
	response, err := s.do(ctx, method, path, query, "application/json")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

// RefusedFields is the error of a server that refuses fields of a request for a preview.
type RefusedFields struct{ List []api.FieldError }

// Error implements error.
func (e *RefusedFields) Error() string { return e.List[0].Pointer + ": " + e.List[0].Message }

// decode reads JSON of an answer.
func decode(answer []byte, into any) error {
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	return nil
}

// ask sends a body as JSON, unless that is nil, and decodes the answer.
func (s *source) ask(ctx context.Context, method, path string, body, into any) error {
	var answer *http.Response
	var err error
	if body == nil {
		answer, err = s.do(ctx, method, path, nil, "application/json")
	} else {
		var text []byte
		if text, err = json.Marshal(body); err == nil {
			answer, err = s.post(ctx, path, bytes.NewReader(text))
		}
	}
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("the answer broke off: %w", err)
	}
	return decode(text, into)
}

// ready is nil, or says why the server is not ready.
func (s *source) ready(ctx context.Context) error { return askReady(ctx, &s.client, s.base) }

// inProcess hands requests to a handler in this process.
type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := &heldAnswer{header: http.Header{}, status: http.StatusOK}
	r = r.Clone(r.Context())
	r.Host = r.URL.Host
	if r.Body == nil {
		r.Body = http.NoBody
	}
	p.handler.ServeHTTP(answer, r)
	return &http.Response{
		Status: http.StatusText(answer.status), StatusCode: answer.status, Header: answer.header, Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: io.NopCloser(&answer.body),
	}, nil
}

// heldAnswer keeps what a handler writes.
type heldAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *heldAnswer) Header() http.Header         { return a.header }
func (a *heldAnswer) WriteHeader(status int)      { a.status = status }
func (a *heldAnswer) Write(p []byte) (int, error) { return a.body.Write(p) }
