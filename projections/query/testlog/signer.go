package testlog

import (
	"path/filepath"
	"testing"
	"zhangben/ledger/checkpoint"
)

// Signer signs checkpoints of the log, with a key in its folder.
func (s *Stream) Signer(t testing.TB) *checkpoint.Signer {
	t.Helper()
	key, _, err := checkpoint.EnsureKey(s.Log, filepath.Join(s.Dir, checkpoint.KeyFileName), "")
	if err != nil {
		t.Fatal(err)
	}
	return checkpoint.NewSigner(s.Log, key)
}
