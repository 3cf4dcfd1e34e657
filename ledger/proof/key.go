package proof

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
)

// ErrKey says that a text is no key.
var ErrKey = errors.New("not a key of checkpoints")

// privatePrefix begins the text of a private key.
const privatePrefix = "PRIVATE+KEY+"

// maxOrigin is in bytes.
const maxOrigin = 255

// CheckOrigin refuses names that a log cannot have.
func CheckOrigin(name string) error {
	wrong := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '+' }
	if name == "" || len(name) > maxOrigin || !utf8.ValidString(name) || strings.ContainsFunc(name, wrong) {
		return fmt.Errorf("%q cannot be an origin: 1 to %d bytes without spaces and plus signs: %w",
			name, maxOrigin, ErrKey)
	}
	return nil
}

// Key is the public key of a log: all an outsider needs to trust.
type Key struct {
	text     string
	verifier note.Verifier
}

// ParseKey reads a public key in its one line; white space around it is passed over.
func ParseKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, privatePrefix) {
		return Key{}, fmt.Errorf("a private key, which must stay secret: %w", ErrKey)
	}
	verifier, err := note.NewVerifier(text)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return Key{text, verifier}, CheckOrigin(verifier.Name())
}

// Origin is the name of the log whose key this is.
func (k Key) Origin() string { return k.verifier.Name() }

// ID returns a short text that distinguishes this key from others of its log.
func (k Key) ID() string { return fmt.Sprintf("%s+%08x", k.Origin(), k.verifier.KeyHash()) }

// String is the line that ParseKey reads.
func (k Key) String() string { return k.text }

// SigningKey is the private key of a log. Formatting it shows the public part only.
type SigningKey struct {
	secret string
	public Key
	signer note.Signer
}

// NewSigningKey makes the key of a log out of random bytes.
func NewSigningKey(origin string, random io.Reader) (*SigningKey, error) {
	if err := CheckOrigin(origin); err != nil {
		return nil, err
	}
	secret, _, err := note.GenerateKey(random, origin)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return ParseSigningKey(secret)
}

// ParseSigningKey reads what Secret returns; white space around it is passed over.
func ParseSigningKey(text string) (*SigningKey, error) {
	text = strings.TrimSpace(text)
	signer, err := note.NewSigner(text)
	if err != nil {
		// the error is not passed on: it may tell of the key
		return nil, fmt.Errorf("%w: no private key of a signed note", ErrKey)
	}
	// What NewSigner accepts ends in the base64 of 0x01 and the seed.
	seed, err := base64.StdEncoding.DecodeString(strings.SplitN(text, "+", 5)[4])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return nil, fmt.Errorf("%w: no private key of a signed note", ErrKey)
	}
	private := ed25519.NewKeyFromSeed(seed[1:])
	public, err := note.NewEd25519VerifierKey(signer.Name(), private.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	key, err := ParseKey(public)
	return &SigningKey{text, key, signer}, err
}

// Secret is the line that ParseSigningKey reads.
func (k *SigningKey) Secret() string { return k.secret }

// Public is what outsiders check signatures with.
func (k *SigningKey) Public() Key { return k.public }

// String keeps the private part out of messages.
func (k *SigningKey) String() string { return k.public.String() }

// GoString keeps the private part out of messages.
func (k *SigningKey) GoString() string { return k.public.String() }
