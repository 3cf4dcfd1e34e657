package main

import (
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/server"
)

func newDoctorCommand() *cobra.Command {
	var d doctor
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look for what could go wrong, and say what to do about it",
		Long: "Looks at the folder, the disk, the clock, the log, the stream, the quarantine and the last backup.\n" +
			"With a running server (--server, or one that has the folder) it asks that server too. Exit code 3 says that there is\n" +
			"something to do. Whether the log is what was written is a longer look: zhangben verify.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.findings = findings{OK: true, Findings: []finding{}}
			if err := d.examine(cmd.Context(), cmd.ErrOrStderr()); err != nil {
				return err
			}
			return d.findings.tell(cmd.OutOrStdout(), d.flags.from.asJSON)
		},
	}
	d.flags.add(cmd)
	flags := cmd.Flags()
	flags.Lookup("data").Usage = "`folder` to look at (default " + server.DefaultData + ")"
	flags.StringVar(&d.tokens, "tokens", "", "`file` with the HTTP server's tokens, to look at its permissions")
	flags.StringVar(&d.users, "nats-auth", "", "`file` with the embedded NATS server's users, to look at its permissions")
	flags.Int64Var(&d.diskFloor, "disk-floor", -1, "the floor that serve is given")
	flags.DurationVar(&d.backupAge, "backup-age", defaultBackupAge, "how old the last backup may be")
	return cmd
}
