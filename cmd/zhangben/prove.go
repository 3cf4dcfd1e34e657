package main

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/proofs"
	"zhangben/ledger/proof"
)

func newProveCommand() *cobra.Command {
	var from proofFlags
	var size uint64
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
			query := url.Values{}
			if cmd.Flags().Changed("size") {
				query.Set("size", strconv.FormatUint(size, 10))
			}
			return prove(cmd, &from, id, query)
		},
	}
	from.add(cmd)
	cmd.Flags().Uint64Var(&size, "size", 0,
		"within the first `N` records (default those signed last, if it is among them)")
	return cmd
}

// prove gets a receipt, and looks whether it is of the event that was asked for before anybody relies on it.
func prove(cmd *cobra.Command, from *proofFlags, id uuid.UUID, query url.Values) error {
	text, err := from.ask(cmd.Context(), cmd.ErrOrStderr(), "/v1/events/"+id.String()+"/proof", query)
	if err != nil {
		return err
	}
	receipt, c, err := proofs.ReadReceipt(text)
	if err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	record, err := proof.ParseRecord(receipt.Record)
	if err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	if err := receipt.Included(c); err != nil || record.Event.ID != id {
		return exit.With(exit.Rejected, fmt.Errorf("what was answered does not prove event %v", id))
	}
	if from.out != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "event %v is record %d of the first %d of %s: %s\n", id, record.Seq, c.Size, c.Origin,
			from.out)
	}
	return from.print(cmd.OutOrStdout(), text, proofs.OfReceipt(record, c, text))
}
