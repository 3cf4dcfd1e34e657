package main

import (
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/events"
	"zhangben/projections/api"
)

func newSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [KIND | openapi | asyncapi]",
		Short: "Print the JSON Schema of a kind of event or of any, or the description of the HTTP or the NATS interface",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			document, err := schemaDocument(append(args, events.SchemaName)[0])
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(document)
			return err
		},
	}
}

func schemaDocument(name string) ([]byte, error) {
	switch name {
	case "openapi":
		return api.OpenAPI(), nil
	case "asyncapi":
		return api.AsyncAPI(), nil
	}
	document, ok := events.SchemaDocument(name)
	if !ok {
		return nil, exit.Usagef("%q is no kind of event: name one, such as contract.paid, or openapi or asyncapi", name)
	}
	return document, nil
}
