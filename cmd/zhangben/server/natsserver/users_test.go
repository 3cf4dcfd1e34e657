package natsserver

import (
	"reflect"
	"strings"
	"testing"

	"zhangben/events"
	"zhangben/ledger/permit"
)

func TestUsersFile(t *testing.T) {
	users, err := parseUsers("# comment\n\nshop a publisher\nsales b publish accounts=acct-1,acct-2 " +
		"kinds=contract.paid\n books c finance kinds=event.voided\nboss d admin\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []user{
		{permit.User{Name: "shop", Party: permit.Publisher}, "a"},
		{permit.User{Name: "sales", Party: permit.Publisher, Accounts: []string{"acct-1", "acct-2"},
			Kinds: []events.Kind{events.KindPaid}}, "b"},
		{permit.User{Name: "books", Party: permit.Finance, Kinds: []events.Kind{events.KindVoided}}, "c"},
		{permit.User{Name: "boss", Party: permit.Admin}, "d"},
	}
	if !reflect.DeepEqual(users, want) {
		t.Errorf("%+v", users)
	}
}

func TestUsersFileIsRefused(t *testing.T) {
	for text, said := range map[string]string{
		"shop secret":                                 "name password role",
		"shop secret owner":                           "none of publish, finance, admin",
		"shop secret ledger":                          "none of publish, finance, admin",
		"shop secret read":                            "over HTTP",
		"shop secret publisher extra":                 "only accounts= and kinds=",
		"shop secret publish accounts=":               "no account",
		"shop secret publish accounts=*":              "no account",
		"shop secret publish accounts=a.b":            "no account",
		"shop secret publish accounts=all":            "no account",
		"shop secret publish accounts=a accounts=b":   "once each",
		"shop secret publish kinds=contract.paid,":    "no kind",
		"shop secret publish kinds=event.voided":      "takes the role finance",
		"shop secret finance kinds=period.closed":     "takes the role ledger",
		"shop secret admin accounts=a":                "ends after the role",
		"ledger secret publish":                       "_INBOX_ledger has the inboxes of the ledger already",
		"service secret publish":                      "of its services",
		"a.b secret publish\na_b secret publish":      "line 2: _INBOX_a_b has the inboxes of a.b already",
		"shop secret publish\n\nshop secret2 publish": "line 3",
	} {
		if _, err := parseUsers(text); err == nil || !strings.Contains(err.Error(), said) ||
			strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
