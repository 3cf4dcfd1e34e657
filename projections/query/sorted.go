package query

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"strings"

	"github.com/lanrat/extsort"
)

// keyedText is a text to be sorted: by its first key, then by its second. No two have the same keys, and keys have no NUL
// in them.
type keyedText struct{ first, second, text string }

// Texts are sorted in pieces, so that memory is bounded whatever their lengths: there are up to nine chunks of pieces at a
// time, and of events and of most figures a piece is the whole.
const (
	pieceBytes  = 1 << 10
	chunkPieces = 1 << 14
)

// sorted has texts made, by any number of goroutines, and hands them back in order. Chunks that are full wait in a
// temporary file: in $TMPDIR, or else in /var/tmp, which is seldom memory in disguise. It is gone with the process.
func sorted(ctx context.Context, chunk int, produce func(ctx context.Context, emit emitFunc) error, take func(keyedText) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	in, ended := make(chan string, 1024), make(chan struct{})
	go func() {
		defer close(ended)
		if err := produce(ctx, emitTo(ctx, in)); err != nil {
			cancel(err)
			return // in stays open: nothing is handed back of what is not whole
		}
		close(in)
	}()
	sorter, out, failed := extsort.Strings(in, &extsort.Config{
		ChunkSize: chunk, NumWorkers: workers(), SortedChanBuffSize: 1024, TempFilesDir: os.Getenv("TMPDIR"),
	})
	sorter.Sort(ctx)
	if err := join(out, take); err != nil {
		cancel(err)
	}
	if err := <-failed; err != nil {
		cancel(fmt.Errorf("sorting in a temporary file, whose folder $TMPDIR tells: %w", err))
	}
	<-ended
	return context.Cause(ctx)
}

// emitFunc takes a text in. Its error is why no more are wanted.
type emitFunc func(first, second string, text []byte) error

// emitTo sends texts in pieces until ctx is done: the keys, each with a NUL behind it, the number of the piece, and it. The
// lowest bit of the number marks the last.
func emitTo(ctx context.Context, to chan<- string) emitFunc {
	return func(first, second string, text []byte) error {
		for number := uint32(0); ; number += 2 {
			piece := text[:min(len(text), pieceBytes)]
			if text = text[len(piece):]; len(text) == 0 {
				number |= 1
			}
			select {
			case to <- spellPiece(first, second, number, piece):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			if len(text) == 0 {
				return nil
			}
		}
	}
}

func spellPiece(first, second string, number uint32, piece []byte) string {
	var s strings.Builder
	s.Grow(len(first) + 1 + len(second) + 1 + 4 + len(piece))
	s.WriteString(first)
	s.WriteByte(0)
	s.WriteString(second)
	s.WriteByte(0)
	s.Write(binary.BigEndian.AppendUint32(make([]byte, 0, 4), number))
	s.Write(piece)
	return s.String()
}

// join puts pieces in order together again, and hands a text over once its last is there.
func join(pieces <-chan string, take func(keyedText) error) error {
	var before strings.Builder // the pieces of a text that are not the last
	for s := range pieces {
		first, rest, _ := strings.Cut(s, "\x00")
		second, rest, _ := strings.Cut(rest, "\x00")
		last, piece := rest[3]&1 == 1, rest[4:]
		if before.Len() > 0 || !last {
			before.WriteString(piece)
			piece = before.String()
		}
		if !last {
			continue
		}
		before.Reset()
		if err := take(keyedText{first, second, piece}); err != nil {
			return err
		}
	}
	return nil
}
