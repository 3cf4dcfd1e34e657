package proofs

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/google/uuid"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/events"
	"zhangben/ledger/proof"
)

// Receipt is a receipt in JSON.
type Receipt struct {
	EventID string `json:"event_id"`
	Seq     uint64 `json:"seq"`
	Origin  string `json:"origin"`
	Size    uint64 `json:"size"`
	Receipt string `json:"receipt"`
}

// Checkpoint is a checkpoint in JSON.
type Checkpoint struct {
	Origin string `json:"origin"`
	Size   uint64 `json:"size"`
	Root   string `json:"root"` // base64
	Signed string `json:"checkpoint,omitempty"`
}

// OfCheckpoint is the view of a checkpoint; signed may be nil.
func OfCheckpoint(c proof.Checkpoint, signed []byte) Checkpoint {
	return Checkpoint{c.Origin, c.Size, c.Root.String(), string(signed)}
}

// Consistency is a consistency proof in JSON.
type Consistency struct {
	Older Checkpoint `json:"older"`
	Newer Checkpoint `json:"newer"`
	Proof string     `json:"proof,omitempty"`
}

func (v *Consistency) print(w io.Writer, signatures func(*render.Table)) error {
	_, err := fmt.Fprintf(w, "proved: the log %s of %d records begins with the %d records it had, unchanged\n\n",
		v.Newer.Origin, v.Newer.Size, v.Older.Size)
	if err != nil {
		return err
	}
	what := new(render.Table)
	what.Add("older root", v.Older.Root)
	what.Add("newer root", v.Newer.Root)
	signatures(what)
	return what.Write(w, "")
}

// OfConsistency reads a proof without checking who signed it.
func OfConsistency(text []byte) (view Consistency, err error) {
	c, err := proof.ParseConsistency(text)
	if err != nil {
		return view, err
	}
	older, err := proof.ReadCheckpoint(c.Older)
	if err != nil {
		return view, err
	}
	newer, err := proof.ReadCheckpoint(c.Newer)
	if err != nil {
		return view, err
	}
	return Consistency{OfCheckpoint(older, c.Older), OfCheckpoint(newer, c.Newer), string(text)}, nil
}

// proved is what verify-proof found, in JSON.
type proved struct {
	OK          bool         `json:"ok"`
	Problem     string       `json:"problem,omitempty"`
	Key         string       `json:"key"`
	Cosigned    []cosigned   `json:"cosigned,omitempty"`             // by the witnesses of the policy
	Unchecked   int          `json:"unchecked_signatures,omitempty"` // of keys that are not known
	Inclusion   *inclusion   `json:"inclusion,omitempty"`
	Consistency *Consistency `json:"consistency,omitempty"`
}

// print says what is proved; what is not is said by the error alone.
func (v *proved) print(w io.Writer) error {
	switch {
	case v.Inclusion != nil:
		return v.Inclusion.print(w, v.addSignatures)
	case v.Consistency != nil:
		return v.Consistency.print(w, v.addSignatures)
	}
	return nil
}

// addSignatures adds who has signed and cosigned, and how many signatures are of keys that are not known.
func (v *proved) addSignatures(to *render.Table) {
	to.Add("signed by", v.Key)
	for _, c := range v.Cosigned {
		to.Add("cosigned", c.Witness+" at "+c.At)
	}
	if v.Unchecked > 0 {
		to.Add("not checked", fmt.Sprintf("%d more of keys that are not known (--policy names witnesses)", v.Unchecked))
	}
}

// cosigned is a witness's cosignature.
type cosigned struct {
	Witness string `json:"witness"`
	At      string `json:"at"` // by the witness's clock
}

// inclusion is a record that is in the log.
type inclusion struct {
	Log          Checkpoint      `json:"log"`
	Seq          uint64          `json:"seq"`
	RecordedTime string          `json:"recordedtime"`
	Publisher    *string         `json:"publisher"` // name of the token with which the event was posted
	Event        json.RawMessage `json:"event"`
	SameContent  bool            `json:"same_content,omitempty"` // as in the file of --event
	event        *events.Event
	origin       events.Origin
}

func (v *inclusion) print(w io.Writer, signatures func(*render.Table)) error {
	if _, err := fmt.Fprintf(w, "proved: event %v is record %d of the log %s\n\n", v.event.ID, v.Seq,
		v.Log.Origin); err != nil {
		return err
	}
	what := new(render.Table)
	what.Add("kind", v.event.Kind().String())
	what.Add("account", v.event.Account)
	if v.event.Contract != "" {
		what.Add("contract", v.event.Contract)
	}
	what.Add("happened", v.event.Time.String())
	what.Add("recorded", v.RecordedTime)
	what.Add("published", originText(v.origin))
	if v.SameContent {
		what.Add("content", "the same as in the file")
	}
	what.Add("log size", strconv.FormatUint(v.Log.Size, 10)+" records")
	what.Add("log root", v.Log.Root)
	signatures(what)
	return what.Write(w, "")
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

// OfReceipt reads a receipt without checking who signed it, and looks whether it proves what was asked for before it is
// relied on.
func OfReceipt(text []byte, asked uuid.UUID) (view Receipt, err error) {
	receipt, c, record, err := readReceipt(text)
	if err != nil {
		return view, fmt.Errorf("the answer cannot be read: %w", err)
	}
	if err := receipt.Included(c); err != nil || record.Event.ID != asked {
		return view, exit.With(exit.Rejected, fmt.Errorf("what was answered does not prove event %v", asked))
	}
	return Receipt{asked.String(), record.Seq, c.Origin, c.Size, string(text)}, nil
}

func readReceipt(text []byte) (receipt proof.Receipt, c proof.Checkpoint, record proof.Record, err error) {
	if receipt, err = proof.ParseReceipt(text); err == nil {
		c, err = proof.ReadCheckpoint(receipt.Checkpoint)
	}
	if err == nil {
		record, err = proof.ParseRecord(receipt.Record)
	}
	return receipt, c, record, err
}
