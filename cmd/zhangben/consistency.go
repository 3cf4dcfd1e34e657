package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/proofs"
)

func newConsistencyCommand() *cobra.Command {
	var from proofFlags
	cmd := &cobra.Command{
		Use:   "consistency OLD [NEW]",
		Short: "Write a proof that the log only grew",
		Long: `Writes a proof that the log of NEW records (default all) begins with the OLD records it had, with the
checkpoints of both. With the public key anybody can check it offline: see verify-proof.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			query := url.Values{}
			for i, name := range []string{"old", "new"}[:len(args)] {
				if _, err := strconv.ParseUint(args[i], 10, 63); err != nil {
					return exit.Usagef("%q is not a number of records", args[i])
				}
				query.Set(name, args[i])
			}
			text, err := from.ask(cmd, http.MethodGet, "/v1/consistency", query)
			if err != nil {
				return err
			}
			view, err := proofs.OfConsistency(text)
			if err != nil {
				return readable(err)
			}
			return from.print(cmd, text, view, fmt.Sprintf("from %d to %d records of %s", view.Older.Size, view.Newer.Size,
				view.Newer.Origin))
		},
	}
	from.add(cmd)
	return cmd
}
