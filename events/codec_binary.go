package events

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/google/uuid"

	"zhangben/events/civil"
)

// Two events have the same content exactly if their canonical bytes are equal. They are what the log keeps and hashes.
//
//	bytes    what
//	1        version of this layout, 0x01
//	1        kind, by its number in kind.go
//	16       id
//	varint   time: whole seconds since 1970-01-01T00:00:00Z
//	varint   time: nanoseconds above them, 0 to 999,999,999
//	text     account_id
//	text     contract_id, empty where the event names none
//	text     source
//	1        flags: 1 subject was given (it is the contract id), 2 extensions follow, 4 extra follows
//	         extensions, if flagged: a varint of how many, then for each, sorted by name: text of the name, text of the
//	         value in canonical JSON
//	text     extra, if flagged: the members of data not known here, as one object in canonical JSON
//	1        how many fields of data follow: all up to the last that is not left out
//	         the fields in the order of the kind's visit method in data.go, each as below
//
// A varint is unsigned LEB128 in as few bytes as possible. A text is a varint of its length in bytes and its UTF-8.
// Canonical JSON has no white space, members sorted by the bytes of their names, numbers as they were spelled, and of
// characters only ", \ and those below U+0020 escaped: \b \f \n \r \t, others as \u00 and two lower-case digits.
//
//	field                bytes                                                                          left out
//	id, text             text                                                                           0x00
//	ids                  varint of how many, then a text each                                           0x00
//	choice               1: its number in enum.go                                                       0x00
//	amount               varint of fen times 4 plus the number of decimals it was spelled with (0, 1, 2)
//	agreed_refund, total the same plus 1                                                                0x00
//	wallet_amount        likewise                                                                       0x00
//	difference           the same without its sign, times 2, plus 1 if it is below zero, plus 1         0x00
//	rate                 text as it was spelled                                                         0x00
//	currency             none: it is CNY                                                                none
//	quantity, seq        varint
//	term                 varint of its number, then 1: Y, M or D                                        0x00
//	duration             the same, or varint of seconds, then 1: S
//	due_date, until      varint of days since 1970-01-01                                                0x00
//	period of a charge   two such varints: from and to                                                  0x00
//	instant in data      text as it was spelled                                                         0x00
//	payment, voids       16, then the text of its spelling, empty if that is lower case
//	yes or no            1: 1 false, 2 true                                                             0x00
//	spec, params         text of the object in canonical JSON                                           0x00
//	root and the like    32
//	period of a close    text
//
// The law of change: fields are only ever appended to a kind, and only ones that may be left out, so that bytes written
// before stay canonical; kinds and choices are only ever appended, never renumbered; anything else takes a new version.
// Bytes written before a field was appended may have a member of its name in extra. It stays there, and has no meaning,
// and such bytes have none of the fields appended. What the door takes may become less, what is read of the log never.
const contentVersion = 1

// The flags.
const (
	flagSubject    = 1
	flagExtensions = 2
	flagExtra      = 4
)

// ErrContent says that bytes are not the canonical bytes of any event.
var ErrContent = errors.New("not the canonical bytes of an event")

// Head is what can be told of canonical bytes without decoding the rest, but for the account that a contract passes to.
// Account and Contract are parts of the bytes.
type Head struct {
	ID       uuid.UUID
	Time     civil.Instant
	Kind     Kind
	Account  []byte
	Contract []byte
	To       string // the account that a contract passes to, if it is another
}

// SameContent reports whether two events, by their canonical bytes, have the same content. Their bytes are equal then,
// unless one was written before a member of its data became a field.
func SameContent(a, b []byte) bool {
	return bytes.Equal(a, b) || bytes.Equal(rewritten(a), rewritten(b))
}

// rewritten returns canonical bytes as they would be written now; those that would not be taken any more stay.
func rewritten(content []byte) []byte {
	e, err := ParseContent(content)
	if err != nil {
		return content
	}
	if e, err = DecodeJSON(e.AppendJSON(nil)); err != nil {
		return content
	}
	return e.AppendContent(nil)
}

// AppendContent appends the canonical bytes of an event that a decoder returned.
func (e *Event) AppendContent(dst []byte) []byte {
	sec, nsec := e.Time.Unix()
	dst = append(dst, contentVersion, byte(e.Kind()))
	dst = append(dst, e.ID[:]...)
	dst = binary.AppendUvarint(dst, uint64(sec))
	dst = binary.AppendUvarint(dst, uint64(nsec))
	dst = appendText(dst, e.Account)
	dst = appendText(dst, e.Contract)
	dst = appendText(dst, e.Source)
	dst = append(dst, e.flags())
	dst = e.appendExtensions(dst)
	if e.Extra != nil {
		dst = binary.AppendUvarint(dst, uint64(len(e.Extra)))
		dst = append(dst, e.Extra...)
	}
	w := contentWriters.Get().(*contentWriter)
	*w = contentWriter{dst: append(dst, 0), end: len(dst) + 1}
	e.Data.visit(w)
	written := w.dst[:w.end]
	written[len(dst)] = w.counted
	w.dst = nil
	contentWriters.Put(w)
	return written
}

func (e *Event) flags() (flags byte) {
	if e.HasSubject {
		flags |= flagSubject
	}
	if len(e.Extensions) > 0 {
		flags |= flagExtensions
	}
	if e.Extra != nil {
		flags |= flagExtra
	}
	return flags
}

func (e *Event) appendExtensions(dst []byte) []byte {
	if len(e.Extensions) == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(len(e.Extensions)))
	for _, x := range e.Extensions {
		dst = appendText(dst, x.Name)
		dst = appendText(dst, x.Value)
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}
