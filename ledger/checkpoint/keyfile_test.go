package checkpoint

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
	l := opening(t, dir)
	path := filepath.Join(dir, "elsewhere", "key")
	key, made, err := EnsureKey(l, path, "")
	if err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	again, made, err := EnsureKey(l, path, "")
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
	if _, _, err := EnsureKey(l, path, ""); !errors.Is(err, ErrKeyFile) {
		t.Errorf("a key that others read: %v", err)
	}
}

func TestKeyFilesThatAreNone(t *testing.T) {
	l := opening(t, t.TempDir())
	path := filepath.Join(t.TempDir(), "key")
	if _, err := ReadKeyFile(path); !errors.Is(err, ErrKeyFile) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(path, []byte("PRIVATE+KEY+"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := EnsureKey(l, path, ""); !errors.Is(err, ErrKeyFile) {
		t.Errorf("half a key: %v", err)
	}
}

func TestTheNameOfALogLiesInItsKey(t *testing.T) {
	dir := t.TempDir()
	l := opening(t, dir)
	path := filepath.Join(dir, KeyFileName)
	key, _, err := EnsureKey(l, path, "example.com/books")
	if err != nil || key.Public().Origin() != "example.com/books" {
		t.Fatalf("%v, %v", key, err)
	}
	if key, _, err := EnsureKey(l, path, ""); err != nil || key.Public().Origin() != "example.com/books" {
		t.Errorf("%v, %v", key, err)
	}
	if _, _, err := EnsureKey(l, path, "example.com/others"); !errors.Is(err, ErrKeyFile) {
		t.Errorf("another name: %v", err)
	}
	if _, _, err := EnsureKey(l, filepath.Join(dir, "new"), "a b"); !errors.Is(err, proof.ErrKey) {
		t.Errorf("no name: %v", err)
	}
}
