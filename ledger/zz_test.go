package ledger

import (
	"os"
	"syscall"
	"testing"
	"time"
)

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestZZMake(t *testing.T) {
	dir := "/tmp/led5"
	os.RemoveAll(dir)
	const many = 5_000_000
	l, _ := Open(dir, Options{})
	l.db.NoSync = true
	l.Bind("BILLING", opened, false)
	tr := newTraffic("v4", many)
	for tr.taken < many {
		appended(t, l, tr.next()...)
	}
	l.Close()
}
func TestZZOpen(t *testing.T) {
	for range 3 {
		start, c0 := time.Now(), cpu()
		l, err := Open("/tmp/led5", Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Log("open", time.Since(start), "cpu", cpu()-c0)
		l.Close()
	}
}
