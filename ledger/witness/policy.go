// Package witness has checkpoints cosigned by witnesses: servers of others that remember the last checkpoint they saw
// of a log, and sign only one that continues it (C2SP tlog-witness). A log that shows two histories, or loses its end,
// then finds no witness to sign.
//
// Nothing here lies on the way of an event into the log: cosigning runs every ten minutes and on demand, and where it
// fails the log goes on. Only a witness that has seen another history, or a longer one, stops the ledger from signing.
package witness

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	formats "github.com/transparency-dev/formats/note"
	policies "github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"

	"zhangben/events/civil"
)

// ErrPolicy is the error of a text that is no policy.
var ErrPolicy = errors.New("not a policy of witnesses")

// ErrQuorum says that fewer witnesses have cosigned than the policy wants.
var ErrQuorum = errors.New("too few witnesses have cosigned")

// Policy says which witnesses there are, where they answer, and who of them must cosign (C2SP tlog-policy: lines log,
// witness, group and quorum).
type Policy struct {
	quorum    policies.Group
	witnesses []witness
}

// witness is one of those that cosign.
type witness struct {
	key     note.Verifier
	address string // of its add-checkpoint; "" where the policy names none
}

// noAddress stands for the address of a witness that has none: the parser of policies wants one, and those who only
// check cosignatures need none.
const noAddress = "https://none.invalid/"

// ParsePolicy reads the text of a policy.
func ParsePolicy(text []byte) (Policy, error) {
	quorum, err := policies.ParsePolicy(withAddresses(text))
	if err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	p := Policy{quorum: quorum}
	for address, key := range quorum.Endpoints() {
		if strings.HasPrefix(address, noAddress) {
			address = ""
		}
		p.witnesses = append(p.witnesses, witness{key, address})
	}
	slices.SortFunc(p.witnesses, func(x, y witness) int { return strings.Compare(x.key.Name(), y.key.Name()) })
	return p, p.check()
}

// withAddresses completes the lines "witness NAME KEY", each with an address of its own.
func withAddresses(text []byte) []byte {
	var completed bytes.Buffer
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		if words := strings.Fields(line); len(words) == 3 && words[0] == "witness" {
			line += " " + noAddress + url.PathEscape(words[1])
		}
		completed.WriteString(line + "\n")
	}
	return completed.Bytes()
}

// check refuses a policy that no witness is in, or that has one key twice, which would count as two.
func (p Policy) check() error {
	if len(p.witnesses) == 0 || p.quorum.N < 1 {
		return fmt.Errorf("%w: its quorum needs no witness", ErrPolicy)
	}
	seen := map[string]bool{}
	for _, w := range p.witnesses {
		id := fmt.Sprintf("%s+%08x", w.key.Name(), w.key.KeyHash())
		if seen[id] {
			return fmt.Errorf("%w: the key %s is in it twice", ErrPolicy, id)
		}
		seen[id] = true
	}
	return nil
}

// Reachable returns an error if a witness has no address to be asked at.
func (p Policy) Reachable() error {
	for _, w := range p.witnesses {
		if w.address == "" {
			return fmt.Errorf("%w: the witness %s has no address", ErrPolicy, w.key.Name())
		}
	}
	return nil
}

// Cosignature says which witness has cosigned a checkpoint, and when, by its own clock.
type Cosignature struct {
	Witness string
	At      civil.Instant
}

// Check returns who has cosigned a checkpoint, by name, and ErrQuorum where that is not enough. That the log itself has
// signed it is for others to check.
func (p Policy) Check(checkpoint []byte) ([]Cosignature, error) {
	cosigned, err := p.cosignatures(checkpoint)
	if err != nil {
		return nil, err
	}
	if !p.quorum.Satisfied(checkpoint) {
		return cosigned, fmt.Errorf("%w: %d of %d that the policy knows", ErrQuorum, len(cosigned), len(p.witnesses))
	}
	return cosigned, nil
}

func (p Policy) cosignatures(checkpoint []byte) ([]Cosignature, error) {
	keys := make([]note.Verifier, len(p.witnesses))
	for i, w := range p.witnesses {
		keys[i] = w.key
	}
	opened, err := note.Open(checkpoint, note.VerifierList(keys...))
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the checkpoint: %w", err)
	}
	list := make([]Cosignature, len(opened.Sigs))
	for i, signature := range opened.Sigs {
		at, err := formats.CoSigV1Timestamp(signature)
		if err != nil {
			return nil, fmt.Errorf("the cosignature of %s: %w", signature.Name, err)
		}
		list[i] = Cosignature{signature.Name, civil.Of(at)}
	}
	slices.SortFunc(list, func(x, y Cosignature) int { return strings.Compare(x.Witness, y.Witness) })
	return list, nil
}
