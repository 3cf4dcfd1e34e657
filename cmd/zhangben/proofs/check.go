// Package proofs reads, checks and prints checkpoints, receipts and consistency proofs, which need no ledger.
package proofs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/input"
	"zhangben/cmd/zhangben/render"
	"zhangben/events"
	"zhangben/ledger/inputfile"
	"zhangben/ledger/proof"
)

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

// MaxSize is in bytes; what is longer is none.
const MaxSize = 2 << 20

// Original is the event that the record of a receipt is compared with.
type Original struct {
	file string
	body []byte
}

// ReadOriginal reads the file of --event; nil where none is named.
func ReadOriginal(ctx context.Context, stdin io.Reader, file string) (*Original, error) {
	if file == "" {
		return nil, nil
	}
	body, err := input.Read(ctx, stdin, file, events.MaxSize)
	if err != nil {
		return nil, exit.Usagef("--event: %w", err)
	}
	return &Original{file, body}, nil
}

// Check says what a text proves. It fails with exit code 3 where it proves nothing.
func Check(w io.Writer, text []byte, by Trusted, original *Original, asJSON bool) error {
	view := proved{Key: by.key.ID()}
	failure := view.check(text, by, original)
	var coded *exit.Error
	if errors.As(failure, &coded) {
		return failure
	}
	if view.OK = failure == nil; !view.OK {
		view = proved{Key: by.key.ID(), Problem: failure.Error()}
	}
	if err := render.JSONOr(w, asJSON, &view, view.print); err != nil {
		return err
	}
	if !view.OK {
		return exit.With(exit.Rejected, fmt.Errorf("not proved: %w", failure))
	}
	return nil
}

// check looks what kind of proof the text is, and checks it.
func (v *proved) check(text []byte, by Trusted, original *Original) error {
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

func (v *proved) checkReceipt(text []byte, by Trusted, original *Original) error {
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
	v.Inclusion = &inclusion{
		Log: OfCheckpoint(proven.Checkpoint, nil), Seq: proven.Seq, RecordedTime: proven.Recorded.String(),
		Event: proven.Event.AppendJSON(nil), SameContent: original != nil, event: proven.Event, origin: proven.Origin,
	}
	if proven.Origin.Publisher != "" {
		v.Inclusion.Publisher = &proven.Origin.Publisher
	}
	return nil
}

// compare asks that the event has the content of the record.
func (o *Original) compare(proven proof.Proven) error {
	event, err := events.DecodeJSON(o.body)
	if err != nil {
		return fmt.Errorf("the event in %s: %w", o.file, err)
	}
	if !events.SameContent(event.AppendContent(nil), proven.Content) {
		return fmt.Errorf("the event in %s has other content than record %d, which is event %v",
			o.file, proven.Seq, proven.Event.ID)
	}
	return nil
}

func (v *proved) checkConsistency(text []byte, by Trusted) error {
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
	v.Consistency = &Consistency{Older: OfCheckpoint(older, nil), Newer: OfCheckpoint(newer, nil)}
	return nil
}
