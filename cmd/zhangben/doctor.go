package main

import (
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/doctor"
	"zhangben/cmd/zhangben/server"
)

func newDoctorCommand() *cobra.Command {
	var c doctor.Config
	var flags streamFlags
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look for what could go wrong, and say what to do about it",
		Long: `Looks at the folder, the disk, the clock, the log, the stream, the quarantine and the last backup.
With a running server (--server, or one that has the folder) it asks that server too. Exit code 3 says that
there is something to do. Whether the log is what was written is a longer look: zhangben verify.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c.Stream = *flags.tool()
			findings, err := doctor.Examine(cmd.Context(), c, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return findings.Print(cmd.OutOrStdout(), flags.from.asJSON)
		},
	}
	flags.add(cmd)
	set := cmd.Flags()
	set.Lookup("data").Usage = "`folder` to look at (default " + server.DefaultData + ")"
	set.StringVar(&c.Tokens, "tokens", "", "`file` with the HTTP server's tokens, to look at its permissions")
	set.StringVar(&c.Users, "nats-auth", "", "`file` with the embedded NATS server's users, to look at its permissions")
	set.Int64Var(&c.DiskFloor, "disk-floor", -1, "the floor that serve is given")
	set.DurationVar(&c.BackupAge, "backup-age", doctor.DefaultBackupAge, "how old the last backup may be")
	return cmd
}
