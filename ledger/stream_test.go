package ledger

import (
	"errors"
	"reflect"
	"testing"
)

func TestAStreamCreatedAgainIsNotTakenForTheOldOne(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	payments(t, l, 1, 3)
	later := second(1000)
	for name, err := range map[string]error{
		"another name":              l.Bind("BILLING2", opened, false),
		"another creation":          l.Bind("BILLING", later, false),
		"another recordedtime rule": l.Bind("BILLING", opened, true),
	} {
		if !errors.Is(err, ErrStreamChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := l.Adopt("BILLING", later, false); err != nil {
		t.Fatal(err)
	}
	if got, want := l.Position(), (Position{1, "BILLING", later, 0}); got != want {
		t.Errorf("position %v, want %v", got, want)
	}
	if err := l.Bind("BILLING", opened, false); !errors.Is(err, ErrStreamChanged) {
		t.Errorf("going back: %v", err)
	}
	outcomes := appended(t, l, stated(1, paid(2, "acct-2", "HT-2", 2)), malformed(2),
		stated(3, paid(4, "acct-4", "HT-4", 4)))
	want := []Status{Duplicate, Refused, Appended}
	for i, v := range outcomes {
		if v.Status != want[i] {
			t.Errorf("message %d of the new stream: %v", i+1, v)
		}
		if again, known, err := l.Outcome(uint64(i + 1)); again != v || !known || err != nil {
			t.Errorf("message %d of the new stream, asked again: %v, %v", i+1, again, err)
		}
	}
	refused, err := l.Rejected(0, 0)
	if err != nil || len(refused) != 1 || refused[0].ID != 1<<48|2 {
		t.Errorf("rejected %v, %v", refused, err)
	}
	if _, err := l.RejectedAt(1<<48 | 2); err != nil {
		t.Error(err)
	}
	before := ask(t, l)
	closed(t, l, dir)
	again, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, again, dir) })
	if after := ask(t, again); !reflect.DeepEqual(before, after) {
		t.Errorf("before:\n%v\nafter:\n%v", before, after)
	}
}

func TestALogWithoutStreamTakesNothing(t *testing.T) {
	l, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := l.Append([]Arrival{malformed(1)}); !errors.Is(err, ErrUnbound) {
		t.Error(err)
	}
	if err := l.Adopt("BILLING", opened, false); err != nil {
		t.Fatal(err)
	}
	if l.Position().Epoch != 0 {
		t.Error("the first stream is not epoch 0")
	}
}
