package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger"
	"zhangben/projections/api"
)

func newVerifyCommand() *cobra.Command {
	var from readFlags
	var repair bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that the log is what was written",
		Long: "Checks every page, checksum, record and hash of the log.\n" +
			"It reads the data folder (default " + server.DefaultData + "), or with --server has a server check its own.\n" +
			"--repair rebuilds what follows from the records, if they are all there and have the root that was committed:\n" +
			"the hashes of the tree, the last seq with its time, and the list of the file's free pages. Records, duplicates,\n" +
			"refused messages, the position and the root are never touched: where they are wrong, restore a backup.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if repair {
				if err := repairFolder(cmd, &from); err != nil {
					return err
				}
			}
			answer, err := verification(cmd, &from)
			if err != nil {
				return err
			}
			if err := render.Verification(cmd.OutOrStdout(), &answer, from.asJSON); err != nil || answer.OK {
				return err
			}
			return exit.With(exit.Rejected, fmt.Errorf("the log did not verify: %d problems; %s", len(answer.Problems),
				damageRemedy))
		},
	}
	from.add(cmd)
	cmd.Flags().BoolVar(&repair, "repair", false,
		"first rebuild what follows from the records, in a folder that no server has open")
	return cmd
}

// repairFolder rebuilds what can be, and prints what that was.
func repairFolder(cmd *cobra.Command, from *readFlags) error {
	if from.Server != "" {
		return exit.Usagef("--repair needs a folder that no server has open: stop the server")
	}
	repaired, err := ledger.Repair(cmd.Context(), cmp.Or(from.Data, server.DefaultData))
	for _, p := range repaired {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s\n", p.Where, p.What)
	}
	if errors.Is(err, ledger.ErrNotDerived) {
		return exit.With(exit.Rejected, err)
	}
	return client.Advise(exit.Unverified(err))
}

// verification has the log checked, by the server named or right here.
func verification(cmd *cobra.Command, from *readFlags) (v api.Verification, err error) {
	if from.Server == "" {
		report, err := ledger.Verify(cmd.Context(), cmp.Or(from.Data, server.DefaultData))
		return api.VerificationOf(&report), client.Advise(exit.Unverified(err))
	}
	err = from.with(cmd, func(source *client.Source) error {
		return source.Ask(cmd.Context(), http.MethodPost, "/v1/verify", nil, &v)
	})
	return v, err
}
