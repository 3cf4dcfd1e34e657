// Package inbox decides where answers over NATS may go.
//
// The sender of a request chooses the subject of the answer, which is published with the permissions of the service. So
// requests are answered under an inbox prefix only, and never with an empty body, which is a valid request to purge or
// delete a stream.
package inbox

import (
	"encoding/json"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
)

// named begins the inboxes of one user, whose name follows.
const named = "_INBOX_"

// Prefix returns the inbox prefix of a user, without the dot that ends it. A user without a name has the prefix that is
// the default of NATS clients.
func Prefix(user string) string {
	if user == "" {
		return strings.TrimSuffix(nats.InboxPrefix, ".")
	}
	return named + strings.Map(token, user)
}

// token keeps what may stand in one token of a subject.
func token(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-':
		return r
	}
	return '_'
}

// Holds reports whether a subject lies under an inbox prefix.
func Holds(subject string) bool {
	return strings.HasPrefix(subject, nats.InboxPrefix) || strings.HasPrefix(subject, named)
}

// Handler returns a handler that answers the requests whose reply subject is an inbox, and drops the others.
func Handler(answer func(micro.Request)) micro.Handler {
	return micro.HandlerFunc(func(r micro.Request) {
		if Holds(r.Reply()) {
			answer(r)
		}
	})
}

// Refuse answers a request with an error, which stands in the headers and in the body. An answer that cannot be sent is
// dropped. It may be called after the handler has returned, as [micro.Request.Error] must not: that leaves the error
// where the service reads it for its statistics.
func Refuse(r micro.Request, code, what string) {
	body, _ := json.Marshal(refusal{code, what})
	_ = r.Respond(body, micro.WithHeaders(micro.Headers{micro.ErrorHeader: {what}, micro.ErrorCodeHeader: {code}}))
}

type refusal struct {
	Code  string `json:"code"`
	Error string `json:"error"`
}
