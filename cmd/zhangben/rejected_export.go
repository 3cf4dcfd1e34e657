package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
)

func newRejectedExportCommand() *cobra.Command {
	from := readFlags{Options: client.Options{Unindexed: true}}
	var clocks clockFlags
	var out string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write all that was refused, with headers and bodies, one a line",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			source, err := from.Open(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			defer source.Close()
			query := clocks.query()
			query.Set("status", "all")
			if out == "" {
				return source.CopyRows(cmd.Context(), "/v1/rejected", query, exportPage, cmd.OutOrStdout())
			}
			file, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return err
			}
			err = source.CopyRows(cmd.Context(), "/v1/rejected", query, exportPage, file)
			return errors.Join(err, file.Sync(), file.Close())
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	cmd.Flags().StringVar(&out, "out", "", "`file` to write to, which must not be there yet (default: standard output)")
	return cmd
}

// exportPage is how many refused messages are asked for at a time.
const exportPage = 100
