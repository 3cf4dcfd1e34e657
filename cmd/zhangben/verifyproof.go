package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/events"
	"zhangben/ledger/inputfile"
	"zhangben/ledger/proof"
)

func newVerifyProofCommand() *cobra.Command {
	var key, policy, event string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify-proof FILE|-",
		Short: "Check a receipt or a consistency proof, offline",
		Long: "Checks what prove or consistency wrote, with nothing but the public key of the log, and says what is proved.\n" +
			"The key must come by a way that is trusted, not with the proof; so must the policy, if one is given: it says which\n" +
			"witnesses must have cosigned. Exit code 3 says that nothing is proved.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			trusted, err := readTrusted(key, policy)
			if err != nil {
				return err
			}
			text, err := readInput(cmd.Context(), cmd.InOrStdin(), args[0], longestProof)
			if err != nil {
				return exit.Usage(err)
			}
			original, err := readEvent(cmd.Context(), cmd.InOrStdin(), event)
			if err != nil {
				return err
			}
			return verifyProof(cmd.OutOrStdout(), text, trusted, original, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&key, "key", "", "the `public key` of the log, or a file with it")
	flags.StringVar(&policy, "policy", "", "`file` of the witnesses of which enough must have cosigned (C2SP tlog-policy)")
	flags.StringVar(&event, "event", "", "compare the record with the CloudEvent in this `file`")
	flags.BoolVar(&asJSON, "json", false, "print what is proved as JSON")
	_ = cmd.MarkFlagRequired("key") // there is such a flag
	return cmd
}

// maxPublicKey is in bytes: a key is one line.
const maxPublicKey = 4 << 10

// readPublicKey takes a key itself, or the name of a file with one.
func readPublicKey(text string) (proof.Key, error) {
	key, err := proof.ParseKey(text)
	if err == nil {
		return key, nil
	}
	content, errRead := inputfile.Read(text, maxPublicKey)
	switch {
	case errors.Is(errRead, fs.ErrNotExist):
		return key, exit.Usagef("--key is neither a key nor a file with one: %w", err)
	case errRead != nil:
		return key, exit.Usagef("--key: %w", errRead)
	}
	key, err = proof.ParseKey(string(content))
	if err != nil {
		return key, exit.Usagef("--key %s: %w", text, err)
	}
	return key, nil
}

// longestProof is in bytes; what is longer is none.
const longestProof = 2 << 20

// originalEvent is the event that the record of a receipt is compared with.
type originalEvent struct {
	file string
	body []byte
}

// readEvent reads the file of --event; nil where none is named.
func readEvent(ctx context.Context, stdin io.Reader, file string) (*originalEvent, error) {
	if file == "" {
		return nil, nil
	}
	body, err := readInput(ctx, stdin, file, events.MaxSize)
	if err != nil {
		return nil, exit.Usagef("--event: %w", err)
	}
	return &originalEvent{file, body}, nil
}

// provedView is what verify-proof found, in JSON.
type provedView struct {
	OK          bool             `json:"ok"`
	Problem     string           `json:"problem,omitempty"`
	Key         string           `json:"key"`
	Cosigned    []cosignedView   `json:"cosigned,omitempty"`             // by the witnesses of the policy
	Unchecked   int              `json:"unchecked_signatures,omitempty"` // of keys that are not known
	Inclusion   *inclusionView   `json:"inclusion,omitempty"`
	Consistency *consistencyView `json:"consistency,omitempty"`
}

// inclusionView is a record that is in the log.
type inclusionView struct {
	Log          checkpointView  `json:"log"`
	Seq          uint64          `json:"seq"`
	RecordedTime string          `json:"recordedtime"`
	Publisher    *string         `json:"publisher"` // name of the token with which the event was posted
	Event        json.RawMessage `json:"event"`
	SameContent  bool            `json:"same_content,omitempty"` // as in the file of --event
	event        *events.Event
	origin       events.Origin
}

// verifyProof says what a text proves. It fails with exit code 3 where it proves nothing.
func verifyProof(w io.Writer, text []byte, by trusted, original *originalEvent, asJSON bool) error {
	view := provedView{Key: by.key.ID()}
	failure := view.check(text, by, original)
	var coded *exit.Error
	if errors.As(failure, &coded) {
		return failure
	}
	if view.OK = failure == nil; !view.OK {
		view = provedView{Key: by.key.ID(), Problem: failure.Error()}
	}
	if err := view.print(w, asJSON); err != nil {
		return err
	}
	if !view.OK {
		return exit.With(exit.Rejected, fmt.Errorf("not proved: %w", failure))
	}
	return nil
}

