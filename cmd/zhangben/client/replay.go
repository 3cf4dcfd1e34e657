package client

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"strconv"
)

// replayPage is how many contracts are asked for at a time.
const replayPage = 1000

// Replay writes the figures of all contracts, one a line. What the first page was answered at holds for all.
func (s *Source) Replay(ctx context.Context, question url.Values, w io.Writer) (lines int, err error) {
	question.Set("limit", strconv.Itoa(replayPage))
	for {
		answer, err := s.Get(ctx, "/v1/contracts", question)
		if err != nil {
			return lines, err
		}
		var page struct {
			Contracts []json.RawMessage `json:"contracts"`
			Next      *string           `json:"next"`
		}
		if err := decode(answer, &page); err != nil {
			return lines, err
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
	if err := decode(figures, &clocks); err != nil {
		return err
	}
	question.Set("as_of", clocks.AsOf)
	question.Set("known_at", strconv.FormatUint(clocks.KnownAtSeq, 10))
	return nil
}
