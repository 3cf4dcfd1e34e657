package main

import (
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/input"
	"zhangben/cmd/zhangben/proofs"
)

func newVerifyProofCommand() *cobra.Command {
	var key, policy, event string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify-proof FILE|-",
		Short: "Check a receipt or a consistency proof, offline",
		Long: `Checks what prove or consistency wrote, with nothing but the public key of the log, and says what is
proved. The key must come by a way that is trusted, not with the proof; so must the policy, if one is given:
it says which witnesses must have cosigned. Exit code 3 says that nothing is proved.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			trusted, err := proofs.ReadTrusted(key, policy)
			if err != nil {
				return err
			}
			text, err := input.Read(cmd.Context(), cmd.InOrStdin(), args[0], proofs.MaxSize)
			if err != nil {
				return exit.Usage(err)
			}
			original, err := proofs.ReadOriginal(cmd.Context(), cmd.InOrStdin(), event)
			if err != nil {
				return err
			}
			return proofs.Check(cmd.OutOrStdout(), text, trusted, original, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&key, "key", "", "the `public key` of the log, or a file with it")
	flags.StringVar(&policy, "policy", "", "`file` of the witnesses of which enough must have cosigned (C2SP tlog-policy)")
	flags.StringVar(&event, "event", "", "compare the record with the CloudEvent in this `file`")
	flags.BoolVar(&asJSON, "json", false, "print what is proved as JSON")
	_ = cmd.MarkFlagRequired("key") // there is such a flag
	return cmd
}
