package api_test

import (
	"strings"
	"testing"

	"zhangben/projections/api"
)

func TestTokenLines(t *testing.T) {
	for _, c := range []struct{ name, lines, says string }{
		{"a role and a token", "read " + readToken, ""},
		{"each role", "read " + readToken + "\npublish " + publishToken + "\nfinance " + financeToken + "\nadmin " +
			adminToken, ""},
		{"all options in any order", "publish " + publishToken + " until=2030-12-31 name=sales sources=/sales,/bank/", ""},
		{"an instant", "read " + readToken + " until=2030-12-31T08:00:00+08:00", ""},
		{"one name for two tokens, to change over", "read " + readToken + " name=a\nread " + adminToken + " name=a", ""},
		{"two roles for one token", "read " + readToken + "\npublish " + readToken, ""},
		{"empty", "# none\n", "no token"},
		{"an unknown role", "read " + readToken + "\nroot " + adminToken, "line 2: the role"},
		{"the ledger's role", "ledger " + readToken, "the role"},
		{"the token before the role", readToken + " read", "the role"},
		{"a short token", "read short", "32"},
		{"no token", "read", "a role and a token"},
		{"a name with a space", "read " + readToken + " name=the sales desk", "only name=, sources= and until="},
		{"an empty name", "read " + readToken + " name=", "letters, digits"},
		{"a name with a line break's escape", "read " + readToken + ` name=a\n`, "letters, digits"},
		{"sources of a reader", "read " + readToken + " sources=/a", "publishes nothing"},
		{"no source", "publish " + publishToken + " sources=", "without empty places"},
		{"an empty source, which would begin all", "publish " + publishToken + " sources=/a,", "without empty places"},
		{"a time without an offset", "read " + readToken + " until=2030-12-31T08:00:00", "until="},
		{"no such day", "read " + readToken + " until=2030-02-30", "until="},
		{"an option twice", "read " + readToken + " until=2030-01-01 until=2031-01-01", "twice"},
		{"an unknown option", "read " + readToken + " accounts=acct-1", "only name="},
		{"a line twice", "read " + readToken + "\nread " + readToken + " name=other", "line 2"},
	} {
		_, err := api.ParseTokens(strings.NewReader(c.lines))
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && strings.Contains(err.Error(), readToken) {
			t.Errorf("%s: the error tells the token", c.name)
		}
	}
}
