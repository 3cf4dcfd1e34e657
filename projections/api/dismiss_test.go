package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
)

// refusedPage is what a test wants to know of refused messages.
type refusedPage struct {
	Rejected []struct {
		ID     uint64 `json:"rejection_id"`
		Closed *struct {
			How, Reason, By string
			Seq             int
		}
	}
}

// rejections lists those of a status.
func (g guarded) rejections(status string) (page refusedPage) {
	g.t.Helper()
	code, answer, _ := g.do("GET", "/v1/rejected?status="+status, "", "Authorization: Bearer "+financeToken)
	if err := json.Unmarshal([]byte(answer), &page); err != nil || code != http.StatusOK {
		g.t.Fatalf("%d %s", code, answer)
	}
	return page
}

func TestARefusedMessageIsDismissedForAReason(t *testing.T) {
	g := guardedBy(t, "publish "+publishToken+"\nfinance "+financeToken+" name=books", nil)
	g.post(publishToken, `[{"specversion":"1.0"},{"id":"x"}]`)
	dismiss := func(token, id, body string) (int, string) {
		status, answer, _ := g.do("POST", "/v1/rejected/"+id+"/dismiss", body, asJSON, "Authorization: Bearer "+token)
		return status, answer
	}
	for _, c := range []struct {
		token, id, body string
		status          int
	}{
		{publishToken, "1", `{"reason":"sent again"}`, http.StatusForbidden},
		{financeToken, "1", `{"reason":""}`, http.StatusBadRequest},
		{financeToken, "1", `reason`, http.StatusBadRequest},
		{financeToken, "9", `{"reason":"sent again"}`, http.StatusNotFound},
		{financeToken, "1", `{"reason":"sent again"}`, http.StatusOK},
		{financeToken, "1", `{"reason":"once more"}`, http.StatusConflict},
	} {
		if status, answer := dismiss(c.token, c.id, c.body); status != c.status {
			t.Errorf("%+v: %d %s", c, status, answer)
		}
	}
	open, closed, all := g.rejections("open"), g.rejections("closed"), g.rejections("all")
	if len(open.Rejected) != 1 || len(closed.Rejected) != 1 || len(all.Rejected) != 2 || open.Rejected[0].ID != 2 {
		t.Fatalf("open %+v, closed %+v", open, closed)
	}
	c := closed.Rejected[0].Closed
	if c == nil || c.How != "dismissed" || c.Reason != "sent again" || c.By != "books" || c.Seq != 1 {
		t.Errorf("%+v", c)
	}
}
