package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

func newBackupCommand() *cobra.Command {
	var from readFlags
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the log to a file, while events flow, and verify the copy",
		Long: "Copies the log, verifies the copy, and only then names it FILE; no other file is replaced.\n" +
			"It copies the data folder (default " + server.DefaultData + "), or has the running server send a copy: with\n" +
			"--server, or where a server has the folder. The copy holds the log and nothing else: keep the key that signs\n" +
			"checkpoints, tokens and certificates elsewhere, apart from it.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			report, err := takeBackup(cmd.Context(), &from, args[0], cmd.ErrOrStderr())
			if err != nil {
				return exit.Unverified(err)
			}
			return printBackup(cmd.OutOrStdout(), "backed up", args[0], &report, from.asJSON)
		},
	}
	from.add(cmd)
	return cmd
}

// takeBackup copies the folder, or what a server sends.
func takeBackup(ctx context.Context, from *readFlags, file string, stderr io.Writer) (ledger.Report, error) {
	if from.Data != "" && from.Server != "" {
		return ledger.Report{}, exit.Usagef("--data and --server exclude each other")
	}
	if from.Server == "" {
		data := cmp.Or(from.Data, server.DefaultData)
		report, err := ledger.Backup(ctx, data, file)
		busy := errors.Is(err, ledger.ErrLocked) || errors.Is(err, ledger.ErrNoLedger)
		switch {
		case err == nil:
			server.NoteBackup(data, &report, slog.New(slog.DiscardHandler))
			return report, nil
		case !busy || from.Data != "":
			return report, client.Advise(err)
		}
	}
	source, err := from.Open(stderr)
	if err != nil {
		return ledger.Report{}, err
	}
	defer source.Close()
	return source.Download(ctx, file)
}

// printBackup prints what a backup holds.
func printBackup(w io.Writer, what, where string, report *ledger.Report, asJSON bool) error {
	held := ingest.HeldBy(report)
	if asJSON {
		return json.NewEncoder(w).Encode(held)
	}
	_, err := fmt.Fprintf(w, "%s %d records, up to message %d of the stream, verified: %s\nroot %s\n",
		what, held.Records, held.StreamSeq, where, held.Root)
	return err
}

func newRestoreCommand() *cobra.Command {
	var data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Place a backup as the log of a data folder, once it has verified",
		Long: `Verifies a copy of the backup in the data folder and places it there as the log. A folder that has a log
is refused. The folder's stream, if it is still there, is left alone: zhangben serve then reads from it what
came after the backup.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			report, err := ledger.Restore(cmd.Context(), args[0], data)
			if err != nil {
				return exit.Unverified(err)
			}
			return printBackup(cmd.OutOrStdout(), "restored", data, &report, asJSON)
		},
	}
	cmd.Flags().StringVar(&data, "data", server.DefaultData, "`folder` to place the log in")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
