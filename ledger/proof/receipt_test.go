package proof_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"zhangben/events/civil"
	"zhangben/ledger/proof"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden files")

// sizes are those of trees under test: small ones, and those about the borders of complete subtrees.
var sizes = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129}

func TestEveryRecordOfEveryTreeIsProven(t *testing.T) {
	key, b := keyOf(t, "zhangben/1", 1), booksOf(t, 129)
	for _, size := range sizes {
		for index := range size {
			receipt, err := proof.ParseReceipt(b.receipt(t, key, index, size).Text())
			if err != nil {
				t.Fatal(err)
			}
			proven, err := receipt.Verify(key.Public())
			if err != nil {
				t.Fatalf("record %d of %d: %v", index+1, size, err)
			}
			if proven.Seq != uint64(index+1) || proven.Checkpoint.Size != uint64(size) {
				t.Errorf("record %d of %d is said to be %d of %d", index+1, size, proven.Seq, proven.Checkpoint.Size)
			}
		}
	}
}

func TestWhatAReceiptSays(t *testing.T) {
	key, b := keyOf(t, "zhangben/1", 1), booksOf(t, 9)
	proven, err := b.receipt(t, key, 4, 9).Verify(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	if got := string(proven.Event.AppendJSON(nil)); got != topUp(5) {
		t.Errorf("event %s", got)
	}
	if want := civil.Unix(1_740_790_805, 0); proven.Recorded != want {
		t.Errorf("recorded at %v, want %v", proven.Recorded, want)
	}
}

func TestEveryByteOfAReceiptCounts(t *testing.T) {
	key, b := keyOf(t, "zhangben/1", 1), booksOf(t, 9)
	for _, index := range []int{0, 4, 8} {
		everyByteCounts(t, b.receipt(t, key, index, 9).Text(), func(text []byte) error {
			receipt, err := proof.ParseReceipt(text)
			if err == nil {
				_, err = receipt.Verify(key.Public())
			}
			return err
		})
	}
}

func TestReceiptsThatProveNothing(t *testing.T) {
	key, b := keyOf(t, "zhangben/1", 1), booksOf(t, 9)
	other := recordOf(t, 5, topUp(6)) // what a forger would like record 5 to be
	for name, change := range map[string]func(*proof.Receipt){
		"another record":           func(r *proof.Receipt) { r.Record = other },
		"another index":            func(r *proof.Receipt) { r.Index = 5 },
		"an index beyond the log":  func(r *proof.Receipt) { r.Index = 9 },
		"a hash missing":           func(r *proof.Receipt) { r.Path = r.Path[1:] },
		"a hash too many":          func(r *proof.Receipt) { r.Path = append(r.Path, r.Path[0]) },
		"hashes in another order":  func(r *proof.Receipt) { r.Path[0], r.Path[1] = r.Path[1], r.Path[0] },
		"the checkpoint of a fork": func(r *proof.Receipt) { r.Checkpoint = b.signed(t, key, 8) },
		"a node for a leaf": func(r *proof.Receipt) { // RFC 6962 tells leaves from nodes by their first byte
			r.Record, r.Index, r.Path = append(append([]byte(nil), b.leaves[4][:]...), b.leaves[5][:]...), 2, r.Path[1:]
		},
	} {
		receipt := b.receipt(t, key, 4, 9)
		change(&receipt)
		if _, err := receipt.Verify(key.Public()); !errors.Is(err, proof.ErrNotIncluded) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestARecordNamesItsPlace has a log, signed all the same, in which record 5 calls itself record 6.
func TestARecordNamesItsPlace(t *testing.T) {
	key, b := keyOf(t, "zhangben/1", 1), booksOf(t, 9)
	b.records[4], b.leaves[4] = b.records[5], b.leaves[5]
	if _, err := b.receipt(t, key, 4, 9).Verify(key.Public()); !errors.Is(err, proof.ErrNotIncluded) {
		t.Errorf("%v", err)
	}
}

func TestReceiptsOfAnotherForm(t *testing.T) {
	key := keyOf(t, "zhangben/1", 1)
	good := string(booksOf(t, 9).receipt(t, key, 4, 9).Text())
	for name, text := range map[string]string{
		"nothing":                  "",
		"another version":          strings.Replace(good, "@v1", "@v2", 1),
		"no record":                good[:strings.Index(good, "extra")] + good[strings.Index(good, "index"):],
		"a negative index":         strings.Replace(good, "index 4", "index -4", 1),
		"a signed index":           strings.Replace(good, "index 4", "index +4", 1),
		"an index beyond all":      strings.Replace(good, "index 4", "index 18446744073709551615", 1),
		"a hash of another length": strings.Replace(good, "index 4\n", "index 4\nAAAA\n", 1),
		"no end of hashes":         strings.Replace(good, "\n\n", "\n", 2),
		"far too many hashes": strings.Replace(good, "index 4\n",
			"index 4\n"+strings.Repeat(strings.Repeat("A", 43)+"=\n", 125), 1),
		"more than a mebibyte":      good + strings.Repeat("x", 1<<20),
		"carriage returns":          strings.ReplaceAll(good, "\n", "\r\n"),
		"a space after the version": strings.Replace(good, "@v1", "@v1 ", 1),
	} {
		if _, err := proof.ParseReceipt([]byte(text)); !errors.Is(err, proof.ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestReceiptToTheByte keeps the form: a receipt handed out is checked in ten years.
func TestReceiptToTheByte(t *testing.T) {
	key, b := keyOf(t, "zhangben/00112233aabbccdd", 1), booksOf(t, 9)
	golden(t, "testdata/receipt.tlog-proof", b.receipt(t, key, 4, 9).Text())
	golden(t, "testdata/consistency.txt", b.consistency(t, key, 5, 9).Text())
	golden(t, "testdata/key.txt", []byte(key.Public().String()+"\n"))
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s, %v\n got\n%s\nwant\n%s", path, err, got, want)
	}
}

func TestRecordsOfAnotherForm(t *testing.T) {
	good := booksOf(t, 1).records[0]
	long := append([]byte{0x81, 0x00}, good[1:]...) // seq 1 in two bytes
	for name, b := range map[string][]byte{"nothing": nil, "no content": good[:11], "no time": good[:5],
		"cut off": good[:len(good)-1], "a long number": long} {
		if _, err := proof.ParseRecord(b); !errors.Is(err, proof.ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
