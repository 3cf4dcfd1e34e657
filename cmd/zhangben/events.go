package main

import (
	"io"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/usage"
	"zhangben/events"
)

func newEventsCommand() *cobra.Command {
	var from readFlags
	var follow bool
	cmd := &cobra.Command{
		Use:   "events",
		Short: "Print the log, one record a line",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if follow && from.Data != "" {
				return exit.Usagef("--follow needs a running server: nothing is added to a folder that is only read")
			}
			query := question(cmd)
			from.Unindexed = !query.Has("account_id") && !query.Has("contract_id")
			return from.with(cmd, func(source *client.Source) error {
				if follow {
					return followEvents(cmd, source, query)
				}
				return source.CopyRows(cmd.Context(), "/v1/events", query, eventsPage, cmd.OutOrStdout())
			})
		},
	}
	from.add(cmd)
	flags := cmd.Flags()
	flags.Uint64("after", 0, "begin after this sequence number")
	flags.String("account", "", "only events of this customer account")
	flags.String("contract", "", "only events of this contract")
	flags.String("kind", "", "only events of this kind, such as contract.paid")
	usage.Choices(cmd, "kind", kindNames())
	flags.BoolVar(&follow, "follow", false, "go on as the log grows")
	return cmd
}

// kindNames lists the kinds of events.
func kindNames() (names []string) {
	for _, kind := range events.Kinds() {
		names = append(names, kind.String())
	}
	return names
}

// eventsPage is how many records are asked for at a time.
const eventsPage = 1000

// followEvents prints rows as they come, until the user stops it or the server ends.
func followEvents(cmd *cobra.Command, source *client.Source, query url.Values) error {
	query.Set("follow", "true")
	response, err := source.Do(cmd.Context(), http.MethodGet, "/v1/events", query, "application/x-ndjson", nil)
	if err == nil {
		defer response.Body.Close()
		_, err = io.Copy(cmd.OutOrStdout(), response.Body)
	}
	if cmd.Context().Err() != nil {
		return nil
	}
	return err
}
