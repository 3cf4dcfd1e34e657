package main

import (
	"cmp"
	"errors"
	"log/slog"
	"path/filepath"

	"github.com/spf13/cobra"

	"zhangben/ledger"
)

// checkpointOptions say how serve signs what the log is.
type checkpointOptions struct{ keyFile, origin string }

func (o *checkpointOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.keyFile, "checkpoint-key", "", "`file` of the key that signs checkpoints, made where there is none (default "+ledger.KeyFileName+" in the data folder)")
	flags.StringVar(&o.origin, "checkpoint-origin", "", "`name` of the log in its checkpoints, such as example.com/ledger; only when the key is made")
}

// signer makes the key at the first start, and looks whether the log is still the one that was signed. If it is not, the
// ledger is served all the same, but nothing more is signed.
func (o *checkpointOptions) signer(log *ledger.Log, data string, logger *slog.Logger) (*ledger.Signer, error) {
	path := cmp.Or(o.keyFile, filepath.Join(data, ledger.KeyFileName))
	key, made, err := log.EnsureKey(path, o.origin)
	switch {
	case errors.Is(err, ledger.ErrStorage), errors.Is(err, ledger.ErrDamaged):
		return nil, err
	case err != nil:
		return nil, usage(err)
	case made:
		logger.Info("made the key that signs checkpoints: give outsiders its public part", "file", path, "public", key.Public().String())
	}
	signer := ledger.NewSigner(log, key)
	if err := signer.Check(); err != nil {
		logger.Error("no checkpoints are signed", "error", err)
	}
	return signer, nil
}
