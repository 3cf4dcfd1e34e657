package inbox

import "testing"

func TestPrefixOfAUser(t *testing.T) {
	for user, want := range map[string]string{
		"": "_INBOX", "shop": "_INBOX_shop", "Shop-1": "_INBOX_Shop-1", "a >": "_INBOX_a__",
		"shop@example.com": "_INBOX_shop_example_com",
	} {
		if got := Prefix(user); got != want || !Holds(got+".x") {
			t.Errorf("%q has the inboxes %s", user, got)
		}
	}
}

func TestOnlyInboxesHoldAnswers(t *testing.T) {
	for _, subject := range []string{
		"", "$JS.API.STREAM.PURGE.BILLING", "billing.announce", "billing.posted.acct-1.contract.paid",
		"_INBOX", "_INBOXES.a", "x._INBOX.a", "_inbox.a",
	} {
		if Holds(subject) {
			t.Errorf("%q is taken for an inbox", subject)
		}
	}
}
