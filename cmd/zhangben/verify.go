package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
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
				if err := repairFolder(cmd.Context(), &from, cmd.ErrOrStderr()); err != nil {
					return err
				}
			}
			answer, err := verification(cmd.Context(), &from, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return printVerification(cmd.OutOrStdout(), answer, from.asJSON)
		},
	}
	from.add(cmd)
	cmd.Flags().BoolVar(&repair, "repair", false,
		"first rebuild what follows from the records, in a folder that no server has open")
	return cmd
}

// repairFolder rebuilds what can be, and prints what that was.
func repairFolder(ctx context.Context, from *readFlags, stderr io.Writer) error {
	if from.Server != "" {
		return exit.Usagef("--repair needs a folder that no server has open: stop the server")
	}
	repaired, err := ledger.Repair(ctx, cmp.Or(from.Data, server.DefaultData))
	for _, p := range repaired {
		fmt.Fprintf(stderr, "%s: %s\n", p.Where, p.What)
	}
	if errors.Is(err, ledger.ErrNotDerived) {
		return exit.With(exit.Rejected, err)
	}
	return client.Advise(exit.Unverified(err))
}

// verification has the log checked, by the server named or right here.
func verification(ctx context.Context, from *readFlags, stderr io.Writer) (api.Verification, error) {
	if from.Server == "" {
		report, err := ledger.Verify(ctx, cmp.Or(from.Data, server.DefaultData), ledger.VerifyOptions{})
		return api.VerificationOf(&report), client.Advise(exit.Unverified(err))
	}
	source, err := from.Open(stderr)
	if err != nil {
		return api.Verification{}, err
	}
	defer source.Close()
	var v api.Verification
	err = source.Ask(ctx, http.MethodPost, "/v1/verify", nil, &v)
	return v, err
}

// printVerification prints what was found. It fails with exit code 3 where the log did not verify.
func printVerification(w io.Writer, v api.Verification, asJSON bool) error {
	if err := render.Verification(w, v, asJSON); err != nil {
		return err
	}
	if !v.OK {
		return exit.With(exit.Rejected, fmt.Errorf("the log did not verify: %d problems; %s", len(v.Problems), damageRemedy))
	}
	return nil
}
