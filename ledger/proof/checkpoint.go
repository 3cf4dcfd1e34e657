package proof

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint says what the first Size records of a log are.
type Checkpoint struct {
	Origin string // name of the log
	Size   uint64
	Root   tlog.Hash // of the tree of the records
}

// Text is what is signed.
func (c Checkpoint) Text() string { return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root) }

// Sign returns the checkpoint as a signed note. The same checkpoint and key always make the same bytes.
func (c Checkpoint) Sign(key *SigningKey) ([]byte, error) {
	if c.Origin != key.public.Origin() {
		return nil, fmt.Errorf("the key is of %s, the checkpoint of %s: %w", key.public.Origin(), c.Origin, ErrKey)
	}
	signed, err := note.Sign(&note.Note{Text: c.Text()}, key.signer)
	if err != nil {
		return nil, fmt.Errorf("sign a checkpoint: %w", err)
	}
	return signed, nil
}

// OpenCheckpoint reads a signed note and checks that the key signed it, and is the key of its log.
func OpenCheckpoint(signed []byte, key Key) (Checkpoint, error) {
	opened, err := note.Open(signed, note.VerifierList(key.verifier))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("the checkpoint: %w: %w", ErrSignature, err)
	}
	if _, err := base64.StdEncoding.Strict().DecodeString(opened.Sigs[0].Base64); err != nil {
		return Checkpoint{}, fmt.Errorf("the checkpoint's signature: %w: %w", ErrForm, err)
	}
	c, err := parseCheckpoint(opened.Text)
	if err == nil && c.Origin != key.Origin() {
		err = fmt.Errorf("the checkpoint is of %s, the key of %s: %w", c.Origin, key.Origin(), ErrSignature)
	}
	return c, err
}

// OtherSignatures counts the lines of a checkpoint that are signatures of keys other than the log's. What they say is
// not checked.
func OtherSignatures(signed []byte, key Key) int {
	opened, err := note.Open(signed, note.VerifierList(key.verifier))
	if err != nil {
		return 0
	}
	return len(opened.UnverifiedSigs)
}

// ReadCheckpoint reads a signed note without checking who signed it: nothing that it says is to be believed.
func ReadCheckpoint(signed []byte) (Checkpoint, error) {
	end := bytes.Index(signed, []byte("\n\n"))
	if end < 0 {
		return Checkpoint{}, fmt.Errorf("a checkpoint without signatures: %w", ErrForm)
	}
	return parseCheckpoint(string(signed[:end+1]))
}

// parseCheckpoint reads the text of a checkpoint: three lines, without the extension lines that others' logs may have.
func parseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) == 4 && CheckOrigin(lines[0]) == nil {
		c.Origin = lines[0]
		c.Size, _ = strconv.ParseUint(lines[1], 10, 64)
		c.Root, _ = tlog.ParseHash(lines[2])
	}
	if c.Size > maxSize || c.Text() != text {
		return Checkpoint{}, fmt.Errorf("a checkpoint is three lines, origin, size and root: %w", ErrForm)
	}
	return c, nil
}
