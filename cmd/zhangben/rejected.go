package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

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
	cmd.AddCommand(newRejectedListCommand(), newRejectedShowCommand(), newRejectedRetryCommand(),
		newRejectedDismissCommand(), newRejectedExportCommand())
	return cmd
}

func newRejectedListCommand() *cobra.Command {
	var from readFlags
	var clocks clockFlags
	var after uint64
	var limit int
	var all bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List what was refused and is still open, oldest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			query := clocks.query()
			query.Set("after", strconv.FormatUint(after, 10))
			query.Set("limit", strconv.Itoa(limit))
			if all {
				query.Set("status", "all")
			}
			return show(cmd, &from, "/v1/rejected", query, render.Rejected)
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	cmd.Flags().Uint64Var(&after, "after", 0, "begin after this rejection")
	cmd.Flags().IntVar(&limit, "limit", 1000, "how many at most")
	cmd.Flags().BoolVar(&all, "all", false, "list those too that were retried or dismissed")
	return cmd
}

func newRejectedShowCommand() *cobra.Command {
	var from readFlags
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one refused message whole",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return show(cmd, &from, "/v1/rejected/"+url.PathEscape(args[0]), nil, render.Rejection)
		},
	}
	from.add(cmd)
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
			err := postRejected(cmd, &from, args, "retry", nil, func(id string, answer []byte) (string, error) {
				var result api.Result
				err := json.Unmarshal(answer, &result)
				if result.Seq == 0 {
					refused++
					return fmt.Sprintf("%s  %s  %s", id, result.Outcome, render.Visible(result.Message)), err
				}
				return fmt.Sprintf("%s  %s  record %d", id, result.Outcome, result.Seq), err
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
			body := api.Dismissal{Reason: reason}
			return postRejected(cmd, &from, args, "dismiss", body, func(id string, answer []byte) (string, error) {
				var message query.Rejection
				err := json.Unmarshal(answer, &message)
				return fmt.Sprintf("%s  %s", id, render.Closure(message.Closed)), err
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
func postRejected(cmd *cobra.Command, from *readFlags, ids []string, action string, body any,
	lineOf func(id string, answer []byte) (string, error)) error {
	return from.with(cmd, func(source *client.Source) error {
		for _, id := range ids {
			var answer json.RawMessage
			path := "/v1/rejected/" + url.PathEscape(id) + "/" + action
			if err := source.Ask(cmd.Context(), http.MethodPost, path, body, &answer); err != nil {
				return fmt.Errorf("rejection %s: %w", id, err)
			}
			line, err := lineOf(id, answer)
			if err != nil {
				return fmt.Errorf("the answer cannot be read: %w", err)
			}
			if from.asJSON {
				line = string(answer)
			}
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), line); err != nil {
				return err
			}
		}
		return nil
	})
}
