package witness

import (
	"errors"
	"strings"
	"testing"

	formats "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// cosignerOf makes a witness: what it signs with, and its public key.
func cosignerOf(t testing.TB, name string) (note.Signer, string) {
	t.Helper()
	secret, public, err := note.GenerateKey(nil, name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := formats.NewSignerForCosignatureV1(secret)
	if err != nil {
		t.Fatal(err)
	}
	if public, err = formats.VKeyToCosignatureV1(public); err != nil {
		t.Fatal(err)
	}
	return signer, public
}

// signedBy is one of a log, signed by these.
func signedBy(t testing.TB, signers ...note.Signer) []byte {
	t.Helper()
	const text = "ledger.example\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestTwoOfThreeMustCosign(t *testing.T) {
	a, keyA := cosignerOf(t, "a.example")
	b, keyB := cosignerOf(t, "b.example")
	_, keyC := cosignerOf(t, "c.example")
	stranger, _ := cosignerOf(t, "d.example")
	policy, err := ParsePolicy([]byte("# whom we trust\nwitness a " + keyA + " https://a.example\nwitness b " + keyB +
		"\nwitness c " + keyC + " # has no address\ngroup two 2 a b c\nquorum two\n"))
	if err != nil {
		t.Fatal(err)
	}
	cosigned, err := policy.Check(signedBy(t, b, a))
	if err != nil || len(cosigned) != 2 || cosigned[0].Witness != "a.example" {
		t.Errorf("two of three: %v, %v", cosigned, err)
	}
	if cosigned, err := policy.Check(signedBy(t, a, stranger)); !errors.Is(err, ErrQuorum) || len(cosigned) != 1 {
		t.Errorf("one and a stranger: %v, %v", cosigned, err)
	}
	if cosigned, err := policy.Check(signedBy(t, stranger)); !errors.Is(err, ErrQuorum) || len(cosigned) != 0 {
		t.Errorf("a stranger: %v, %v", cosigned, err)
	}
	err = policy.Reachable()
	if !errors.Is(err, ErrPolicy) || !strings.Contains(err.Error(), "b.example has no address") {
		t.Errorf("witnesses without addresses: %v", err)
	}
}

func TestACosignatureOfAnotherCheckpointDoesNotCount(t *testing.T) {
	a, key := cosignerOf(t, "a.example")
	policy, err := ParsePolicy([]byte("witness a " + key + "\nquorum a\n"))
	if err != nil {
		t.Fatal(err)
	}
	forged := []byte(strings.Replace(string(signedBy(t, a)), "\n3\n", "\n4\n", 1))
	if cosigned, err := policy.Check(forged); err == nil {
		t.Errorf("taken: %v", cosigned)
	}
}

func TestParsePolicyRefuses(t *testing.T) {
	_, key := cosignerOf(t, "a.example")
	for name, text := range map[string]string{
		"nothing":          "",
		"no quorum":        "witness a " + key + " https://a.example\n",
		"a quorum of none": "witness a " + key + " https://a.example\nquorum none\n",
		"a group of none":  "group g 0\nquorum g\n",
		"one key twice": "witness a " + key + " https://a.example\nwitness b " + key + " https://b.example\n" +
			"group g 2 a b\nquorum g\n",
		"a name twice":         "witness a " + key + "\nwitness a " + key + "\nquorum a\n",
		"more than there are":  "witness a " + key + "\ngroup g 2 a\nquorum g\n",
		"an unknown witness":   "witness a " + key + "\nquorum b\n",
		"an unknown word":      "wittness a " + key + "\nquorum a\n",
		"a key of another use": "witness a " + strings.Replace(key, "+B", "+A", 1) + "\nquorum a\n",
	} {
		if policy, err := ParsePolicy([]byte(text)); !errors.Is(err, ErrPolicy) {
			t.Errorf("%s: %v, %v", name, policy, err)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	signer, key := cosignerOf(f, "a.example")
	f.Add("log " + key + "\nwitness a " + key + " https://a.example\ngroup g any a\nquorum g\n")
	f.Add("witness a " + key + "\nquorum a\n")
	signed := signedBy(f, signer)
	f.Fuzz(func(t *testing.T, text string) {
		policy, err := ParsePolicy([]byte(text))
		if err != nil {
			return
		}
		cosigned, err := policy.Check(signed)
		if err == nil && len(cosigned) == 0 {
			t.Errorf("a quorum of no witness in %q", text)
		}
	})
}
