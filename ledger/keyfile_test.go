package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"zhangben/ledger/proof"
)

func TestTheKeyIsMadeOnceAndReadByNobodyElse(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	path := filepath.Join(dir, "elsewhere", "key")
	key, made, err := l.EnsureKey(path, "")
	if err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	again, made, err := l.EnsureKey(path, "")
	if err != nil || made || again.Secret() != key.Secret() {
		t.Errorf("made %v, %v", made, err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.EnsureKey(path, ""); !errors.Is(err, ErrKeyFile) {
		t.Errorf("a key that others read: %v", err)
	}
}

func TestKeyFilesThatAreNone(t *testing.T) {
	l := keeping(t, t.TempDir())
	path := filepath.Join(t.TempDir(), "key")
	if _, err := ReadKeyFile(path); !errors.Is(err, ErrKeyFile) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(path, []byte("PRIVATE+KEY+"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.EnsureKey(path, ""); !errors.Is(err, ErrKeyFile) {
		t.Errorf("half a key: %v", err)
	}
}

func TestTheNameOfALogLiesInItsKey(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	path := filepath.Join(dir, KeyFileName)
	key, _, err := l.EnsureKey(path, "example.com/books")
	if err != nil || key.Public().Origin() != "example.com/books" {
		t.Fatalf("%v, %v", key, err)
	}
	if key, _, err := l.EnsureKey(path, ""); err != nil || key.Public().Origin() != "example.com/books" {
		t.Errorf("%v, %v", key, err)
	}
	if _, _, err := l.EnsureKey(path, "example.com/others"); !errors.Is(err, ErrKeyFile) {
		t.Errorf("another name: %v", err)
	}
	if _, _, err := l.EnsureKey(filepath.Join(dir, "new"), "a b"); !errors.Is(err, proof.ErrKey) {
		t.Errorf("no name: %v", err)
	}
}

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
