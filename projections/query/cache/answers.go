package cache

import (
	"encoding/binary"
	"slices"
	"sync"

	"zhangben/events/civil"
	"zhangben/projections"
)

// Answers are the figures of an account's contracts as JSON, but for their heads, which name contract and clocks: each
// the contract's id and the rest of its answer, both after their lengths.
type Answers []byte

// mostAnswers is how many bytes the answers about one account may take.
const mostAnswers = 64 << 10

// Spell spells the figures of contracts, or returns nil where they take too many bytes.
func Spell(contracts []projections.Figures) Answers {
	b := buffers.Get().(*buffer)
	defer buffers.Put(b)
	b.answers = b.answers[:0]
	for i := range contracts {
		b.rest = contracts[i].AppendRest(b.rest[:0])
		b.answers = appendText(appendText(b.answers, contracts[i].ContractID), b.rest)
		if len(b.answers) > mostAnswers {
			return nil
		}
	}
	return slices.Clone(b.answers)
}

// buffer is used again and again to spell the answers of one account.
type buffer struct{ rest, answers []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

func appendText[T string | []byte](dst []byte, text T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

func cutText(b []byte) (text, rest []byte) {
	size, n := binary.Uvarint(b)
	return b[n : n+int(size)], b[n+int(size):]
}

// Append appends the answer about a contract of an account, with the clocks of a question. found is false where there
// is none.
func (a Answers) Append(dst []byte, contract, account string, asOf civil.Instant,
	knownAtSeq uint64) (_ []byte, found bool) {
	for left := []byte(a); len(left) > 0; {
		var id, rest []byte
		id, left = cutText(left)
		rest, left = cutText(left)
		if string(id) == contract {
			return append(projections.AppendHead(dst, contract, account, asOf, knownAtSeq), rest...), true
		}
	}
	return dst, false
}
