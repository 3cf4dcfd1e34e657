package ingest

import (
	"encoding/json"
	"maps"
	"regexp"

	"github.com/nats-io/nats.go"

	"zhangben/events"
)

// unreadable is the subject of what says neither whose it is nor of which kind.
const unreadable = "billing.events." + events.All + ".unreadable"

// envelope is an event with all that its message needs.
type envelope struct {
	subject string
	id      string      // the event's, as far as readable
	header  nats.Header // the message's
	body    []byte
	receipt *Receipt
}

// message is never given a message id: within the duplicate window another publisher's message under the same id would
// take its place.
func (e envelope) message() *nats.Msg {
	header := make(nats.Header, len(e.header))
	maps.Copy(header, e.header)
	return &nats.Msg{Subject: e.subject, Header: header, Data: e.body}
}

// posted is the envelope under the ledger's own subject, with the headers of its origin. What is unreadable stays where
// it is. Without such headers whoever publishes may have no other subjects than those of kinds that there are.
func (e envelope) posted(header nats.Header) envelope {
	_, _, err := events.ParseSubject(e.subject)
	switch {
	case header == nil && err != nil:
		e.subject = unreadable
	case header != nil && e.subject != unreadable:
		e.subject, e.header = events.Posted(e.subject), header
	}
	return e
}

// partialEvent is what the address of a malformed event is made from, as far as it can be read.
type partialEvent struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Data struct {
		Account string `json:"account_id"`
	} `json:"data"`
}

// account and kind as they may stand in a subject. The ledger judges them; here they only must not break the subject.
var (
	accountToken = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)
	typeParts    = regexp.MustCompile(`^billing\.([a-z_]{1,32}(?:\.[a-z_]{1,32}){0,3})\.v[0-9]{1,4}$`)
)

// address finds the subject of one structured event, which may be malformed.
func address(body []byte) envelope {
	event, err := events.DecodeJSON(body)
	if err != nil {
		return addressMalformed(body)
	}
	return envelope{
		subject: events.Subject(event.Account, event.Kind()),
		id:      event.ID.String(),
		body:    body,
	}
}

// addressMalformed addresses what will be refused: to where it belongs, so far as it says so.
func addressMalformed(body []byte) envelope {
	var o partialEvent
	e := envelope{subject: unreadable, body: body}
	if err := json.Unmarshal(body, &o); err == nil {
		e.id = o.ID
		if kind := typeParts.FindStringSubmatch(o.Type); kind != nil && accountToken.MatchString(o.Data.Account) {
			e.subject = "billing.events." + o.Data.Account + "." + kind[1]
		}
	}
	return e
}
