package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// messageWalk goes through what the messages of the stream became, in the order of the stream.
type messageWalk struct {
	last                 position
	duplicates, rejected *bolt.Cursor
	begun                bool
	duplicate, refused   struct{ key, value []byte }
}

// record accounts for a record, after the duplicates and the refused that came before it.
func (m *messageWalk) record(v *verifier, at position) {
	m.upTo(v, at)
	m.next(v, at, "record")
}

// finish accounts for what came after the last record, and compares the end with the position.
func (m *messageWalk) finish(v *verifier) {
	m.upTo(v, 1<<64-1)
	if m.last.streamSeq() != v.state.at.streamSeq() || m.last.streamSeq() > 0 && m.last.epoch() != v.state.at.epoch() {
		v.report.add("meta position", "is message %v, the last one found is %v", v.state.at, m.last)
	}
}

// next accounts for one message: the one after the last, or the first of the next epoch.
func (m *messageWalk) next(v *verifier, at position, as string) {
	following := at == m.last+1 || at.streamSeq() == 1 && at.epoch() > m.last.epoch()
	if !following {
		v.report.add(fmt.Sprintf("message %v", at), "(%s) follows message %v", as, m.last)
	}
	m.last = at
}

// upTo accounts for the duplicates and the refused before a place.
func (m *messageWalk) upTo(v *verifier, at position) {
	if !m.begun {
		m.duplicate.key, m.duplicate.value = m.duplicates.First()
		m.refused.key, m.refused.value = m.rejected.First()
		m.begun = true
	}
	end := key8(uint64(at))
	for {
		d, r := m.duplicate.key, m.refused.key
		switch {
		case d != nil && bytes.Compare(d, end) < 0 && (r == nil || bytes.Compare(d, r) <= 0):
			m.checkDuplicate(v)
		case r != nil && bytes.Compare(r, end) < 0:
			m.checkRefused(v)
		default:
			return
		}
	}
}

func (m *messageWalk) checkDuplicate(v *verifier) {
	key, value := m.duplicate.key, m.duplicate.value
	where := fmt.Sprintf("duplicate %x", key)
	body, err := checkCRC(key, value)
	switch {
	case err != nil:
		v.report.add(where, "%v", err)
	case len(body) != 8:
		v.report.add(where, "has %d bytes", len(body))
	case Seq(binary.BigEndian.Uint64(body))-1 >= max(v.seq, 1):
		v.report.add(where, "repeats record %d, which came later", binary.BigEndian.Uint64(body))
	}
	m.keyed(v, key, "duplicate")
	v.report.Duplicates++
	m.duplicate.key, m.duplicate.value = m.duplicates.Next()
}

func (m *messageWalk) checkRefused(v *verifier) {
	key, value := m.refused.key, m.refused.value
	if _, err := rejectedOf(key, value); err != nil {
		v.report.add(fmt.Sprintf("rejected %x", key), "%v", err)
	}
	m.keyed(v, key, "rejected")
	v.report.Rejected++
	m.refused.key, m.refused.value = m.rejected.Next()
}

// keyed accounts for the message a key names.
func (m *messageWalk) keyed(v *verifier, key []byte, as string) {
	if len(key) != 8 {
		v.report.add(fmt.Sprintf("%s %x", as, key), "has a key of %d bytes", len(key))
		return
	}
	m.next(v, position(binary.BigEndian.Uint64(key)), as)
}
