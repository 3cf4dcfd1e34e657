package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/projections/api"
)

func newRejectedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rejected",
		Short: "List, show, export, retry and dismiss what was refused",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRejectedListCommand(), newRejectedShowCommand(), newRejectedRetryCommand(), newRejectedDismissCommand(), newRejectedExportCommand())
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
		Short: "List what was refused and waits for somebody, oldest first",
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
			source, err := from.open(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			defer source.Close()
			return retryAll(cmd, source, args, from.asJSON)
		},
	}
	from.add(cmd)
	return cmd
}

// retryAll retries one after the other, and tells of each. It fails with exit code 3 if one was refused again.
func retryAll(cmd *cobra.Command, source *source, ids []string, asJSON bool) error {
	refused := 0
	for _, id := range ids {
		answer, err := source.body(cmd.Context(), http.MethodPost, "/v1/rejected/"+url.PathEscape(id)+"/retry", nil)
		if err != nil {
			return fmt.Errorf("rejection %s: %w", id, err)
		}
		var result api.Result
		if err := json.Unmarshal(answer, &result); err != nil {
			return fmt.Errorf("the answer cannot be read: %w", err)
		}
		if result.Seq == 0 {
			refused++
		}
		if err := tellRetry(cmd.OutOrStdout(), id, answer, &result, asJSON); err != nil {
			return err
		}
	}
	if refused > 0 {
		return exit.With(exit.Rejected, fmt.Errorf("%d of %d refused again", refused, len(ids)))
	}
	return nil
}

func tellRetry(w io.Writer, id string, answer []byte, result *api.Result, asJSON bool) (err error) {
	switch {
	case asJSON:
		_, err = w.Write(answer)
	case result.Seq != 0:
		_, err = fmt.Fprintf(w, "%s  %s  record %d\n", id, result.Outcome, result.Seq)
	default:
		_, err = fmt.Fprintf(w, "%s  %s  %s\n", id, result.Outcome, render.Visible(result.Message))
	}
	return err
}
