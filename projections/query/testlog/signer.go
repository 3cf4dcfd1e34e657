package testlog

import (
	"path/filepath"
	"testing"

	"zhangben/ledger"
)

// Signer signs checkpoints of the log, with a key in its folder.
func (s *Stream) Signer(t testing.TB) *ledger.Signer {
	t.Helper()
	key, _, err := s.Log.EnsureKey(filepath.Join(s.Dir, ledger.KeyFileName), "")
	if err != nil {
		t.Fatal(err)
	}
	return ledger.NewSigner(s.Log, key)
}
