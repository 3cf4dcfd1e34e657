package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/help"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/usage"
)

// newHelpCommand explains topics, in the user's language, and commands.
func newHelpCommand() *cobra.Command {
	var lang render.Language
	cmd := &cobra.Command{
		Use:   "help [TOPIC | COMMAND]",
		Short: "Explain a topic or a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && slices.Contains(help.Topics, args[0]) {
				return printTopic(cmd, args[0], lang)
			}
			return helpOf(cmd, args)
		},
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			return helpWords(cmd.Root()), cobra.ShellCompDirectiveNoFileComp
		},
	}
	addLanguage(cmd, &lang, "topics")
	return cmd
}

// addLanguage adds the flag of the language that some texts are printed in.
func addLanguage(cmd *cobra.Command, lang *render.Language, texts string) {
	cmd.Flags().StringVar((*string)(lang), "lang", string(render.UsersLanguage()),
		"language of "+texts+": zh, en or both (by default that of $LANG)")
	usage.Choices(cmd, "lang", render.Languages)
}

func printTopic(cmd *cobra.Command, topic string, language render.Language) error {
	page := help.Page(topic, string(language))
	if language == "both" {
		page = help.Page(topic, "en") + "\n" + help.Page(topic, "zh")
	}
	_, err := io.WriteString(cmd.OutOrStdout(), page)
	return err
}

// helpOf prints the help of the command that words name.
func helpOf(cmd *cobra.Command, words []string) error {
	found, rest, err := cmd.Root().Find(words)
	if err == nil && len(rest) == 0 {
		return found.Help()
	}
	hint := usage.DidYouMean(strings.Join(words, " "), helpWords(cmd.Root()))
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
	var list strings.Builder
	for _, topic := range help.Topics {
		fmt.Fprintf(&list, "  zhangben help %-9s  %s\n", topic, help.Title(topic, string(render.UsersLanguage())))
	}
	return list.String()
}
