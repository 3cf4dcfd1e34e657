// Command zhangben keeps a billing ledger: it takes events from NATS JetStream into a log, and serves what follows from
// them.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/gctuning"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/usage"
)

// commands are all there are, in the order of the help.
var commands = []func() *cobra.Command{
	newServeCommand,
	newDemoCommand,
	newPublishCommand,
	newContractCommand,
	newContractsCommand,
	newAccountCommand,
	newAccountsCommand,
	newTotalsCommand,
	newTermsCommand,
	newExplainCommand,
	newTimelineCommand,
	newPreviewCommand,
	newEventsCommand,
	newReplayCommand,
	newRejectedCommand,
	newExceptionsCommand,
	newVerifyCommand,
	newBackupCommand,
	newRestoreCommand,
	newStreamCommand,
	newCheckpointCommand,
	newProveCommand,
	newConsistencyCommand,
	newVerifyProofCommand,
	newSchemaCommand,
	newHealthCommand,
	newDoctorCommand,
	newBenchCommand,
	newVersionCommand,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	gctuning.Start(ctx)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(ctx, os.Args[1:])
	os.Exit(code)
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string) int {
	root := newRootCommand()
	root.SetArgs(args)
	return report(root.ErrOrStderr(), root.ExecuteContext(ctx))
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "zhangben",
		Short:         "An event-sourced billing ledger (账本)",
		Long:          "An event-sourced billing ledger (账本)\n\n" + aboutTopics(),
		SilenceErrors: true, // report words them
		SilenceUsage:  true,
		Args:          usage.CommandOrHelp,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(usage.FlagError)
	for _, command := range commands {
		root.AddCommand(strict(command()))
	}
	root.SetHelpCommand(strict(newHelpCommand()))
	addExamples(root)
	return root
}

// strict makes wrong arguments usage errors, and printers of the outputs, in a command and all beneath it.
func strict(cmd *cobra.Command) *cobra.Command {
	if cmd.HasSubCommands() {
		cmd.Args = usage.CommandOrHelp
	} else if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			return exit.Usage(errors.Join(check(cmd, args), usage.Check(cmd)))
		}
	}
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error { return printing(cmd, args, run) }
	}
	for _, child := range cmd.Commands() {
		strict(child)
	}
	return cmd
}

// printing runs a command that prints, through a [render.Printer].
func printing(cmd *cobra.Command, args []string, run func(*cobra.Command, []string) error) error {
	out, messages := render.NewPrinter(cmd.OutOrStdout()), render.NewPrinter(cmd.ErrOrStderr())
	cmd.SetOut(out)
	cmd.SetErr(messages)
	err := run(cmd, args)
	if finished := errors.Join(out.Finish(), messages.Finish()); err == nil {
		err = finished
	}
	return err
}