// check looks what kind of proof the text is, and checks it.
func (v *provedView) check(text []byte, by trusted, original *originalEvent) error {
	switch {
	case proof.IsConsistency(text) && original != nil:
		return exit.Usagef("--event goes with a receipt, and this is a consistency proof")
	case proof.IsConsistency(text):
		return v.checkConsistency(text, by)
	case proof.IsReceipt(text):
		return v.checkReceipt(text, by, original)
	}
	return errors.New("it is neither a receipt nor a consistency proof")
}

func (v *provedView) checkReceipt(text []byte, by trusted, original *originalEvent) error {
	receipt, err := proof.ParseReceipt(text)
	if err != nil {
		return err
	}
	proven, err := receipt.Verify(by.key)
	if err != nil {
		return err
	}
	if err := v.checkWitnesses(receipt.Checkpoint, by); err != nil {
		return err
	}
	if original != nil {
		if err := original.compare(proven); err != nil {
			return err
		}
	}
	v.Inclusion = &inclusionView{
		Log: viewOfCheckpoint(proven.Checkpoint, nil), Seq: proven.Seq, RecordedTime: proven.Recorded.String(),
		Event: proven.Event.AppendJSON(nil), SameContent: original != nil, event: proven.Event, origin: proven.Origin,
	}
	if proven.Origin.Publisher != "" {
		v.Inclusion.Publisher = &proven.Origin.Publisher
	}
	return nil
}

// compare asks that the event has the content of the record.
func (o *originalEvent) compare(proven proof.Proven) error {
	event, err := events.DecodeJSON(o.body)
	if err != nil {
		return fmt.Errorf("the event in %s: %w", o.file, err)
	}
	if !bytes.Equal(event.AppendContent(nil), proven.Content) {
		return fmt.Errorf("the event in %s has other content than record %d, which is event %v", o.file, proven.Seq, proven.Event.ID)
	}
	return nil
}

func (v *provedView) checkConsistency(text []byte, by trusted) error {
	c, err := proof.ParseConsistency(text)
	if err != nil {
		return err
	}
	older, newer, err := c.Verify(by.key)
	if err != nil {
		return err
	}
	if err := v.checkWitnesses(c.Newer, by); err != nil { // who saw the newer log saw that it continues the older
		return err
	}
	v.Consistency = &consistencyView{Older: viewOfCheckpoint(older, nil), Newer: viewOfCheckpoint(newer, nil)}
	return nil
}

// print says what is proved; what is not is said by the error alone.
func (v *provedView) print(w io.Writer, asJSON bool) error {
	switch {
	case asJSON:
		line, err := marshalLine(v)
		if err == nil {
			_, err = w.Write(line)
		}
		return err
	case v.Inclusion != nil:
		return v.Inclusion.print(w, v.addSignatures)
	case v.Consistency != nil:
		return v.Consistency.print(w, v.addSignatures)
	}
	return nil
}

func (v *inclusionView) print(w io.Writer, signatures func(*table)) error {
	if _, err := fmt.Fprintf(w, "proved: event %v is record %d of the log %s\n\n", v.event.ID, v.Seq, v.Log.Origin); err != nil {
		return err
	}
	what := new(table)
	what.add("kind", v.event.Kind().String())
	what.add("account", v.event.Account)
	if v.event.Contract != "" {
		what.add("contract", v.event.Contract)
	}
	what.add("happened", v.event.Time.String())
	what.add("recorded", v.RecordedTime)
	what.add("published", originText(v.origin))
	if v.SameContent {
		what.add("content", "the same as in the file")
	}
	what.add("log size", strconv.FormatUint(v.Log.Size, 10)+" records")
	what.add("log root", v.Log.Root)
	signatures(what)
	return what.write(w, "")
}

// originText says by whom an event was published.
func originText(o events.Origin) string {
	text := map[events.Writer]string{
		events.OverNATS: "over NATS",
		events.OverHTTP: "over HTTP",
		events.ByLedger: "by the ledger itself",
	}[o.By]
	if o.Publisher != "" {
		text += ", with the token " + o.Publisher
	}
	return text
}

func (v *consistencyView) print(w io.Writer, signatures func(*table)) error {
	_, err := fmt.Fprintf(w, "proved: the log %s of %d records begins with the %d records it had, unchanged\n\n",
		v.Newer.Origin, v.Newer.Size, v.Older.Size)
	if err != nil {
		return err
	}
	what := new(table)
	what.add("older root", v.Older.Root)
	what.add("newer root", v.Newer.Root)
	signatures(what)
	return what.write(w, "")
}
