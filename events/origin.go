package events

import (
	"strconv"
	"strings"
)

// Origin says who put an event into the stream. Only of a message under [SubjectPosted] is anything known: none but
// the ledger may publish there. The zero Origin is that of a publisher over NATS.
//
// The log keeps it in front of the event's canonical bytes, which begin with 0x01 or above, so that it is hashed with
// them and is no part of the event's content:
//
//	nothing  published over NATS
//	1        0x00
//	1        0x01 posted over HTTP, 0x02 written by the ledger itself
//	text     name of the token with which that was asked for, empty where it has none
type Origin struct {
	By        Writer
	Publisher string // name of the token, "" where there is none
}

// Writer is who wrote a message of the stream. Its number is stored in the log: never renumber, only append.
type Writer uint8

// The writers.
const (
	OverNATS Writer = iota // whoever may publish to [SubjectAll]
	OverHTTP               // whoever posted it to the ledger
	ByLedger               // the ledger itself
)

// Headers of messages under [SubjectPosted]. On others they mean nothing.
const (
	HeaderOrigin    = "Zhangben-Origin"    // "http" or "ledger"
	HeaderPublisher = "Zhangben-Publisher" // name of the token
	HeaderRetryOf   = "Zhangben-Retry-Of"  // id of the refused message that is sent again
	HeaderRetryBy   = "Zhangben-Retry-By"  // name of the token with which that was asked for
)

// Retry says of which refused message a message is a copy, sent again by the ledger.
type Retry struct {
	Of uint64 // its id, 0 where the message is no copy
	By string // name of the token with which that was asked for, "" where there is none
}

// RetryOf returns what a message is a copy of.
func RetryOf(subject string, header map[string][]string) Retry {
	if !strings.HasPrefix(subject, postedPrefix) {
		return Retry{}
	}
	of, err := strconv.ParseUint(firstValue(header, HeaderRetryOf), 10, 64)
	by := firstValue(header, HeaderRetryBy)
	switch {
	case err != nil:
		return Retry{}
	case !isPublisher(by):
		by = ""
	}
	return Retry{of, by}
}

// originMark begins the bytes of an origin.
const originMark = 0

var writers = [...]string{OverNATS: "nats", OverHTTP: "http", ByLedger: "ledger"}

// String returns the word for the writer in headers.
func (w Writer) String() string { return writers[w] }

// OriginOf returns the origin of a message.
func OriginOf(subject string, header map[string][]string) Origin {
	if !strings.HasPrefix(subject, postedPrefix) {
		return Origin{}
	}
	o := Origin{Publisher: firstValue(header, HeaderPublisher)}
	switch firstValue(header, HeaderOrigin) {
	case OverHTTP.String():
		o.By = OverHTTP
	case ByLedger.String():
		o.By = ByLedger
	default:
		return Origin{}
	}
	if !isPublisher(o.Publisher) {
		o.Publisher = ""
	}
	return o
}

func firstValue(header map[string][]string, name string) string {
	if values := header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

func isPublisher(name string) bool { return name == "" || isIdent(name) }

// Header returns the headers from which [OriginOf] returns o.
func (o Origin) Header() map[string][]string {
	if o.By == OverNATS {
		return nil
	}
	header := map[string][]string{HeaderOrigin: {o.By.String()}}
	if o.Publisher != "" {
		header[HeaderPublisher] = []string{o.Publisher}
	}
	return header
}

// Append appends the bytes that the log keeps of the origin.
func (o Origin) Append(dst []byte) []byte {
	if o.By == OverNATS {
		return dst
	}
	return appendText(append(dst, originMark, byte(o.By)), o.Publisher)
}

// CutOrigin returns the length of the origin at the front of b, which is 0 where there is none. ok is false when it is
// cut short.
func CutOrigin(b []byte) (length int, ok bool) {
	if len(b) == 0 || b[0] != originMark {
		return 0, true
	}
	_, length = textAt(b, 2)
	return length, length > 0
}

// ParseOrigin is the inverse of [Origin.Append]. Its error is [ErrContent].
func ParseOrigin(b []byte) (o Origin, err error) {
	if len(b) == 0 {
		return o, nil
	}
	length, ok := CutOrigin(b)
	if !ok || length != len(b) {
		return o, ErrContent
	}
	name, _ := textAt(b, 2)
	o = Origin{Writer(b[1]), string(name)}
	if o.By != OverHTTP && o.By != ByLedger || !isPublisher(o.Publisher) {
		return Origin{}, ErrContent
	}
	return o, nil
}
