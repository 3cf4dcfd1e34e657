package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every command that runs has examples, and every example is a command line that the program takes.
func TestEveryCommandHasExamples(t *testing.T) {
	eachCommand(newRootCommand(), func(cmd *cobra.Command) {
		if cmd.Example == "" && cmd.HasParent() {
			t.Errorf("%s has no example: add one to examples.go", cmd.CommandPath())
		}
		for line := range strings.Lines(cmd.Example) {
			takesLine(t, strings.TrimSpace(line))
		}
	})
}

func eachCommand(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, child := range cmd.Commands() {
		eachCommand(child, visit)
	}
}

// takesLine checks that a command line names a command, flags and arguments that there are. It is not run.
func takesLine(t *testing.T, line string) {
	t.Helper()
	line, _, _ = strings.Cut(line, " > ")
	words := strings.Fields(strings.ReplaceAll(line, "'a test message'", "test"))
	if len(words) == 0 || words[0] != "zhangben" {
		t.Errorf("%q does not begin with zhangben", line)
		return
	}
	cmd, args, err := newRootCommand().Find(words[1:])
	if err == nil {
		err = cmd.ParseFlags(args)
	}
	if err == nil && cmd.Args != nil {
		err = cmd.Args(cmd, cmd.Flags().Args())
	}
	if err != nil || !cmd.HasParent() {
		t.Errorf("%q: %v", line, err)
	}
}
