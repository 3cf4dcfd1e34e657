package main

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/proofs"
)

func newProveCommand() *cobra.Command {
	var from proofFlags
	cmd := &cobra.Command{
		Use:   "prove EVENT_ID",
		Short: "Write a receipt that an event is in the log",
		Long: `Writes the record of an event, its place in the log and a signed checkpoint (C2SP tlog-proof). With the
public key anybody can check it offline, for ever: see verify-proof.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := uuid.Parse(args[0])
			if err != nil {
				return exit.Usagef("%q is no event id: %w", args[0], err)
			}
			text, err := from.ask(cmd, http.MethodGet, "/v1/events/"+id.String()+"/proof", sizeOf(cmd))
			if err != nil {
				return err
			}
			view, err := proofs.OfReceipt(text, id)
			if err != nil {
				return err
			}
			return from.print(cmd, text, view, fmt.Sprintf("event %v is record %d of the first %d of %s", id, view.Seq,
				view.Size, view.Origin))
		},
	}
	from.add(cmd)
	cmd.Flags().Uint64("size", 0, "within the first `N` records (default those signed last, if it is among them)")
	return cmd
}
