// Package preview asks a ledger what figures would be with events or terms that might be.
package preview

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/input"
	"zhangben/cmd/zhangben/server"
	"zhangben/events"
)

// Question is the request for a preview, and the files that it is made of.
type Question struct {
	With     string            `json:"-"` // file of events that might be
	Terms    string            `json:"-"` // file of parameters that might be
	Events   []json.RawMessage `json:"events,omitempty"`
	Params   json.RawMessage   `json:"params,omitempty"`
	Contract string            `json:"contract_id,omitempty"`
	Account  string            `json:"account_id,omitempty"`
	AsOf     string            `json:"as_of,omitempty"`
	KnownAt  string            `json:"known_at,omitempty"`
	All      bool              `json:"all,omitempty"`

	lines []int // of the file With, on which the events stand
}

// Read checks what was asked for, and reads the files.
func (q *Question) Read(ctx context.Context, stdin io.Reader) (err error) {
	switch {
	case q.With == "" && q.Terms == "":
		return exit.Usagef("say with --with FILE or --terms FILE what might be")
	case q.All && (q.Terms == "" || q.With+q.Contract+q.Account != ""):
		return exit.Usagef("--all goes with --terms, and with none of --with, --contract and --account")
	case q.With == "" && !q.All && q.Contract+q.Account == "":
		return exit.Usagef("name a --contract or an --account, or take --all")
	}
	if q.With != "" {
		if err := q.readEvents(ctx, stdin); err != nil {
			return err
		}
	}
	if q.Terms != "" {
		q.Params, err = server.ReadParams(q.Terms)
	}
	return err
}

// maxEvents is in bytes, as the API has it.
const maxEvents = 1 << 20

// readEvents reads a file of events, one a line. What is no JSON cannot go into a request, and is refused here.
func (q *Question) readEvents(ctx context.Context, stdin io.Reader) error {
	in, err := input.Open(ctx, stdin, q.With)
	if err != nil {
		return err
	}
	defer in.Close()
	lines, err := input.OpenLines(in)
	if err != nil {
		return err
	}
	for size := 0; ; {
		batch, err := lines.Next()
		if size += batch.Size; size > maxEvents {
			return exit.Usagef("%s has more than %d bytes: a preview takes no more", in.Name, maxEvents)
		}
		for i, body := range batch.Bodies {
			if !json.Valid(body) {
				_, why := events.DecodeJSON(body)
				return exit.With(exit.Rejected, fmt.Errorf("line %d: %w", batch.Numbers[i], why))
			}
			q.Events, q.lines = append(q.Events, body), append(q.lines, batch.Numbers[i])
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
	}
}

// Ask sends the request and returns the answer, which the caller closes.
func (q *Question) Ask(ctx context.Context, source *client.Source) (io.ReadCloser, error) {
	response, err := source.Do(ctx, http.MethodPost, "/v1/preview", nil, "application/json", q)
	var fields *client.RefusedFields
	if errors.As(err, &fields) {
		return nil, q.refused(fields)
	}
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

// refused says on which lines of the file the refused fields are.
func (q *Question) refused(fields *client.RefusedFields) error {
	code := exit.BadUsage
	var texts []string
	for _, field := range fields.List {
		where := field.Pointer
		if rest, ok := strings.CutPrefix(field.Pointer, "/events/"); ok {
			index, pointer, _ := strings.Cut(rest, "/")
			if i, err := strconv.Atoi(index); err == nil && i < len(q.lines) {
				where, code = fmt.Sprintf("line %d: /%s", q.lines[i], pointer), exit.Rejected
			}
		}
		texts = append(texts, fmt.Sprintf("%s: %s: %s", where, field.Code, field.Message))
	}
	return exit.With(code, errors.New(strings.Join(texts, "\n")))
}
