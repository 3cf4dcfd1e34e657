package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/proofs"
	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
)

// proofFlags say where a command finds the log to prove something of, the key to sign with, and where the proof goes.
type proofFlags struct {
	readFlags
	keyFile string
	out     string
}

func (f *proofFlags) add(cmd *cobra.Command) {
	f.readFlags.add(cmd)
	cmd.Flags().StringVar(&f.keyFile, "checkpoint-key", "",
		"`file` of the key that signs, with --data (default "+checkpoint.KeyFileName+" in the folder)")
	cmd.Flags().StringVarP(&f.out, "out", "o", "", "write to this `file`, which appears when it is whole")
}

// open finds the source that the flags name: one that signs.
func (f *proofFlags) open(stderr io.Writer) (*client.Source, error) {
	switch {
	case f.keyFile != "" && f.Data == "":
		return nil, exit.Usagef("--checkpoint-key goes with --data: a server has its own")
	case f.Data == "" || f.Server != "":
		return f.readFlags.Open(stderr)
	}
	f.Signer = func(log *ledger.Log) (*checkpoint.Signer, error) { return folderSigner(log, f.Data, f.keyFile) }
	return f.readFlags.Open(stderr)
}

// folderSigner signs for a folder. Where the key is kept elsewhere, or cannot be read, what was signed before still
// serves.
func folderSigner(log *ledger.Log, folder, keyFile string) (*checkpoint.Signer, error) {
	key, err := checkpoint.ReadKeyFile(cmp.Or(keyFile, filepath.Join(folder, checkpoint.KeyFileName)))
	if keyFile == "" && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) {
		return checkpoint.NewSigner(log, nil), nil
	}
	if err != nil {
		return nil, exit.Usage(err)
	}
	return checkpoint.NewSigner(log, key), nil
}

// ask gets the text of a path.
func (f *proofFlags) ask(ctx context.Context, stderr io.Writer, path string, query url.Values) ([]byte, error) {
	return f.askBy(ctx, stderr, http.MethodGet, path, query)
}

// askBy asks for the text of a path by a method.
func (f *proofFlags) askBy(ctx context.Context, stderr io.Writer, method, path string,
	query url.Values) ([]byte, error) {
	source, err := f.open(stderr)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	response, err := source.Do(ctx, method, path, query, "text/plain")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	return text, nil
}

// print puts a proof where it was asked for, or with --json the view of it.
func (f *proofFlags) print(stdout io.Writer, text []byte, view any) error {
	if f.asJSON {
		line, err := proofs.MarshalLine(view)
		if err != nil {
			return err
		}
		text = line
	}
	return writeTo(f.out, stdout, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
