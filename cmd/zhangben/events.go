package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
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
			if events.follow && from.Data != "" {
				return exit.Usagef("--follow needs a running server: nothing is added to a folder that is only read")
			}
			from.Unindexed = events.account == "" && events.contract == ""
			source, err := from.Open(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			defer source.Close()
			if events.follow {
				return followEvents(cmd.Context(), source, events.query(), cmd.OutOrStdout())
			}
			return source.CopyRows(cmd.Context(), "/v1/events", events.query(), eventsPage, cmd.OutOrStdout())
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

// followEvents prints rows as they come, until the user stops it or the server ends.
func followEvents(ctx context.Context, source *client.Source, query url.Values, w io.Writer) error {
	query.Set("follow", "true")
	response, err := source.Do(ctx, http.MethodGet, "/v1/events", query, "application/x-ndjson")
	if err == nil {
		defer response.Body.Close()
		_, err = io.Copy(w, response.Body)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}
