package render

import (
	"regexp"
	"strings"
)

// breakable matches what is kept on one line: a Chinese character with the marks that belong to it, or a word.
var breakable = regexp.MustCompile(`[（“《]*(\p{Han}|[^\s\p{Han}，。；：、（）“”《》]+|[，。；：、）”》])[，。；：、）”》]*\s*`)

// Wrap breaks a text into lines of at most some places on a terminal, each after an indent.
func Wrap(text, indent string, width int) string {
	var lines []string
	line := ""
	for _, part := range breakable.FindAllString(text, -1) {
		if line != "" && displayWidth(indent+line+strings.TrimRight(part, " ")) > width {
			lines = append(lines, indent+strings.TrimRight(line, " "))
			line = ""
		}
		line += part
	}
	return strings.Join(append(lines, indent+strings.TrimRight(line, " ")), "\n")
}
