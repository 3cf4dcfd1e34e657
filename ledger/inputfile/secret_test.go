package inputfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecretsThatOthersMayReadAreRefused(t *testing.T) {
	const stranger = 65532 // any user but root
	for _, c := range []struct {
		mode  os.FileMode
		owner int
		says  string
	}{
		{0o600, stranger, ""}, {0o400, stranger, ""}, {0o600, 0, ""}, {0o640, 0, ""}, {0o440, 0, ""},
		{0o640, stranger, "chmod 600"}, {0o604, stranger, "chmod 600"}, {0o620, stranger, "chmod 600"},
		{0o644, 0, "chmod 640"}, {0o660, 0, "chmod 640"}, {0o641, 0, "chmod 640"},
	} {
		path := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(path, []byte("secret\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(path, c.owner, -1); err != nil && os.Getuid() == 0 {
			t.Fatal(err)
		} else if err != nil && c.owner != stranger {
			continue // only root can make a file that belongs to root
		}
		text, err := ReadSecret(path)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%04o of user %d: %q, %v", c.mode, c.owner, text, err)
		}
	}
}

func TestASecretHasABound(t *testing.T) {
	if _, err := ReadSecret("/dev/zero"); err == nil {
		t.Error("/dev/zero is taken for a secret")
	}
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, make([]byte, MaxSecret+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSecret(path); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a file above the bound: %v", err)
	}
}
