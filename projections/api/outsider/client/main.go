// Client is compiled against the client that a generator made of the OpenAPI document, in the package api beneath it,
// and uses it on a running server: it posts an event, and reads an account, a problem and the log.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"zhangben/projections/api/outsider/client/api"
)

const event = `{"specversion":"1.0","id":"01960f2e-7c1a-7d3e-9d2b-0f6a4c1b2e3d","source":"/client",` +
	`"type":"billing.wallet.topped_up.v1","time":"2026-03-01T09:00:00+08:00",` +
	`"data":{"account_id":"acct-1","amount":"12.50","currency":"CNY","channel":"online"}}`

func main() {
	ctx := context.Background()
	client, err := api.NewClientWithResponses(os.Args[1])
	check(err)
	posted, err := client.PostEventsWithBodyWithResponse(ctx, nil, "application/cloudevents+json",
		strings.NewReader(event))
	check(err)
	if posted.JSON200 == nil || posted.JSON200.Results[0].Outcome != "appended" {
		check(fmt.Errorf("posted: %s", posted.Body))
	}
	account, err := client.GetAccountsByAccountIdWithResponse(ctx, "acct-1", nil)
	check(err)
	if account.JSON200 == nil || account.JSON200.Wallet != "12.50" {
		check(fmt.Errorf("account: %s", account.Body))
	}
	missing, err := client.GetAccountsByAccountIdWithResponse(ctx, "acct-9", nil)
	check(err)
	if missing.ApplicationproblemJSON404 == nil || missing.ApplicationproblemJSON404.Code != "not_found" {
		check(fmt.Errorf("no such account: %s", missing.Body))
	}
	log, err := client.GetEventsWithResponse(ctx, nil)
	check(err)
	row, err := log.JSON200.Events[0].Event.AsWalletToppedUpEvent()
	check(err)
	fmt.Println("the generated client read back", row.Data.Amount)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
