package client

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// MostRows is how many rows are asked for at a time.
const MostRows = 1000

// Rows calls fn with each row of a list, asking for page after page. Those after the first are asked for at the clocks
// of its rows, so that all rows are of one instant.
func (s *Source) Rows(ctx context.Context, list string, query url.Values, fn func(row []byte) error) error {
	query.Set("limit", strconv.Itoa(MostRows))
	for {
		rows, next, err := s.Page(ctx, list, query)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := fn(row); err != nil {
				return err
			}
		}
		var cursor *string
		if err := decode(next, &cursor); err != nil || cursor == nil {
			return err
		}
		var clocks struct {
			AsOf       string      `json:"as_of"`
			KnownAtSeq json.Number `json:"known_at_seq"`
		}
		if err := decode(rows[0], &clocks); err != nil {
			return err
		}
		query.Set("as_of", clocks.AsOf)
		query.Set("known_at", clocks.KnownAtSeq.String())
		query.Set("after", *cursor)
	}
}

// Page asks for one page of a list, and for where the next begins; that is null after the last.
func (s *Source) Page(ctx context.Context, list string, query url.Values) (rows []json.RawMessage,
	next json.RawMessage, err error) {
	answer, err := s.Get(ctx, "/v1/"+list, query)
	if err != nil {
		return nil, nil, err
	}
	var page map[string]json.RawMessage
	if err := decode(answer, &page); err != nil {
		return nil, nil, err
	}
	return rows, page["next"], decode(page[list], &rows)
}

// CopyRows writes a listing of numbered rows, page after page, one row a line.
func (s *Source) CopyRows(ctx context.Context, path string, query url.Values, page int, w io.Writer) error {
	query.Set("limit", strconv.Itoa(page))
	for {
		rows, last, err := s.copyPage(ctx, path, query, w)
		if err != nil || rows < page {
			return err
		}
		query.Set("after", strconv.FormatUint(last, 10))
	}
}

// copyPage writes one page, and returns how many rows it has and the number of the last.
func (s *Source) copyPage(ctx context.Context, path string, query url.Values,
	w io.Writer) (rows int, last uint64, err error) {
	response, err := s.Do(ctx, http.MethodGet, path, query, "application/x-ndjson", nil)
	if err != nil {
		return 0, 0, err
	}
	defer response.Body.Close()
	var line []byte
	for lines := bufio.NewReader(response.Body); ; rows++ {
		next, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(next) == 0 {
			break
		}
		if err != nil {
			return rows, 0, fmt.Errorf("the answer broke off: %w", err)
		}
		if _, err := w.Write(next); err != nil {
			return rows, 0, err
		}
		line = next
	}
	if rows == 0 {
		return 0, 0, nil
	}
	last, err = rowNumber(line)
	return rows, last, err
}

// rowNumber is the number of a row, after which the next page begins: the seq of a record or the id of a rejection.
func rowNumber(line []byte) (uint64, error) {
	var row struct {
		Seq       uint64 `json:"seq"`
		Rejection uint64 `json:"rejection_id"`
	}
	if err := decode(bytes.TrimSpace(line), &row); err != nil {
		return 0, err
	}
	return cmp.Or(row.Seq, row.Rejection), nil
}
