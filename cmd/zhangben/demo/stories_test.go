package demo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/projections/scenario"
)

// TestDemoStories keeps the figures that stand in the demo's stories.
func TestDemoStories(t *testing.T) {
	files, err := filepath.Glob("*.txt")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d stories, %v; want a dozen", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := scenario.Parse(string(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range s.Checks {
				for _, r := range c.Rows {
					if _, wrong := s.Judge(c, r); len(wrong) > 0 {
						t.Error(strings.Join(wrong, "\n"))
					}
				}
			}
		})
	}
}
