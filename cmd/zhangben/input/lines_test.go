package input

import (
	"errors"
	"io"
	"strings"
	"testing"

	"zhangben/ledger/ingest"
)

func TestLinesAreBatched(t *testing.T) {
	overlong := strings.Repeat("x", ingest.MaxPublishBytes+100)
	tests := []struct {
		name    string
		input   string
		numbers []int // of the lines that are events
	}{
		{"nothing", "", nil},
		{"blank lines", "\n \n\t\r\n", nil},
		{"no newline at the end", "a\nb", []int{1, 2}},
		{"blank lines between", "a\n\nb\n", []int{1, 3}},
		{"an overlong line", "a\n" + overlong + "\nb\n", []int{1, 2, 3}},
		{"an overlong line at the end", "a\n" + overlong, []int{1, 2}},
		{"more than a batch", strings.Repeat("a\n", ingest.MaxPublishEvents+2), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var numbers []int
			lines := newLines(strings.NewReader(test.input))
			for {
				b, err := lines.Next()
				if len(b.Bodies) > ingest.MaxPublishEvents {
					t.Errorf("a batch of %d", len(b.Bodies))
				}
				numbers = append(numbers, b.Numbers...)
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if test.numbers == nil {
				if got, want := len(numbers), strings.Count(test.input, "a"); got != want {
					t.Errorf("%d events, want %d", got, want)
				}
				return
			}
			if len(numbers) != len(test.numbers) || numbers[len(numbers)-1] != test.numbers[len(test.numbers)-1] {
				t.Errorf("events on lines %v, want %v", numbers, test.numbers)
			}
		})
	}
}

// Who pipes events in by hand gets the verdict on each at once.
func TestSlowInputIsNotHeldBack(t *testing.T) {
	input, typed := io.Pipe()
	lines := newLines(input)
	for _, line := range []string{"a\n", "b\nc\n"} {
		go func() { _, _ = typed.Write([]byte(line)) }()
		b, err := lines.Next()
		if err != nil || len(b.Bodies) != strings.Count(line, "\n") {
			t.Fatalf("%q: %d events (%v)", line, len(b.Bodies), err)
		}
	}
}
