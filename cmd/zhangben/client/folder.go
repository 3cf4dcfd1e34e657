package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path/filepath"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

// OpenLog opens the log of a data folder.
func OpenLog(folder string, unindexed bool) (*ledger.Log, error) {
	log, err := ledger.Open(folder, ledger.Options{ReadOnly: true, Unindexed: unindexed})
	return log, Advise(err)
}

// Advise says what to do where a folder cannot be read.
func Advise(err error) error {
	switch {
	case errors.Is(err, ledger.ErrLocked):
		return fmt.Errorf("%w: ask the running server instead, with --server %s", err, DefaultServer)
	case errors.Is(err, ledger.ErrNoLedger):
		return fmt.Errorf("%w: --data DIR names another folder, --server URL a running server", err)
	}
	return err
}

// ReplayFolder writes the figures of all contracts of a folder, one a line.
func ReplayFolder(ctx context.Context, folder string, clocks url.Values, w io.Writer) (lines int, err error) {
	log, err := OpenLog(folder, false)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	reader := query.New(log)
	at, err := reader.ParseAt(clocks.Get("as_of"), clocks.Get("known_at"), api.Now())
	if err != nil {
		return 0, exit.Usage(err)
	}
	return reader.Replay(ctx, at, w)
}

// FolderSigner signs for a folder, with the key of a file or, where that is "", of the folder. Where the folder has
// none, or it cannot be read, what was signed before still serves.
func FolderSigner(log *ledger.Log, folder, keyFile string) (*checkpoint.Signer, error) {
	key, err := checkpoint.ReadKeyFile(cmp.Or(keyFile, filepath.Join(folder, checkpoint.KeyFileName)))
	if keyFile == "" && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) {
		return checkpoint.NewSigner(log, nil), nil
	}
	if err != nil {
		return nil, exit.Usage(err)
	}
	return checkpoint.NewSigner(log, key), nil
}
