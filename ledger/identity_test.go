package ledger

import (
	"errors"
	"testing"
)

func TestALedgerKeepsItsID(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	closed(t, l, dir)
	reading, err := Open(dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reading.ID(); !errors.Is(err, ErrReadOnly) {
		t.Errorf("made by a reader: %v", err)
	}
	closed(t, reading, dir)
	l = keeping(t, dir)
	id, err := l.ID()
	if err != nil {
		t.Fatal(err)
	}
	closed(t, l, dir)
	other := keeping(t, t.TempDir())
	if again, err := keeping(t, dir).ID(); err != nil || again != id {
		t.Errorf("was %v, is %v, %v", id, again, err)
	}
	if strange, err := other.ID(); err != nil || strange == id {
		t.Errorf("two ledgers of one id, %v", err)
	}
}
