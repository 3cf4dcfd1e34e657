package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"zhangben/cmd/zhangben/exit"
	"zhangben/events"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/ledger/inputfile"
)

// FirstTermsID is the id of the terms that a ledger begins with. It is the same in every ledger: whoever publishes them
// twice publishes a duplicate, and other terms never take their place.
var FirstTermsID = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:zhangben:first-terms"))

// firstTermsTime is when they take effect where the file does not say: before everything.
const firstTermsTime = `"2000-01-01T00:00:00+08:00"`

// firstTerms are the terms of the file --terms; nil where none was named.
type firstTerms struct {
	body  []byte // as an event in JSON
	event *events.Event
}

// readFirstTerms reads a file { "version", "params", "time"? }; path "" names none. What is wrong with it is the user's
// mistake.
func readFirstTerms(path string) (*firstTerms, error) {
	if path == "" {
		return nil, nil
	}
	text, err := inputfile.Read(path, events.MaxSize)
	if err != nil {
		return nil, exit.Usagef("--terms: %w", err)
	}
	terms, err := parseFirstTerms(text)
	if err != nil {
		return nil, exit.Usagef("--terms %s: %w", path, err)
	}
	return terms, nil
}

func parseFirstTerms(text []byte) (*firstTerms, error) {
	members, err := membersOf(text)
	if err != nil {
		return nil, err
	}
	at := members["time"]
	if at == nil {
		at = json.RawMessage(firstTermsTime)
	}
	body, err := firstTermsBody(at, members["version"], members["params"])
	if err != nil {
		return nil, err
	}
	event, err := events.DecodeJSON(body)
	var refusal *events.Rejection
	if errors.As(err, &refusal) { // its pointer is into an event that the user never saw
		return nil, &events.Rejection{Code: refusal.Code, Pointer: strings.TrimPrefix(refusal.Pointer, "/data"),
			Message: refusal.Message}
	}
	return &firstTerms{body, event}, err
}

// membersOf reads the object of a file: nothing unknown, nothing twice, nothing after it.
func membersOf(text []byte) (map[string]json.RawMessage, error) {
	list, err := events.ParseObject(text)
	var fault *events.Rejection
	switch {
	case errors.As(err, &fault) && fault.Pointer == "":
		return nil, fmt.Errorf("the file is not one JSON object: %s", fault.Message)
	case err != nil:
		return nil, err
	}
	members := map[string]json.RawMessage{}
	for _, m := range list {
		if m.Name != "version" && m.Name != "params" && m.Name != "time" {
			return nil, fmt.Errorf("%q is none of version, params and time", m.Name)
		}
		members[m.Name] = json.RawMessage(m.Raw)
	}
	return members, nil
}

// ReadParams reads a file with a JSON object of parameters, or a file as serve --terms takes it, which has them under
// params.
func ReadParams(path string) ([]byte, error) {
	params, err := inputfile.Read(path, events.MaxSize)
	if err != nil {
		return nil, err
	}
	if members, err := membersOf(params); err == nil && members["params"] != nil {
		params = members["params"]
	}
	if _, err := events.ParseParams(params); err != nil {
		return nil, exit.Usagef("%s: %w", path, err)
	}
	return params, nil
}

// firstTermsBody spells the event; what the file leaves out is left out.
func firstTermsBody(time, version, params json.RawMessage) ([]byte, error) {
	type data struct {
		Account string          `json:"account_id"`
		Version json.RawMessage `json:"version,omitempty"`
		Params  json.RawMessage `json:"params,omitempty"`
	}
	return json.Marshal(struct {
		SpecVersion string          `json:"specversion"`
		ID          uuid.UUID       `json:"id"`
		Source      string          `json:"source"`
		Type        string          `json:"type"`
		Time        json.RawMessage `json:"time"`
		Data        data            `json:"data"`
	}{"1.0", FirstTermsID, "/zhangben/serve", "billing.terms.published.v1", time, data{events.All, version, params}})
}

// settle publishes the terms through the stream if the ledger is empty, and else wants them to be those it began with.
func (t *firstTerms) settle(ctx context.Context, publisher *ingest.Publisher, log *ledger.Log, in *intake,
	logger *slog.Logger) error {
	if t == nil {
		return nil
	}
	if known, err := t.known(log, logger); known || err != nil {
		return err
	}
	if !in.caughtUp(ctx) {
		logger.Warn("--terms is skipped: ingest is stopped")
		return nil
	}
	if known, err := t.known(log, logger); known || err != nil {
		return err
	}
	if log.Last() > 0 {
		return exit.Usagef("--terms: the ledger has begun without a file of terms: publish terms.published instead")
	}
	return t.publish(ctx, publisher, logger)
}

// known reports whether the ledger began with terms of a file. It is an error if they were others.
func (t *firstTerms) known(log *ledger.Log, logger *slog.Logger) (bool, error) {
	seq, found, err := log.Find(FirstTermsID)
	if err != nil || !found {
		return false, err
	}
	record, err := log.Record(seq)
	if err != nil {
		return true, err
	}
	if !events.SameContent(record.Content, t.event.AppendContent(nil)) {
		return true,
			exit.Usagef("--terms: the ledger began with other terms (record %d): publish terms.published to change them", seq)
	}
	logger.Info("the ledger began with the terms of --terms", "seq", seq)
	return true, nil
}

func (t *firstTerms) publish(ctx context.Context, publisher *ingest.Publisher, logger *slog.Logger) error {
	verdicts, err := publisher.As(events.Origin{By: events.ByLedger}).Publish(ctx, [][]byte{t.body})
	if err != nil {
		return fmt.Errorf("publish the terms of --terms: %w", err)
	}
	if v := verdicts[0]; v.Status != ledger.Appended && v.Status != ledger.Duplicate {
		return fmt.Errorf("publish the terms of --terms: %s: %s", v.Status, v.Message)
	}
	logger.Info("published the terms of --terms", "seq", verdicts[0].Seq)
	return nil
}

// caughtUp waits until the log holds what the stream held at the start. It is false where that will not be.
func (in *intake) caughtUp(ctx context.Context) bool {
	for ctx.Err() == nil {
		in.mu.Lock()
		halted := in.halted
		in.mu.Unlock()
		if halted != nil {
			return false
		}
		wait, cancel := context.WithTimeout(ctx, time.Second)
		err := in.log.Wait(wait, in.behind)
		cancel()
		if err == nil {
			return true
		}
	}
	return false
}
