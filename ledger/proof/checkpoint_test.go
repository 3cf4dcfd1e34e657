package proof_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"zhangben/ledger/proof"
)

// TestACheckpointIsSignedAsWritten recomputes key id and signature from the package's description, without package
// note.
func TestACheckpointIsSignedAsWritten(t *testing.T) {
	key := keyOf(t, "example.com/books", 7)
	signed := booksOf(t, 5).signed(t, key, 5)
	text, signatures, _ := strings.Cut(string(signed), "\n\n")
	text += "\n"
	lines := strings.Split(text, "\n")
	if lines[0] != "example.com/books" || lines[1] != "5" || len(lines) != 4 {
		t.Errorf("text %q", text)
	}
	private := ed25519.NewKeyFromSeed(append([]byte{7}, make([]byte, 31)...))
	public := private.Public().(ed25519.PublicKey)
	id := sha256.Sum256(append([]byte("example.com/books\n\x01"), public...))
	signature := append(bytes.Clone(id[:4]), ed25519.Sign(private, []byte(text))...)
	if want := "— example.com/books " + base64.StdEncoding.EncodeToString(signature) + "\n"; signatures != want {
		t.Errorf("signature %q, want %q", signatures, want)
	}
	want := "example.com/books+" + hex.EncodeToString(id[:4]) + "+" +
		base64.StdEncoding.EncodeToString(append([]byte{1}, public...))
	if got := key.Public().String(); got != want {
		t.Errorf("key %s, want %s", got, want)
	}
}

func TestCheckpointsOfOthersAreRefused(t *testing.T) {
	b := booksOf(t, 5)
	ours := keyOf(t, "zhangben/1", 1)
	good := string(b.signed(t, ours, 5))
	for name, signed := range map[string][]byte{
		"another key of the same log": b.signed(t, keyOf(t, "zhangben/1", 2), 5),
		"the same key, another log":   b.signed(t, keyOf(t, "zhangben/2", 1), 5),
		"no signature":                []byte(good[:strings.Index(good, "\n\n")+2]),
		"nothing":                     nil,
		"carriage returns":            []byte(strings.ReplaceAll(good, "\n", "\r\n")),
		"an empty line at the end":    []byte(good + "\n"),
		"a size with a zero before":   []byte(strings.Replace(good, "\n5\n", "\n05\n", 1)),
	} {
		if _, err := proof.OpenCheckpoint(signed, ours.Public()); !errors.Is(err, proof.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAKeyVouchesForItsOwnLogOnly(t *testing.T) {
	ours := keyOf(t, "zhangben/1", 1)
	if _, err := (proof.Checkpoint{Origin: "zhangben/2"}).Sign(ours); !errors.Is(err, proof.ErrKey) {
		t.Errorf("signed for another log: %v", err)
	}
}

// TestWitnessesMaySignToo appends a line of an unknown key.
func TestWitnessesMaySignToo(t *testing.T) {
	b, ours := booksOf(t, 5), keyOf(t, "zhangben/1", 1)
	other := string(b.signed(t, keyOf(t, "witness.example", 9), 5))
	_, line, _ := strings.Cut(other, "\n\n")
	c, err := proof.OpenCheckpoint(append(b.signed(t, ours, 5), line...), ours.Public())
	if err != nil || c.Size != 5 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestEveryByteOfACheckpointCounts(t *testing.T) {
	ours := keyOf(t, "zhangben/1", 1)
	everyByteCounts(t, booksOf(t, 5).signed(t, ours, 5), func(text []byte) error {
		_, err := proof.OpenCheckpoint(text, ours.Public())
		return err
	})
}

// everyByteCounts changes each byte in several ways, leaves it out, and cuts the text off there: none may verify.
func everyByteCounts(t *testing.T, text []byte, verify func([]byte) error) {
	t.Helper()
	if err := verify(text); err != nil {
		t.Fatalf("untouched: %v", err)
	}
	for at := range text {
		for _, flip := range []byte{0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff} {
			changed := bytes.Clone(text)
			changed[at] ^= flip
			if verify(changed) == nil {
				t.Errorf("byte %d, %q turned into %q, verifies", at, text[at], changed[at])
			}
		}
		if verify(text[:at]) == nil {
			t.Errorf("cut off at byte %d it verifies", at)
		}
		shorter := append(bytes.Clone(text[:at]), text[at+1:]...)
		if verify(shorter) == nil {
			t.Errorf("without byte %d, %q, it verifies", at, text[at])
		}
	}
	for _, more := range []string{"\n", " ", "x", "\x00"} {
		if verify(append(bytes.Clone(text), more...)) == nil {
			t.Errorf("with %q at its end it verifies", more)
		}
	}
}

func TestKeysThatAreNone(t *testing.T) {
	key := keyOf(t, "zhangben/1", 1)
	for _, text := range []string{"", "zhangben/1", key.Secret(), key.Public().String() + "A", "x" + key.Public().String(),
		strings.Replace(key.Public().String(), "zhangben/1", "zhangben/ 1", 1)} {
		if _, err := proof.ParseKey(text); !errors.Is(err, proof.ErrKey) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", key.Public().String(), key.Secret()[:40], key.Secret() + "A", "PRIVATE+KEY+a+b+c"} {
		if _, err := proof.ParseSigningKey(text); !errors.Is(err, proof.ErrKey) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, origin := range []string{"", "a b", "a+b", "a\nb", "a\u00a0b", "\x7f", strings.Repeat("x", 256), "\xff"} {
		if _, err := proof.NewSigningKey(origin, rand.Reader); !errors.Is(err, proof.ErrKey) {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

func TestKeysAreReadAsTheyWereWritten(t *testing.T) {
	key := keyOf(t, "账本.example/1", 1)
	again, err := proof.ParseSigningKey(key.Secret() + "\n")
	if err != nil || again.Secret() != key.Secret() || again.Public().String() != key.Public().String() {
		t.Errorf("%v, %v", again, err)
	}
	public, err := proof.ParseKey("  " + key.Public().String() + "\n")
	if err != nil || public.Origin() != "账本.example/1" {
		t.Errorf("%v, %v", public, err)
	}
}

func TestAPrivateKeyIsNotShown(t *testing.T) {
	key := keyOf(t, "zhangben/1", 1)
	secret := key.Secret()[strings.LastIndex(key.Secret(), "+")+1:]
	for _, verb := range []string{"%v", "%+v", "%s", "%#v", "%q"} {
		if shown := fmt.Sprintf(verb, key); strings.Contains(shown, secret) {
			t.Errorf("%s shows it: %s", verb, shown)
		}
	}
}
