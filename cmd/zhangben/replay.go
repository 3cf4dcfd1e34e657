package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/projections/api"
	"zhangben/projections/query"
)

func newReplayCommand() *cobra.Command {
	var from readFlags
	var clocks clockFlags
	var out string
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Fold the whole log and print every contract's figures, one a line",
		Long: "Folds the whole log and prints every contract's figures, one a line.\n" +
			"It reads the data folder (default " + defaultData + "), and prints by account id and contract id. With --server it asks\n" +
			"a running server, and prints in the order of its list, by contract id and account id.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from.data != "" && from.server != "" {
				return exit.Usagef("--data and --server exclude each other")
			}
			return writeTo(out, cmd.OutOrStdout(), func(w io.Writer) error {
				lines, err := replay(cmd, &from, &clocks, w)
				if err == nil {
					fmt.Fprintf(cmd.ErrOrStderr(), "%d contracts\n", lines)
				}
				return err
			})
		},
	}
	from.add(cmd)
	clocks.add(cmd)
	cmd.Flags().StringVar(&out, "out", "", "write to this file, which appears when it is whole")
	return cmd
}

func replay(cmd *cobra.Command, from *readFlags, clocks *clockFlags, w io.Writer) (lines int, err error) {
	if from.server == "" {
		return replayFolder(cmd.Context(), cmp.Or(from.data, defaultData), clocks, w)
	}
	source, err := from.open(cmd.ErrOrStderr())
	if err != nil {
		return 0, err
	}
	defer source.Close()
	return replayServer(cmd.Context(), source, clocks.query(), w)
}

func replayFolder(ctx context.Context, folder string, clocks *clockFlags, w io.Writer) (lines int, err error) {
	log, err := openForReading(folder, false)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	reader := query.New(log)
	at, err := reader.ParseAt(clocks.asOf, clocks.knownAt, api.Now())
	if err != nil {
		return 0, exit.Usage(err)
	}
	return reader.Replay(ctx, at, w)
}

// replayPage is how many contracts are asked for at a time.
const replayPage = 1000

// replayServer pages through a server's contracts. What the first page was answered at holds for all.
func replayServer(ctx context.Context, source *source, question url.Values, w io.Writer) (lines int, err error) {
	question.Set("limit", strconv.Itoa(replayPage))
	for {
		answer, err := source.get(ctx, "/v1/contracts", question)
		if err != nil {
			return lines, err
		}
		var page struct {
			Contracts []json.RawMessage `json:"contracts"`
			Next      *string           `json:"next"`
		}
		if err := json.Unmarshal(answer, &page); err != nil {
			return lines, fmt.Errorf("the answer cannot be read: %w", err)
		}
		for _, line := range page.Contracts {
			if _, err := w.Write(append(line, '\n')); err != nil {
				return lines, err
			}
			lines++
		}
		if page.Next == nil {
			return lines, nil
		}
		if err := hold(question, page.Contracts[0]); err != nil {
			return lines, err
		}
		question.Set("after", *page.Next)
	}
}

// hold puts the clocks of one answer into the questions that follow.
func hold(question url.Values, figures json.RawMessage) error {
	var clocks struct {
		AsOf       string `json:"as_of"`
		KnownAtSeq uint64 `json:"known_at_seq"`
	}
	if err := json.Unmarshal(figures, &clocks); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	question.Set("as_of", clocks.AsOf)
	question.Set("known_at", strconv.FormatUint(clocks.KnownAtSeq, 10))
	return nil
}

// writeTo has a file written, or stdout where path is "". The file takes its name only when it is whole.
func writeTo(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "" {
		return buffered(stdout, write)
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // finds nothing once it was renamed
	err = cmp.Or(buffered(file, write), file.Sync())
	if err = cmp.Or(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	buffer := bufio.NewWriterSize(w, 1<<20)
	if err := write(buffer); err != nil {
		return err
	}
	return buffer.Flush()
}
