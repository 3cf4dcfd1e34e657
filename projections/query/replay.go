package query

import (
	"context"
	"io"
)

// Replay folds the whole log and writes the figures of every contract as JSON, one a line, by account id and then
// contract id. It returns the number of lines. Beside the log's index, memory does not grow with the log: it holds the
// lines of replayWindow accounts.
func (r *Reader) Replay(ctx context.Context, at At, w io.Writer) (lines int, err error) {
	texts := make([][]byte, replayWindow)
	for ids := r.log.Accounts("", replayWindow); len(ids) > 0; ids = r.log.Accounts(ids[len(ids)-1], replayWindow) {
		counts := make([]int, len(ids))
		err := r.each(ctx, workers(), ids, at.KnownAt, func(ctx context.Context, i int, facts *accountFacts) error {
			book, _, err := facts.book(ctx, at)
			texts[i], counts[i] = texts[i][:0], len(book.Contracts)
			for n := range book.Contracts {
				texts[i] = append(book.Contracts[n].AppendJSON(texts[i]), '\n')
			}
			return err
		})
		if err != nil {
			return lines, err
		}
		for i, n := range counts {
			if _, err := w.Write(texts[i]); err != nil {
				return lines, err
			}
			lines += n
		}
	}
	return lines, ctx.Err()
}

// replayWindow is how many accounts a replay holds folded at a time.
const replayWindow = 1024
