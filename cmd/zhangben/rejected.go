package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
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
			return show(cmd, &from, "/v1/rejected", query, renderRejected)
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	cmd.Flags().Uint64Var(&after, "after", 0, "begin after this rejection")
	cmd.Flags().IntVar(&limit, "limit", 1000, "how many at most")
	cmd.Flags().BoolVar(&all, "all", false, "list those too that were retried or dismissed")
	return cmd
}

// rejectedView is a refused message as it is printed; the code's type is the API's business.
type rejectedView struct {
	ID         uint64              `json:"rejection_id"`
	Received   string              `json:"received_at"`
	Subject    string              `json:"subject"`
	EventID    string              `json:"event_id"`
	Code       string              `json:"code"`
	Pointer    string              `json:"pointer"`
	Message    string              `json:"message"`
	Size       int                 `json:"body_bytes"`
	Header     map[string][]string `json:"header"`
	Body       *string             `json:"body"`
	BodyBase64 *string             `json:"body_base64"`
	Closed     *closureView        `json:"closed"`
}

// closureView is why nothing needs to be done about a refused message any more.
type closureView struct {
	How    string  `json:"how"`
	Reason string  `json:"reason"`
	At     string  `json:"at"`
	By     *string `json:"by"`
	Seq    uint64  `json:"seq"`
}

func (c *closureView) String() string {
	if c == nil {
		return "-"
	}
	text := c.How + " " + c.At
	if c.By != nil {
		text += " by " + *c.By
	}
	text += fmt.Sprintf(", record %d", c.Seq)
	if c.Reason != "" {
		text += ": " + c.Reason
	}
	return text
}

func renderRejected(w io.Writer, answer []byte) error {
	var page struct {
		Rejected []rejectedView `json:"rejected"`
		Next     *uint64        `json:"next"`
	}
	if err := json.Unmarshal(answer, &page); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	list := &table{head: []string{"id", "received", "code", "where", "what"}, right: []bool{true}}
	closed := slices.ContainsFunc(page.Rejected, func(x rejectedView) bool { return x.Closed != nil })
	if closed {
		list.head = append(list.head, "closed")
	}
	for _, x := range page.Rejected {
		cells := []string{strconv.FormatUint(x.ID, 10), x.Received, x.Code, orDash(x.Pointer), x.Message}
		if closed {
			cells = append(cells, x.Closed.String())
		}
		list.add(cells...)
	}
	if err := list.write(w, ""); err != nil || page.Next == nil {
		return err
	}
	_, err := fmt.Fprintf(w, "there are more: --after %d\n", *page.Next)
	return err
}

func newRejectedShowCommand() *cobra.Command {
	var from readFlags
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one refused message whole",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return show(cmd, &from, "/v1/rejected/"+url.PathEscape(args[0]), nil, renderRejection)
		},
	}
	from.add(cmd)
	return cmd
}

func renderRejection(w io.Writer, answer []byte) error {
	var x rejectedView
	if err := json.Unmarshal(answer, &x); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	what := new(table)
	what.add("rejection", strconv.FormatUint(x.ID, 10))
	what.add("received", x.Received)
	what.add("subject", x.Subject)
	what.add("event", orDash(x.EventID))
	what.add("code", x.Code)
	what.add("where", orDash(x.Pointer))
	what.add("what", x.Message)
	if x.Closed != nil {
		what.add("closed", x.Closed.String())
	}
	header := new(table)
	for _, name := range sortedNames(x.Header) {
		for _, value := range x.Header[name] {
			header.add(name, value)
		}
	}
	body := new(table)
	switch {
	case x.Body != nil:
		for line := range strings.Lines(*x.Body) {
			body.add(strings.TrimRight(line, "\r\n"))
		}
	case x.BodyBase64 != nil:
		body.add("base64 " + *x.BodyBase64)
	}
	return writeSections(w, section{"", what}, section{"header", header}, section{fmt.Sprintf("body, %d bytes", x.Size), body})
}

func sortedNames(header map[string][]string) (names []string) {
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
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
		_, err = fmt.Fprintf(w, "%s  %s  %s\n", id, result.Outcome, visible(result.Message))
	}
	return err
}
