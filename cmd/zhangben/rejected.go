package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

func newRejectedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rejected",
		Short: "List, show, export, retry and dismiss what was refused",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRejectedListCommand(), newRejectedRetryCommand(), newRejectedDismissCommand(),
		newRejectedExportCommand(),
		newReading("show ID", "Show one refused message whole", "/v1/rejected/ID", render.Rejection))
	return cmd
}

func newRejectedListCommand() *cobra.Command {
	var from readFlags
	var all bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List what was refused and is still open, oldest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			query := question(cmd)
			if all {
				query.Set("status", "all")
			}
			return show(cmd, &from, "/v1/rejected", query, render.Rejected)
		},
	}
	from.add(cmd)
	addClocks(cmd)
	cmd.Flags().Uint64("after", 0, "begin after this rejection")
	cmd.Flags().Int("limit", 1000, "how many at most")
	cmd.Flags().BoolVar(&all, "all", false, "list those too that were retried or dismissed")
	return cmd
}

func newRejectedRetryCommand() *cobra.Command {
	var from readFlags
	cmd := &cobra.Command{
		Use:   "retry ID...",
		Short: "Send refused messages through the stream again",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			refused := 0
			err := postRejected(cmd, &from, args, "retry", nil, func(id string, result api.Result) string {
				if result.Seq == 0 {
					refused++
					return fmt.Sprintf("%s  %s  %s", id, result.Status, render.Visible(result.Message))
				}
				return fmt.Sprintf("%s  %s  record %d", id, result.Status, result.Seq)
			})
			if err == nil && refused > 0 {
				err = exit.With(exit.Rejected, fmt.Errorf("%d of %d refused again", refused, len(args)))
			}
			return err
		},
	}
	from.add(cmd)
	return cmd
}

func newRejectedDismissCommand() *cobra.Command {
	var from readFlags
	var reason string
	cmd := &cobra.Command{
		Use:   "dismiss ID...",
		Short: "Say that nothing needs to be done about refused messages, and why",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return postRejected(cmd, &from, args, "dismiss", api.Dismissal{Reason: reason},
				func(id string, dismissed query.Rejection) string {
					return fmt.Sprintf("%s  %s", id, render.Closure(dismissed.Closed))
				})
		},
	}
	from.add(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why, in `words`")
	_ = cmd.MarkFlagRequired("reason") // there is such a flag
	return cmd
}

// postRejected posts an action on one refused message after the other, and prints each answer: as JSON, or the line
// that lineOf makes of it.
func postRejected[T any](cmd *cobra.Command, from *readFlags, ids []string, action string, body any,
	lineOf func(id string, answer T) string) error {
	return from.with(cmd, func(source *client.Source) error {
		for _, id := range ids {
			var raw json.RawMessage
			var answer T
			path := withID("/v1/rejected/ID/"+action, []string{id})
			if err := source.Ask(cmd.Context(), http.MethodPost, path, body, &raw); err != nil {
				return fmt.Errorf("rejection %s: %w", id, err)
			}
			if err := json.Unmarshal(raw, &answer); err != nil {
				return fmt.Errorf("the answer cannot be read: %w", err)
			}
			line := lineOf(id, answer)
			if from.asJSON {
				line = string(raw)
			}
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), line); err != nil {
				return err
			}
		}
		return nil
	})
}

func newRejectedExportCommand() *cobra.Command {
	from := readFlags{Options: client.Options{Unindexed: true}}
	var out string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write all that was refused, with headers and bodies, one a line",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return from.with(cmd, func(source *client.Source) error {
				query := question(cmd)
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
			})
		},
	}
	from.add(cmd)
	addClocks(cmd)
	cmd.Flags().StringVar(&out, "out", "", "`file` to write to, which must not be there yet (default: standard output)")
	return cmd
}

// exportPage is how many refused messages are asked for at a time.
const exportPage = 100
