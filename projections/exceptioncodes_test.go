package projections_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"zhangben/projections"
)

func TestEveryExceptionCodeHasItsMeaning(t *testing.T) {
	source, err := os.ReadFile("exception.go")
	if err != nil {
		t.Fatal(err)
	}
	var declared, listed []string
	for _, match := range regexp.MustCompile(`ExceptionCode = "([a-z_]+)"`).FindAllSubmatch(source, -1) {
		declared = append(declared, string(match[1]))
	}
	for _, row := range projections.ExceptionCodes {
		listed = append(listed, string(row.Code))
	}
	if !slices.Equal(declared, listed) {
		t.Errorf("exception.go declares\n%v\nexceptioncodes.go has\n%v", declared, listed)
	}
}
