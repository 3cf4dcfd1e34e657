package replica

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"zhangben/ledger"
)

// Subject is where instances announce how their logs stand.
const Subject = "billing.announce"

// form is the form of announcements, and of the records whose root they tell.
const form = 1

// maxAnnouncement is how long an announcement may be, in bytes.
const maxAnnouncement = 1_024

// Why an announcement is not listened to.
var (
	errMalformed = errors.New("not an announcement")
	errOtherForm = errors.New("an announcement of another form")
)

// announcement is what an instance says of its log: package documentation shows one.
type announcement struct {
	Form     int    `json:"form"`
	Version  string `json:"version"`  // of the program
	Instance string `json:"instance"` // its name, which stays when it starts again
	Run      string `json:"run"`      // and what is new then
	identity
	Position uint64 `json:"position"` // how far it has read the stream
	ledger.TreeHead
}

// identity is which log an announcement is about.
type identity struct {
	Stream  string `json:"stream"`
	Created string `json:"created"`
	Epoch   uint16 `json:"epoch"`
}

func identityOf(p ledger.Position) identity { return identity{p.Stream, p.Created.String(), p.Epoch} }

// sameStream reports whether two logs are of one stream, in whatever epochs.
func (i identity) sameStream(j identity) bool { return i.Stream == j.Stream && i.Created == j.Created }

// The texts in an announcement. They are shown to operators, so nothing else may stand in them.
var (
	versions  = regexp.MustCompile(`^[0-9A-Za-z.+-]{1,64}$`)
	instances = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._:-]{0,127}$`)
	runs      = regexp.MustCompile(`^[0-9a-f-]{36}$`)
	streams   = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)
	instants  = regexp.MustCompile(`^[0-9T:.+Z-]{20,35}$`)
)

// parse parses an announcement. It accepts only what format writes: the error is errOtherForm where it is of another
// form, and errMalformed otherwise.
func parse(text []byte) (a announcement, err error) {
	if len(text) > maxAnnouncement {
		return a, fmt.Errorf("%w: %d bytes", errMalformed, len(text))
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return announcement{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if a.Form > form {
		return announcement{}, fmt.Errorf("%w: %d", errOtherForm, a.Form)
	}
	written, err := a.format()
	if err != nil {
		return announcement{}, err
	}
	if !bytes.Equal(written, text) {
		return announcement{}, fmt.Errorf("%w: it is not written as it should be", errMalformed)
	}
	return a, nil
}

// format writes an announcement. It refuses one that could not be parsed.
func (a announcement) format() ([]byte, error) {
	switch {
	case a.Form != form, !versions.MatchString(a.Version), !instances.MatchString(a.Instance), !runs.MatchString(a.Run):
		return nil, fmt.Errorf("%w: form, version, instance or run", errMalformed)
	case !streams.MatchString(a.Stream), !instants.MatchString(a.Created):
		return nil, fmt.Errorf("%w: stream or created", errMalformed)
	case a.StreamSeq > a.Position:
		return nil, fmt.Errorf("%w: message %d is beyond the position %d", errMalformed, a.StreamSeq, a.Position)
	}
	return json.Marshal(a)
}
