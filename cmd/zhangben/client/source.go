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

// Close ends what the source has open.
func (s *Source) Close() error {
	s.client.CloseIdleConnections()
	if s.folder == nil {
		return nil
	}
	return s.folder.Close()
}

// Do sends a request, with a body as JSON unless that is nil, and returns the answer, whose body the caller closes. An
// answer other than 200 is an error.
func (s *Source) Do(ctx context.Context, method, path string, query url.Values, accept string,
	body any) (*http.Response, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, s.Address+path, content)
	if err != nil {
		return nil, err
	}
	request.URL.RawQuery = query.Encode()
	request.Header.Set("Accept", accept)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
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

// Text returns the whole of an answer.
func (s *Source) Text(ctx context.Context, method, path string, query url.Values, accept string,
	body any) ([]byte, error) {
	response, err := s.Do(ctx, method, path, query, accept, body)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	return text, nil
}

// Get returns the JSON of an answer.
func (s *Source) Get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	return s.Text(ctx, http.MethodGet, path, query, "application/json", nil)
}

// Ask sends a body as JSON, unless that is nil, and decodes the answer.
func (s *Source) Ask(ctx context.Context, method, path string, body, into any) error {
	text, err := s.Text(ctx, method, path, nil, "application/json", body)
	if err != nil {
		return err
	}
	return decode(text, into)
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

// Ready returns why the server is not ready, or nil.
func (s *Source) Ready(ctx context.Context) error { return askReady(ctx, &s.client, s.Address) }
