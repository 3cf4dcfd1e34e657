package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
)

// eventFlags select records of the log.
type eventFlags struct {
	after                   uint64
	account, contract, kind string
	follow                  bool
}

func newEventsCommand() *cobra.Command {
	var from readFlags
	var events eventFlags
	cmd := &cobra.Command{
		Use:   "events",
		Short: "Print the log, one record a line",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if events.follow && from.data != "" {
				return exit.Usagef("--follow needs a running server: nothing is added to a folder that is only read")
			}
			from.unindexed = events.account == "" && events.contract == ""
			source, err := from.open(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			defer source.Close()
			if events.follow {
				return followEvents(cmd.Context(), source, events.query(), cmd.OutOrStdout())
			}
			return listEvents(cmd.Context(), source, events.query(), cmd.OutOrStdout())
		},
	}
	from.add(cmd)
	flags := cmd.Flags()
	flags.Uint64Var(&events.after, "after", 0, "begin after this sequence number")
	flags.StringVar(&events.account, "account", "", "only events of this customer account")
	flags.StringVar(&events.contract, "contract", "", "only events of this contract")
	flags.StringVar(&events.kind, "kind", "", "only events of this kind, such as contract.paid")
	choices(cmd, "kind", kindNames())
	flags.BoolVar(&events.follow, "follow", false, "go on as the log grows")
	return cmd
}

func (f *eventFlags) query() url.Values {
	query := url.Values{}
	query.Set("after", strconv.FormatUint(f.after, 10))
	setIf(query, "account_id", f.account)
	setIf(query, "contract_id", f.contract)
	setIf(query, "kind", f.kind)
	return query
}

// eventsPage is how many records are asked for at a time.
const eventsPage = 1000

// listEvents prints rows page by page to the end of the log.
func listEvents(ctx context.Context, source *source, query url.Values, w io.Writer) error {
	query.Set("limit", strconv.Itoa(eventsPage))
	for {
		rows, last, err := copyEvents(ctx, source, query, w)
		if err != nil || rows < eventsPage {
			return err
		}
		query.Set("after", strconv.FormatUint(last, 10))
	}
}

// copyEvents prints one page and gives the number of its rows and the seq of the last.
func copyEvents(ctx context.Context, source *source, query url.Values, w io.Writer) (rows int, last uint64, err error) {
	response, err := source.do(ctx, http.MethodGet, "/v1/events", query, "application/x-ndjson")
	if err != nil {
		return 0, 0, err
	}
	defer response.Body.Close()
	lines := bufio.NewReader(response.Body)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return rows, last, nil
		}
		if err != nil {
			return rows, last, fmt.Errorf("the answer broke off: %w", err)
		}
		if last, err = seqOf(line); err != nil {
			return rows, last, err
		}
		if _, err := w.Write(line); err != nil {
			return rows, last, err
		}
		rows++
	}
}

func seqOf(line []byte) (uint64, error) {
	var row struct{ Seq uint64 }
	if err := json.Unmarshal(line, &row); err != nil {
		return 0, fmt.Errorf("the answer cannot be read: %w", err)
	}
	return row.Seq, nil
}

// followEvents prints rows as they come, until the user stops it or the server ends.
func followEvents(ctx context.Context, source *source, query url.Values, w io.Writer) error {
	query.Set("follow", "true")
	response, err := source.do(ctx, http.MethodGet, "/v1/events", query, "application/x-ndjson")
	if err == nil {
		defer response.Body.Close()
		_, err = io.Copy(w, response.Body)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}
