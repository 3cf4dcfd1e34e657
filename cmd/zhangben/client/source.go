// Package client asks a ledger: a running server over HTTP, or the log of a data folder through the same API within
// this process. It also connects to NATS servers, with the users, tokens and certificates that the command line names.
package client

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

// DefaultServer is where read commands ask.
const DefaultServer = "http://127.0.0.1:8808"

// StartHint says what to do where no server answers.
const StartHint = "zhangben serve starts one, zhangben demo one with samples"

// Options say where answers come from.
type Options struct {
	Server    string // address of a running server; "" takes the usual one
	Data      string // folder that is read instead
	Unindexed bool   // the folder is only read through: nothing in it is looked up
	Token     Token
	CA        CAPool
	Signer    func(*ledger.Log) (*checkpoint.Signer, error) // of the folder's checkpoints; nil: they are not asked for
}

// Source answers read commands: a running server, or the same API upon a folder. Close it after use.
type Source struct {
	Address string
	token   string
	client  http.Client
	folder  *ledger.Log // nil with a server
}

// Open finds the source that the options name. A folder's diagnostics go to stderr.
func (o *Options) Open(stderr io.Writer) (*Source, error) {
	if o.Data != "" && o.Server != "" {
		return nil, exit.Usagef("--data and --server exclude each other")
	}
	if o.Data != "" {
		return o.openFolder(stderr)
	}
	address := strings.TrimSuffix(cmp.Or(o.Server, DefaultServer), "/")
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, exit.Usagef("--server %q is no address such as %s", address, DefaultServer)
	}
	token, err := o.Token.read()
	if err != nil {
		return nil, err
	}
	client, err := o.CA.HTTPClient()
	if err != nil {
		return nil, err
	}
	return &Source{Address: address, token: token, client: client}, nil
}

// openFolder serves a data folder to this process alone.
func (o *Options) openFolder(stderr io.Writer) (*Source, error) {
	log, err := OpenLog(o.Data, o.Unindexed)
	if err != nil {
		return nil, err
	}
	config := api.Config{Log: log, Now: api.Now, Logger: slog.New(slog.NewTextHandler(stderr, nil))}
	if o.Signer != nil {
		if config.Checkpoints, err = o.Signer(log); err != nil {
			return nil, errors.Join(err, log.Close())
		}
	}
	return &Source{Address: "http://localhost", client: http.Client{Transport: inProcess{api.New(config)}}, folder: log},
		nil
}

// OpenLog opens the log of a data folder.
func OpenLog(folder string, unindexed bool) (*ledger.Log, error) {
	log, err := ledger.Open(folder, ledger.Options{ReadOnly: true, Unindexed: unindexed})
	return log, Advise(err)
}

// Advise says what to do where a folder cannot be read.
func Advise(err error) error {
	switch {
	case errors.Is(err, ledger.ErrLocked):
		return fmt.Errorf("%w: ask the running server instead, with --server %s", err, DefaultServer)
	case errors.Is(err, ledger.ErrNoLedger):
		return fmt.Errorf("%w: --data DIR names another folder, --server URL a running server", err)
	}
	return err
}

// Log is the log of a folder; nil where a server answers.
func (s *Source) Log() *ledger.Log { return s.folder }

// Close ends what the source has open.
func (s *Source) Close() error {
	s.client.CloseIdleConnections()
	if s.folder == nil {
		return nil
	}
	return s.folder.Close()
}

// Do sends a request and returns the answer, whose body the caller closes. An answer other than 200 is an error.
func (s *Source) Do(ctx context.Context, method, path string, query url.Values, accept string) (*http.Response, error) {
	address := s.Address + path
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

// Post sends JSON and returns the answer as do does.
func (s *Source) Post(ctx context.Context, path string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Address+path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	return s.send(request)
}

func (s *Source) send(request *http.Request) (*http.Response, error) {
	if s.token != "" {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w: is a server running there? %s, --server URL names another, --data DIR reads a folder",
			err, StartHint)
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		return nil, s.problem(response)
	}
	return response, nil
}

// problem makes an error of a server's answer.
func (s *Source) problem(response *http.Response) error {
	var problem api.Problem
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(body, &problem)
	}
	if err != nil || problem.Detail == "" {
		return fmt.Errorf("%s answers %s", s.Address, response.Status)
	}
	detail := errors.New(problem.Detail)
	switch {
	case len(problem.Rejected) > 0:
		return &RefusedFields{problem.Rejected}
	case len(problem.Accounts) > 0:
		return fmt.Errorf("the contract id is used by several accounts: choose with --account one of %s",
			strings.Join(problem.Accounts, ", "))
	case response.StatusCode == http.StatusBadRequest:
		return exit.Usage(detail)
	case problem.Code == "internal" && s.folder != nil:
		return exit.With(exit.Storage, detail)
	}
	return detail
}

// Get returns the JSON of an answer.
func (s *Source) Get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	return s.body(ctx, http.MethodGet, path, query)
}

// body requests a path by a method, and returns the JSON of the answer.
func (s *Source) body(ctx context.Context, method, path string, query url.Values) ([]byte, error) {
	response, err := s.Do(ctx, method, path, query, "application/json")
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

// Ask sends a body as JSON, unless that is nil, and decodes the answer.
func (s *Source) Ask(ctx context.Context, method, path string, body, into any) error {
	var answer *http.Response
	var err error
	if body == nil {
		answer, err = s.Do(ctx, method, path, nil, "application/json")
	} else {
		var text []byte
		if text, err = json.Marshal(body); err == nil {
			answer, err = s.Post(ctx, path, bytes.NewReader(text))
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

// Ready returns why the server is not ready, or nil.
func (s *Source) Ready(ctx context.Context) error { return askReady(ctx, &s.client, s.Address) }

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
