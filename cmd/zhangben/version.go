package main

import (
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/build"
	"zhangben/cmd/zhangben/render"
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
			return render.JSONOr(cmd.OutOrStdout(), asJSON, b, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "zhangben %s\n%s\nlog format %d\n", b.Version, b.Go, b.Format)
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
