package projections_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"zhangben/events/glossary"
)

func TestEveryExceptionCodeHasItsMeaning(t *testing.T) {
	source, err := os.ReadFile("exception.go")
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	for _, match := range regexp.MustCompile(`ExceptionCode = "([a-z_]+)"`).FindAllSubmatch(source, -1) {
		declared = append(declared, string(match[1]))
	}
	if listed := glossary.Of("exception").Words; !slices.Equal(declared, listed) {
		t.Errorf("exception.go declares\n%v\nevents/glossary/words.txt has\n%v", declared, listed)
	}
}
