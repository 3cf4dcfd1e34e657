package render

import "testing"

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"one two three", 100, "  one two three"},
		{"one two three", 10, "  one two\n  three"},
		{"服务开始：所订的服务器已交付。", 16, "  服务开始：所订\n  的服务器已交\n  付。"},
		{"订单 order、renewal-1 或某个 charge_id。", 24, "  订单 order、renewal-1\n  或某个 charge_id。"},
		{"（C-四、2.3）的规定", 14, "  （C-四、\n  2.3）的规定"},
		{"", 10, "  "},
	} {
		if got := Wrap(c.text, "  ", c.width); got != c.want {
			t.Errorf("%q: got\n%s\nwant\n%s", c.text, got, c.want)
		}
	}
}
