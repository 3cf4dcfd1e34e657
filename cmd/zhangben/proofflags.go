package main

import (
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
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

// ask asks a path for a text.
func (f *proofFlags) ask(cmd *cobra.Command, method, path string, query url.Values) (text []byte, err error) {
	if f.keyFile != "" && f.Data == "" {
		return nil, exit.Usagef("--checkpoint-key goes with --data: a server has its own")
	}
	f.Signer = func(log *ledger.Log) (*checkpoint.Signer, error) { return client.FolderSigner(log, f.Data, f.keyFile) }
	err = f.with(cmd, func(source *client.Source) error {
		text, err = source.Text(cmd.Context(), method, path, query, "text/plain", nil)
		return err
	})
	return text, err
}

// print puts a proof where it was asked for, or with --json the view of it. What it proves is said where it goes into a
// file.
func (f *proofFlags) print(cmd *cobra.Command, text []byte, view any, proves string) error {
	if f.out != "" && proves != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s\n", proves, f.out)
	}
	return render.ToFile(f.out, cmd.OutOrStdout(), func(w io.Writer) error {
		return render.JSONOr(w, f.asJSON, view, func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		})
	})
}

// readable says of an answer that could not be read whose fault that is.
func readable(err error) error {
	if err != nil {
		err = fmt.Errorf("the answer cannot be read: %w", err)
	}
	return err
}
