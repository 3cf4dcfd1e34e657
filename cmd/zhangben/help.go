package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/help"
	"zhangben/cmd/zhangben/render"
)

// newHelpCommand explains topics, in the user's language, and commands.
func newHelpCommand() *cobra.Command {
	var lang render.Language
	cmd := &cobra.Command{
		Use:   "help [TOPIC | COMMAND]",
		Short: "Explain a topic or a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := lang.Check(); err != nil {
				return err
			}
			if len(args) == 1 && slices.Contains(help.Topics, args[0]) {
				return printTopic(cmd, args[0], lang.Chosen)
			}
			return helpOf(cmd, args)
		},
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			return helpWords(cmd.Root()), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVar(&lang.Chosen, "lang", "", "language of topics: zh, en or both (default by $LANG)")
	choices(cmd, "lang", render.Languages)
	return cmd
}

func printTopic(cmd *cobra.Command, topic, language string) error {
	languages := []string{language}
	if language == "both" {
		languages = []string{"en", "zh"}
	}
	for i, language := range languages {
		if i > 0 {
			fmt.Fprintln(cmd.OutOrStdout())
		}
		if _, err := fmt.Fprint(cmd.OutOrStdout(), help.Page(topic, language)); err != nil {
			return err
		}
	}
	return nil
}

// helpOf prints the help of the command that words name.
func helpOf(cmd *cobra.Command, words []string) error {
	found, rest, err := cmd.Root().Find(words)
	if err == nil && len(rest) == 0 {
		return found.Help()
	}
	hint := didYouMean(strings.Join(words, " "), helpWords(cmd.Root()))
	if hint == "" {
		hint = "zhangben help lists what there is"
	}
	return exit.Usagef("there is no help on %q: %s", strings.Join(words, " "), hint)
}

// helpWords are the topics and the commands.
func helpWords(root *cobra.Command) []string {
	words := slices.Clone(help.Topics)
	for _, child := range root.Commands() {
		if !slices.Contains(words, child.Name()) {
			words = append(words, child.Name())
		}
	}
	return words
}

// aboutTopics lists the topics in the help of the program.
func aboutTopics() string {
	var lang render.Language
	_ = lang.Check() // nothing was chosen that could be wrong
	var list strings.Builder
	for _, topic := range help.Topics {
		fmt.Fprintf(&list, "  zhangben help %-9s  %s\n", topic, help.Title(topic, lang.Chosen))
	}
	return list.String()
}
