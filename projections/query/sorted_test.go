package query

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// someTexts are texts of up to five pieces, in any order.
func someTexts(n int) (texts []keyedText) {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	lengths := []int{0, 1, 100, pieceBytes - 1, pieceBytes, pieceBytes + 1, 2 * pieceBytes, 4*pieceBytes + 7}
	for i := range n {
		texts = append(texts, keyedText{
			first: strconv.Itoa(i % 9), second: strconv.Itoa(i),
			text: strings.Repeat(strconv.Itoa(i%10), lengths[random.IntN(len(lengths))]),
		})
	}
	random.Shuffle(n, func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	return texts
}

// sortSome sorts texts, ten pieces at a time in memory; producing them ends with an error, or nil.
func sortSome(ctx context.Context, texts []keyedText, end error, take func(keyedText) error) error {
	return sorted(ctx, 10, func(_ context.Context, emit emitFunc) error {
		for _, t := range texts {
			if err := emit(t.first, t.second, []byte(t.text)); err != nil {
				return err
			}
		}
		return end
	}, take)
}

func TestSorted(t *testing.T) {
	for _, n := range []int{0, 1, 3, 9, 1_000} {
		texts := someTexts(n)
		var got []keyedText
		err := sortSome(t.Context(), texts, nil, func(text keyedText) error {
			got = append(got, text)
			return nil
		})
		slices.SortFunc(texts, func(a, b keyedText) int {
			return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.second, b.second))
		})
		if err != nil || !slices.Equal(got, texts) {
			t.Errorf("%d texts are not those put in, in order, or %v", n, err)
		}
	}
}

func TestSortedHandsNothingBackOfWhatIsNotWhole(t *testing.T) {
	for _, n := range []int{0, 5, 1_000} {
		err := sortSome(t.Context(), someTexts(n), errTorn, func(text keyedText) error {
			t.Errorf("%v was handed back", text)
			return nil
		})
		if !errors.Is(err, errTorn) {
			t.Errorf("after %d: %v", n, err)
		}
	}
}

func TestSortedEndsWithItsReaderAndItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	left := 500
	for _, c := range []struct {
		end  func() error
		want error
	}{
		{func() error { return errTorn }, errTorn},
		{func() error { cancel(); return nil }, context.Canceled},
	} {
		left = 500
		err := sortSome(ctx, someTexts(10_000), nil, func(keyedText) error {
			if left--; left == 0 {
				return c.end()
			}
			return nil
		})
		if !errors.Is(err, c.want) {
			t.Errorf("got %v, want %v", err, c.want)
		}
	}
}

func TestSortedSaysWhereItCannotPutItsFile(t *testing.T) {
	noFolder := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(noFolder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", noFolder)
	err := sortSome(t.Context(), someTexts(10_000), nil, func(keyedText) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "$TMPDIR") {
		t.Errorf("got %v", err)
	}
}
