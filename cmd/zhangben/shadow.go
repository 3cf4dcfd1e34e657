package main

import (
	"bufio"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/events"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

// shadow folds the whole ledger under other terms, and prints the accounts they make a difference to.
func (p *previewing) shadow(cmd *cobra.Command) error {
	source, err := p.from.Open(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer source.Close()
	out := bufio.NewWriter(cmd.OutOrStdout())
	printer := render.NewImpact(out, cmd.ErrOrStderr(), p.from.asJSON)
	if source.Log() != nil {
		err = p.shadowFolder(cmd, source, printer)
	} else {
		err = p.shadowServer(cmd, source, printer)
	}
	if finished := printer.Finish(); err == nil {
		err = finished
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

// shadowFolder folds right here, so that there is progress to be seen.
func (p *previewing) shadowFolder(cmd *cobra.Command, source *client.Source, printer *render.Impact) error {
	params, err := events.ParseParams(p.params)
	if err != nil {
		return exit.Usage(err)
	}
	reader := query.New(source.Log())
	at, err := reader.ParseAt(p.clocks.asOf, p.clocks.knownAt, api.Now())
	if err != nil {
		return exit.Usage(err)
	}
	return reader.Impact(cmd.Context(), &query.Hypothesis{Params: &params}, at, func(row query.ImpactRow) error {
		line, err := json.Marshal(row)
		if err != nil {
			return err
		}
		return printer.Add(line)
	})
}

func (p *previewing) shadowServer(cmd *cobra.Command, source *client.Source, printer *render.Impact) error {
	answer, err := p.ask(cmd.Context(), source)
	if err != nil {
		return err
	}
	defer answer.Close()
	lines := bufio.NewScanner(answer)
	for lines.Scan() {
		if err := printer.Add(lines.Bytes()); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("the answer broke off: %w", err)
	}
	return nil
}
