package projections

import (
	"testing"

	"zhangben/events"
)

func TestWhatOfAFeeTheProviderHasOrIsOwedForSure(t *testing.T) {
	partPaid := postpaid()
	partPaid.at("2025-06-10 09:00", &events.Paid{Amount: amount("100.00"), Channel: events.Online})
	for _, c := range []struct {
		about, asOf, want string
		story             story
	}{
		{"a prepaid fee", "2025-06-10 12:00", "310.00", prepaid()},
		{"a postpaid fee before it is due", "2025-06-30 23:59", "100.00", partPaid},
		{"a postpaid fee when its due day is over", "2025-07-01 00:00", "920.00", partPaid},
	} {
		contract := c.story.asOf(t, c.asOf)
		if got, _ := contract.claimedOf(contract.invoices[0], instant(c.asOf)); got.String() != c.want {
			t.Errorf("of %s it is %v, want %s", c.about, got, c.want)
		}
	}
}
