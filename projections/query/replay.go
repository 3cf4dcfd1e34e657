package query

import (
	"context"
	"io"

	"zhangben/ledger"
	"zhangben/projections"
)

// window is how many contracts, or accounts, are held folded at a time in questions about all of them.
const window = 4096

// Replay folds the whole log and writes the figures of every contract as JSON, one a line, by contract id and then
// account id. It gives the number of lines. Memory does not grow with the log, but for what the log itself keeps.
func (r *Reader) Replay(ctx context.Context, at At, w io.Writer) (lines int, err error) {
	err = r.eachWindow(ctx, at, ledger.ContractKey{}, window, func(figures []*projections.Figures) error {
		encoded, err := encode(ctx, figures)
		if err != nil {
			return err
		}
		for _, chunk := range encoded {
			if _, err := w.Write(chunk); err != nil {
				return err
			}
		}
		lines += len(figures)
		return nil
	})
	return lines, err
}

// encodeChunk is how many lines a worker spells at a time.
const encodeChunk = 256

// encode spells figures one a line, in pieces to be written one after the other.
func encode(ctx context.Context, figures []*projections.Figures) ([][]byte, error) {
	pieces := make([][]byte, (len(figures)+encodeChunk-1)/encodeChunk)
	err := parallel(ctx, len(pieces), func(i int) error {
		var piece []byte
		for _, c := range figures[i*encodeChunk : min((i+1)*encodeChunk, len(figures))] {
			piece = append(c.AppendJSON(piece), '\n')
		}
		pieces[i] = piece
		return nil
	})
	return pieces, err
}
