package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

func newReplayCommand() *cobra.Command {
	var from readFlags
	var clocks clockFlags
	var out string
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Fold the whole log and print every contract's figures, one a line",
		Long: "Folds the whole log and prints every contract's figures, one a line.\n" +
			"It reads the data folder (default " + server.DefaultData + "), and prints by account id and contract id.\n" +
			"With --server it asks a running server, and prints in the order of its list, by contract id and account id.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from.Data != "" && from.Server != "" {
				return exit.Usagef("--data and --server exclude each other")
			}
			return writeTo(out, cmd.OutOrStdout(), func(w io.Writer) error {
				lines, err := replay(cmd, &from, &clocks, w)
				if err == nil {
					fmt.Fprintf(cmd.ErrOrStderr(), "%d contracts\n", lines)
				}
				return err
			})
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	cmd.Flags().StringVar(&out, "out", "", "write to this file, which appears when it is whole")
	return cmd
}

func replay(cmd *cobra.Command, from *readFlags, clocks *clockFlags, w io.Writer) (lines int, err error) {
	if from.Server == "" {
		return replayFolder(cmd.Context(), cmp.Or(from.Data, server.DefaultData), clocks, w)
	}
	source, err := from.Open(cmd.ErrOrStderr())
	if err != nil {
		return 0, err
	}
	defer source.Close()
	return source.Replay(cmd.Context(), clocks.query(), w)
}

func replayFolder(ctx context.Context, folder string, clocks *clockFlags, w io.Writer) (lines int, err error) {
	log, err := client.OpenLog(folder, false)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	reader := query.New(log)
	at, err := reader.ParseAt(clocks.asOf, clocks.knownAt, api.Now())
	if err != nil {
		return 0, exit.Usage(err)
	}
	return reader.Replay(ctx, at, w)
}

// writeTo has a file written, or stdout where path is "". The file takes its name only when it is whole.
func writeTo(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "" {
		return buffered(stdout, write)
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // finds nothing once it was renamed
	err = cmp.Or(buffered(file, write), file.Sync())
	if err = cmp.Or(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	buffer := bufio.NewWriterSize(w, 1<<20)
	if err := write(buffer); err != nil {
		return err
	}
	return buffer.Flush()
}
