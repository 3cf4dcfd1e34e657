// Command zhangben keeps a billing ledger: it takes events from NATS JetStream into a log, and serves what follows from
// them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// commands are all there are, in the order of the help.
var commands = []func() *cobra.Command{
	newServeCommand,
	newDemoCommand,
	newPublishCommand,
	newContractCommand,
	newAccountCommand,
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
	collectSparingly(ctx)
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
		SilenceErrors: true, // report words them
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	for _, command := range commands {
		root.AddCommand(strict(command()))
	}
	return root
}

// strict makes wrong arguments usage errors, in a command and all beneath it.
func strict(cmd *cobra.Command) *cobra.Command {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error { return usage(check(cmd, args)) }
	}
	for _, child := range cmd.Commands() {
		strict(child)
	}
	return cmd
}
