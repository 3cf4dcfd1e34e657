package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"

	"github.com/spf13/cobra"
)

func newRejectedExportCommand() *cobra.Command {
	from := readFlags{sourceOptions: sourceOptions{unindexed: true}}
	var clocks clockFlags
	var out string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write all that was refused, with headers and bodies, one a line",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			source, err := from.open(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			defer source.Close()
			if out == "" {
				return exportRejected(cmd.Context(), source, clocks.query(), cmd.OutOrStdout())
			}
			file, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return err
			}
			return errors.Join(exportRejected(cmd.Context(), source, clocks.query(), file), file.Sync(), file.Close())
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	cmd.Flags().StringVar(&out, "out", "", "`file` to write to, which must not be there yet (default: standard output)")
	return cmd
}

// exportPage is how many refused messages are asked for at a time.
const exportPage = 100

// exportRejected copies page after page.
func exportRejected(ctx context.Context, source *source, query url.Values, w io.Writer) error {
	query.Set("limit", strconv.Itoa(exportPage))
	query.Set("status", "all")
	for {
		rows, last, err := copyRejected(ctx, source, query, w)
		if err != nil || rows < exportPage {
			return err
		}
		query.Set("after", strconv.FormatUint(last, 10))
	}
}

func copyRejected(ctx context.Context, source *source, query url.Values, w io.Writer) (rows int, last uint64, err error) {
	answer, err := source.do(ctx, http.MethodGet, "/v1/rejected", query, "application/x-ndjson")
	if err != nil {
		return 0, 0, err
	}
	defer answer.Body.Close()
	for lines := bufio.NewReader(answer.Body); ; rows++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return rows, last, nil
		}
		if err != nil {
			return rows, last, fmt.Errorf("the answer broke off: %w", err)
		}
		var row struct {
			ID uint64 `json:"rejection_id"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			return rows, last, fmt.Errorf("the answer cannot be read: %w", err)
		}
		if _, err := w.Write(line); err != nil {
			return rows, last, err
		}
		last = row.ID
	}
}
