package ledger

import (
	"errors"
	"testing"

	"zhangben/events/civil"
)

func TestTheLogKnowsTheMessagesItTook(t *testing.T) {
	l := keeping(t, t.TempDir())
	record, repeated, refused := stated(
		1,
		paid(1, "acct-1", "HT-1", 100),
	), stated(
		2,
		paid(1, "acct-1", "HT-1", 100),
	), malformed(
		3,
	)
	if _, err := l.Append([]Arrival{record, repeated, refused}); err != nil {
		t.Fatal(err)
	}
	at := func(n uint64, a Arrival) Arrival { a.StreamSeq = n; return a }
	later := refused
	later.Received = refused.Received.Add(civil.Seconds(1))
	for name, test := range map[string]struct {
		message Arrival
		want    bool
	}{
		"the record":                   {record, true},
		"the duplicate":                {repeated, true},
		"the refused one":              {refused, true},
		"another fact":                 {stated(1, paid(4, "acct-1", "HT-1", 100)), false},
		"another amount":               {stated(1, paid(1, "acct-1", "HT-1", 101)), false},
		"a refused one for a record":   {at(1, refused), false},
		"another duplicate":            {stated(2, paid(4, "acct-1", "HT-1", 100)), false},
		"a refused one, sent later":    {later, false},
		"a record for the refused one": {at(3, record), false},
	} {
		if same, err := l.Matches(&test.message); err != nil || same != test.want {
			t.Errorf("%s: %t, %v", name, same, err)
		}
	}
	if _, err := l.Matches(&Arrival{StreamSeq: 4}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a message to come: %v", err)
	}
}
