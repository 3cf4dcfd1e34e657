package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/render"
	"zhangben/projections/api"
)

func newRejectedDismissCommand() *cobra.Command {
	var from readFlags
	var reason string
	cmd := &cobra.Command{
		Use:   "dismiss ID...",
		Short: "Say that nothing needs to be done about refused messages, and why",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			source, err := from.open(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			defer source.Close()
			return dismissAll(cmd, source, args, reason, from.asJSON)
		},
	}
	from.add(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why, in `words`")
	_ = cmd.MarkFlagRequired("reason") // there is such a flag
	return cmd
}

// dismissAll dismisses one after the other, and tells of each.
func dismissAll(cmd *cobra.Command, source *source, ids []string, reason string, asJSON bool) error {
	body, err := json.Marshal(api.Dismissal{Reason: reason})
	if err != nil {
		return err
	}
	for _, id := range ids {
		answer, err := dismissOne(cmd.Context(), source, id, body)
		if err != nil {
			return fmt.Errorf("rejection %s: %w", id, err)
		}
		if err := tellDismissal(cmd, id, answer, asJSON); err != nil {
			return err
		}
	}
	return nil
}

func dismissOne(ctx context.Context, source *source, id string, body []byte) ([]byte, error) {
	response, err := source.post(ctx, "/v1/rejected/"+url.PathEscape(id)+"/dismiss", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

func tellDismissal(cmd *cobra.Command, id string, answer []byte, asJSON bool) error {
	if asJSON {
		_, err := cmd.OutOrStdout().Write(answer)
		return err
	}
	var x render.RejectedMessage
	if err := json.Unmarshal(answer, &x); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s  %s\n", id, x.Closed)
	return err
}
