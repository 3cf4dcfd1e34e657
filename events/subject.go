package events

import (
	"fmt"
	"strings"
)

// The stream that every event enters through, and the subjects it takes: whoever is let in publishes under SubjectAll,
// and only the ledger under SubjectPosted, what was posted to it over HTTP and what it writes itself.
const (
	StreamName    = "BILLING"
	SubjectAll    = subjectPrefix + ">"
	SubjectPosted = postedPrefix + ">"

	subjectPrefix = "billing.events."
	postedPrefix  = "billing.posted."

	rejectedPrefix = "billing.rejected."
)

// Subject is the NATS subject of an event: billing.events.<account>.<kind>.
func Subject(account string, k Kind) string { return subjectPrefix + account + "." + k.String() }

// Posted is the subject under which the ledger publishes what came for a subject under SubjectAll.
func Posted(subject string) string {
	if rest, ok := strings.CutPrefix(subject, subjectPrefix); ok {
		return postedPrefix + rest
	}
	return subject
}

// RejectedSubject returns the subject under which the ledger says, outside the stream, that it refused a message which
// came under a subject: billing.rejected.<account>, where the account is [All] if the subject names none.
func RejectedSubject(subject string) string {
	account, _, _ := strings.Cut(withoutPrefix(subject), ".")
	if !isIdent(account) {
		account = All
	}
	return rejectedPrefix + account
}

// withoutPrefix returns what a subject of an event says of it, "" for another subject.
func withoutPrefix(subject string) string {
	for _, prefix := range []string{subjectPrefix, postedPrefix} {
		if rest, ok := strings.CutPrefix(subject, prefix); ok {
			return rest
		}
	}
	return ""
}

// ParseSubject is the inverse of [Subject], and of [Posted] too. Its error is a *Rejection with CodeSubjectMismatch.
func ParseSubject(s string) (account string, k Kind, err error) {
	account, name, _ := strings.Cut(withoutPrefix(s), ".")
	k, known := KindNamed(name)
	if !known || !isIdent(account) {
		return "", 0, notOfEvents(s, subjectPrefix+"<account>.<kind>")
	}
	return account, k, nil
}

// agrees checks the subject of a message against the event in it.
func agrees(subject string, e *Event) *Rejection {
	account, kind, err := ParseSubject(subject)
	right := Subject(e.Account, e.Kind())
	switch {
	case err != nil:
		return notOfEvents(subject, right)
	case account != e.Account:
		return &Rejection{CodeSubjectMismatch, "/data/account_id",
			fmt.Sprintf("account_id is %s, the subject says %s: publish to %s", e.Account, account, right)}
	case kind != e.Kind():
		return &Rejection{CodeSubjectMismatch, "/type",
			fmt.Sprintf("type says %s, the subject %s: publish to %s", e.Kind(), kind, right)}
	}
	return nil
}

func notOfEvents(subject, right string) *Rejection {
	return &Rejection{CodeSubjectMismatch, "",
		fmt.Sprintf("the subject %q is none of events: publish to %s", excerpt(subject), right)}
}
