package proof_test

import (
	"errors"
	"strings"
	"testing"

	"zhangben/ledger/proof"
)

func TestEveryGrowthIsProven(t *testing.T) {
	key, b := keyOf(t, "zhangben/1", 1), booksOf(t, 129)
	for _, newer := range sizes {
		for older := range newer + 1 {
			c, err := proof.ParseConsistency(b.consistency(t, key, older, newer).Text())
			if err != nil {
				t.Fatal(err)
			}
			was, is, err := c.Verify(key.Public())
			if err != nil || was.Size != uint64(older) || is.Size != uint64(newer) {
				t.Errorf("%d to %d: %d to %d, %v", older, newer, was.Size, is.Size, err)
			}
		}
	}
}

// TestRewritingShows changes one record and asks whether the old checkpoint can be connected with the new log.
func TestRewritingShows(t *testing.T) {
	key, b := keyOf(t, "zhangben/1", 1), booksOf(t, 65)
	honest := b.signed(t, key, 33)
	for _, index := range []int{0, 7, 31, 32} {
		rewritten := booksOf(t, 65)
		rewritten.leaves[index][0] ^= 1
		c := rewritten.consistency(t, key, 33, 65)
		c.Older = honest
		if _, _, err := c.Verify(key.Public()); !errors.Is(err, proof.ErrInconsistent) {
			t.Errorf("record %d rewritten: %v", index+1, err)
		}
	}
}

func TestConsistencyThatIsNone(t *testing.T) {
	key, b := keyOf(t, "zhangben/1", 1), booksOf(t, 9)
	other := keyOf(t, "zhangben/1", 2)
	for name, c := range map[string]struct {
		change func(*proof.Consistency)
		want   error
	}{
		"a log that shrank": {func(c *proof.Consistency) { c.Older, c.Newer = c.Newer, c.Older },
			proof.ErrInconsistent},
		"a hash missing": {func(c *proof.Consistency) { c.Path = c.Path[1:] }, proof.ErrInconsistent},
		"a hash too many": {func(c *proof.Consistency) { c.Path = append(c.Path, c.Path[0]) },
			proof.ErrInconsistent},
		"hashes from nothing on":    {func(c *proof.Consistency) { c.Older = b.signed(t, key, 0) }, proof.ErrInconsistent},
		"the older one of a forger": {func(c *proof.Consistency) { c.Older = b.signed(t, other, 5) }, proof.ErrSignature},
		"the newer one of a forger": {func(c *proof.Consistency) { c.Newer = b.signed(t, other, 9) }, proof.ErrSignature},
		"the newer one of another": {func(c *proof.Consistency) { c.Newer = b.signed(t, keyOf(t, "zhangben/2", 1), 9) },
			proof.ErrSignature},
		"an older one never reached": {func(c *proof.Consistency) { c.Older = b.signed(t, key, 6) }, proof.ErrInconsistent},
	} {
		proof := b.consistency(t, key, 5, 9)
		c.change(&proof)
		if _, _, err := proof.Verify(key.Public()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryByteOfAConsistencyProofCounts(t *testing.T) {
	key, b := keyOf(t, "zhangben/1", 1), booksOf(t, 9)
	for _, older := range []int{0, 5, 9} {
		everyByteCounts(t, b.consistency(t, key, older, 9).Text(), func(text []byte) error {
			c, err := proof.ParseConsistency(text)
			if err == nil {
				_, _, err = c.Verify(key.Public())
			}
			return err
		})
	}
}

func TestConsistencyProofsOfAnotherForm(t *testing.T) {
	key := keyOf(t, "zhangben/1", 1)
	good := string(booksOf(t, 9).consistency(t, key, 5, 9).Text())
	second := strings.LastIndex(good, "\n\nzhangben/1")
	for name, text := range map[string]string{
		"nothing":               "",
		"a receipt":             string(booksOf(t, 9).receipt(t, key, 4, 9).Text()),
		"no checkpoints":        good[:strings.Index(good, "\n\n")+2],
		"one checkpoint":        good[:second+1],
		"hashes without an end": strings.ReplaceAll(good, "\n\n", "\n"),
		"more than a mebibyte":  good + strings.Repeat("x", 1<<20),
	} {
		if _, err := proof.ParseConsistency([]byte(text)); !errors.Is(err, proof.ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
