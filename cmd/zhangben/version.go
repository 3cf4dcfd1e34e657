package main

import (
	"encoding/json"
	"fmt"
	"runtime"

	"zhangben/cmd/zhangben/build"

	"github.com/spf13/cobra"
)

// versionView is what version prints.
type versionView struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
	Format  int    `json:"format"`
}

func newVersionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program, of Go, and of the log's format",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b := versionView{Version: build.Version, Commit: build.Commit(), Go: runtime.Version(), Format: build.LogFormat}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(b)
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "zhangben %s\n%s\nlog format %d\n", b.Version, b.Go, b.Format)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
