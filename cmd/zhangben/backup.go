package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
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
			report, err := takeBackup(cmd, &from, args[0])
			if err != nil {
				return exit.Unverified(err)
			}
			return printBackup(cmd, "backed up", args[0], &report, from.asJSON)
		},
	}
	from.add(cmd)
	return cmd
}

// takeBackup copies the folder, or what a server sends.
func takeBackup(cmd *cobra.Command, from *readFlags, file string) (report ledger.Report, err error) {
	if from.Server == "" {
		data := cmp.Or(from.Data, server.DefaultData)
		report, err = ledger.Backup(cmd.Context(), data, file)
		busy := errors.Is(err, ledger.ErrLocked) || errors.Is(err, ledger.ErrNoLedger)
		switch {
		case err == nil:
			server.NoteBackup(data, &report, slog.New(slog.DiscardHandler))
			return report, nil
		case !busy || from.Data != "":
			return report, client.Advise(err)
		}
	}
	err = from.with(cmd, func(source *client.Source) error {
		report, err = source.Download(cmd.Context(), file)
		return err
	})
	return report, err
}

// printBackup prints what a backup holds.
func printBackup(cmd *cobra.Command, what, where string, report *ledger.Report, asJSON bool) error {
	held := ingest.HeldBy(report)
	return render.JSONOr(cmd.OutOrStdout(), asJSON, held, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s %d records, up to message %d of the stream, verified: %s\nroot %s\n",
			what, held.Records, held.StreamSeq, where, held.Root)
		return err
	})
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
			return printBackup(cmd, "restored", data, &report, asJSON)
		},
	}
	cmd.Flags().StringVar(&data, "data", server.DefaultData, "`folder` to place the log in")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
