package main

import (
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/proofs"
	"zhangben/ledger/proof"
)

func newCheckpointCommand() *cobra.Command {
	var from proofFlags
	var key, cosigned, cosign bool
	cmd := &cobra.Command{
		Use:   "checkpoint",
		Short: "Print what the log is, signed",
		Long: `Prints the size and the root of the log with its signature (C2SP tlog-checkpoint). Whoever keeps it will
notice any change of a record up to that size: see consistency and verify-proof.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case key:
				return printKey(cmd, &from)
			case cosign:
				return printCheckpoint(cmd, &from, http.MethodPost, cosignedPath, nil)
			case cosigned:
				return printCheckpoint(cmd, &from, http.MethodGet, cosignedPath, nil)
			}
			return printCheckpoint(cmd, &from, http.MethodGet, "/v1/checkpoint", sizeOf(cmd))
		},
	}
	from.add(cmd)
	cmd.Flags().Uint64("size", 0, "of the first `N` records (default all)")
	cmd.Flags().BoolVar(&key, "key", false, "print the public key of checkpoints instead")
	cmd.Flags().BoolVar(&cosigned, "cosigned", false, "print the checkpoint that witnesses have cosigned last")
	cmd.Flags().BoolVar(&cosign, "cosign", false,
		"have the witnesses of a running server cosign the newest checkpoint, and print it")
	cmd.MarkFlagsMutuallyExclusive("size", "key", "cosigned", "cosign")
	return cmd
}

// cosignedPath is the address of the checkpoint that witnesses have cosigned.
const cosignedPath = "/v1/checkpoint/cosigned"

// sizeOf is --size as a parameter, where it is given: there is a log of 0 records, too.
func sizeOf(cmd *cobra.Command) url.Values {
	if size := cmd.Flags().Lookup("size"); size.Changed {
		return url.Values{"size": {size.Value.String()}}
	}
	return nil
}

func printCheckpoint(cmd *cobra.Command, from *proofFlags, method, path string, query url.Values) error {
	note, err := from.ask(cmd, method, path, query)
	if err != nil {
		return err
	}
	c, err := proof.ReadCheckpoint(note)
	if err != nil {
		return readable(err)
	}
	return from.print(cmd, note, proofs.OfCheckpoint(c, note), "")
}

func printKey(cmd *cobra.Command, from *proofFlags) error {
	text, err := from.ask(cmd, http.MethodGet, "/v1/checkpoint/key", nil)
	if err != nil {
		return err
	}
	key, err := proof.ParseKey(string(text))
	if err != nil {
		return readable(err)
	}
	return from.print(cmd, text, map[string]string{"origin": key.Origin(), "key": key.String()}, "")
}
