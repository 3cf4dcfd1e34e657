package main

import (
	"cmp"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/server"
)

func newReplayCommand() *cobra.Command {
	var from readFlags
	var out string
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Fold the whole log and print every contract's figures, one a line",
		Long: "Folds the whole log and prints every contract's figures, one a line.\n" +
			"It reads the data folder (default " + server.DefaultData + "), and prints by account id and contract id.\n" +
			"With --server it asks a running server, and prints in the order of its list, by contract id and account id.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return render.ToFile(out, cmd.OutOrStdout(), func(w io.Writer) error {
				lines, err := replay(cmd, &from, w)
				if err == nil {
					fmt.Fprintf(cmd.ErrOrStderr(), "%d contracts\n", lines)
				}
				return err
			})
		},
	}
	from.add(cmd)
	addClocks(cmd)
	cmd.Flags().StringVar(&out, "out", "", "write to this file, which appears when it is whole")
	return cmd
}

func replay(cmd *cobra.Command, from *readFlags, w io.Writer) (lines int, err error) {
	if from.Server == "" {
		return client.ReplayFolder(cmd.Context(), cmp.Or(from.Data, server.DefaultData), question(cmd), w)
	}
	err = from.with(cmd, func(source *client.Source) error {
		return source.Rows(cmd.Context(), render.Contracts.Name, question(cmd), func(row []byte) error {
			lines++
			_, err := w.Write(append(row, '\n'))
			return err
		})
	})
	return lines, err
}
