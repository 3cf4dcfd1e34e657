package burst

import (
	"reflect"
	"testing"
	"testing/synctest"
	"time"
)

// reports collects what a counter reports, and when.
type reports struct {
	begun time.Time
	at    []time.Duration
	all   []map[string]int
}

func (r *reports) add(counts map[string]int) {
	r.at, r.all = append(r.at, time.Since(r.begun)), append(r.all, counts)
}

func TestABurstIsReportedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := reports{begun: time.Now()}
		c := New(r.add)
		for range 1_000 {
			c.Add("a", 1)
			c.Add("b", 2)
			time.Sleep(time.Millisecond / 2)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if want := []map[string]int{{"a": 1_000, "b": 2_000}}; !reflect.DeepEqual(r.all, want) || r.at[0] != gatherTime {
			t.Errorf("%v at %v", r.all, r.at)
		}
	})
}

func TestALongBurstIsReportedEveryTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := reports{begun: time.Now()}
		c := New(r.add)
		for range 250 {
			c.Add("a", 1)
			time.Sleep(100 * time.Millisecond)
		}
		synctest.Wait()
		c.Flush()
		c.Flush()
		want := []time.Duration{gatherTime, gatherTime + period, gatherTime + 2*period, 25 * time.Second}
		if !reflect.DeepEqual(r.at, want) {
			t.Errorf("reported at %v, want %v", r.at, want)
		}
		sum := 0
		for _, counts := range r.all {
			sum += counts["a"]
		}
		if sum != 250 {
			t.Errorf("%d are reported", sum)
		}
	})
}

// However many keys there are, a report is short, and leaves nothing out.
func TestKeysAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r reports
		c := New(r.add)
		for i := range 1_000 {
			c.Add(string(rune('一'+i)), 1)
		}
		c.Flush()
		if counts := r.all[0]; len(counts) != mostKeys+1 || counts[""] != 1_000-mostKeys {
			t.Errorf("%d keys, %d others", len(counts), counts[""])
		}
	})
}
