// Package usage checks the words of a command line, and answers wrong ones with the nearest right ones.
package usage

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"zhangben/cmd/zhangben/exit"
)

// choicesKey is the annotation of a flag that holds the words it may be.
const choicesKey = "choices"

// Choices makes a flag one of some words: the shell completes them, and others are refused.
func Choices[T ~string](cmd *cobra.Command, name string, words []T) {
	var list []string
	for _, word := range words {
		list = append(list, string(word))
	}
	flag := cmd.Flags().Lookup(name)
	if flag.Annotations == nil {
		flag.Annotations = map[string][]string{}
	}
	flag.Annotations[choicesKey] = list
	// It fails only for a flag that there is not.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp))
}

// Check refuses flags of a question that are given and empty, and those that are none of the words they may be.
func Check(cmd *cobra.Command) error { return errors.Join(checkQuestion(cmd), checkChoices(cmd)) }

// checkChoices refuses flags that are none of the words they may be.
func checkChoices(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		words, value := flag.Annotations[choicesKey], flag.Value.String()
		if len(words) > 0 && value != "" && !slices.Contains(words, value) {
			hint := DidYouMean(value, words)
			if hint == "" || len(words) < 5 {
				last := len(words) - 1
				hint = "it is " + strings.Join(words[:last], ", ") + " or " + words[last]
			}
			err = errors.Join(err, fmt.Errorf("--%s %q is not known: %s", flag.Name, value, hint))
		}
	})
	return err
}

// DidYouMean names the words that come near to a wrong one, as cobra finds them; "" where none does.
func DidYouMean(wrong string, words []string) string {
	known := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, word := range words {
		known.AddCommand(&cobra.Command{Use: word, Run: func(*cobra.Command, []string) {}})
	}
	near := known.SuggestionsFor(wrong)
	if len(near) == 0 {
		return ""
	}
	return "did you mean " + strings.Join(near, " or ") + "?"
}

// CommandOrHelp is the check of a command that only has commands beneath it: a word that is none of them is refused.
func CommandOrHelp(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var words []string
	for _, child := range cmd.Commands() {
		words = append(words, child.Name())
	}
	hint := DidYouMean(args[0], words)
	if hint == "" {
		hint = cmd.CommandPath() + " --help lists them"
	}
	return exit.Usagef("there is no command %q: %s", cmd.CommandPath()+" "+args[0], hint)
}

// unknownFlag matches pflag's error about a flag that there is not.
var unknownFlag = regexp.MustCompile(`^unknown flag: --([^ ]+)$`)

// FlagError makes a usage error of an error about flags, with the flags that come near.
func FlagError(cmd *cobra.Command, err error) error {
	match := unknownFlag.FindStringSubmatch(err.Error())
	if match == nil {
		return exit.Usage(err)
	}
	var words []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { words = append(words, flag.Name) })
	if near := DidYouMean(match[1], words); near != "" {
		near = strings.ReplaceAll(strings.TrimPrefix(near, "did you mean "), " or ", " or --")
		return exit.Usagef("%w: did you mean --%s", err, near)
	}
	return exit.Usagef("%w: zhangben %s --help lists them", err, strings.TrimPrefix(cmd.CommandPath(), "zhangben "))
}

// questionFlags may not be given and empty: that is how a variable of the shell that is not set comes out.
var questionFlags = []string{"as-of", "known-at", "account", "contract", "wallet", "kind", "after", "figure", "why-not",
	"event", "lang"}

// checkQuestion refuses flags that are given and empty.
func checkQuestion(cmd *cobra.Command) (err error) {
	for _, name := range questionFlags {
		if flag := cmd.Flags().Lookup(name); flag != nil && flag.Changed && flag.Value.String() == "" {
			err = errors.Join(err, fmt.Errorf("--%s is empty: leave it out", name))
		}
	}
	return err
}

// exclusive matches cobra's error about flags that exclude each other.
var exclusive = regexp.MustCompile(`^if any flags in the group .+; \[(.+)\] were all set$`)

// Reworded is the text of an error, in fewer words than cobra has.
func Reworded(err error) string {
	return exclusive.ReplaceAllStringFunc(err.Error(), func(long string) string {
		flags := strings.Fields(exclusive.FindStringSubmatch(long)[1])
		return "--" + strings.Join(flags, " and --") + " exclude each other"
	})
}
