package proof_test

import (
	"bytes"
	"testing"

	"zhangben/ledger/proof"
)

// FuzzReceipt asks that a receipt that parses is spelled back as it was, and that one that verifies says what was
// signed.
func FuzzReceipt(f *testing.F) {
	key, b := keyOf(f, "zhangben/1", 1), booksOf(f, 9)
	for index := range 9 {
		f.Add(b.receipt(f, key, index, 9).Text())
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		receipt, err := proof.ParseReceipt(text)
		if err != nil {
			return
		}
		if again := receipt.Text(); !bytes.Equal(again, text) {
			t.Errorf("%q is spelled %q", text, again)
		}
		proven, err := receipt.Verify(key.Public())
		if err == nil && !bytes.Equal(receipt.Record, b.records[proven.Seq-1]) {
			t.Errorf("%q proves what is not in the log", text)
		}
	})
}

// FuzzCheckpoint asks that only what was signed opens, and that the text of what can be read is what was read.
func FuzzCheckpoint(f *testing.F) {
	key, b := keyOf(f, "zhangben/1", 1), booksOf(f, 9)
	for size := range 10 {
		f.Add(b.signed(f, key, size))
	}
	f.Fuzz(func(t *testing.T, signed []byte) {
		read, err := proof.ReadCheckpoint(signed)
		if err == nil && !bytes.HasPrefix(signed, []byte(read.Text()+"\n")) {
			t.Errorf("%q is read as %q", signed, read.Text())
		}
		opened, err := proof.OpenCheckpoint(signed, key.Public())
		if err == nil && (opened != read || opened.Size > 9 || opened.Root != rootOf(b.leaves[:opened.Size])) {
			t.Errorf("%q opens as %+v", signed, opened)
		}
	})
}

// FuzzConsistency asks the same of consistency proofs.
func FuzzConsistency(f *testing.F) {
	key, b := keyOf(f, "zhangben/1", 1), booksOf(f, 9)
	for older := range 10 {
		f.Add(b.consistency(f, key, older, 9).Text())
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := proof.ParseConsistency(text)
		if err != nil {
			return
		}
		if again := c.Text(); !bytes.Equal(again, text) {
			t.Errorf("%q is spelled %q", text, again)
		}
		older, newer, err := c.Verify(key.Public())
		if err == nil && (older.Root != rootOf(b.leaves[:older.Size]) || newer.Root != rootOf(b.leaves[:newer.Size])) {
			t.Errorf("%q proves what is not so", text)
		}
	})
}

// FuzzKey asks that a key that parses is written back to the same.
func FuzzKey(f *testing.F) {
	key := keyOf(f, "zhangben/1", 1)
	f.Add(key.Public().String())
	f.Add(key.Secret())
	f.Fuzz(func(t *testing.T, text string) {
		if public, err := proof.ParseKey(text); err == nil {
			if again, err := proof.ParseKey(public.String()); err != nil || again.Origin() != public.Origin() {
				t.Errorf("%q: %v", text, err)
			}
		}
		if secret, err := proof.ParseSigningKey(text); err == nil {
			if again, err := proof.ParseSigningKey(secret.Secret()); err != nil || again.Secret() != secret.Secret() {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
}
