package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
)

// finding is what the doctor says of one thing.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	What  string `json:"what"`
	Do    string `json:"do,omitempty"` // what to do about it
}

// findings are all of them. OK tells whether there is nothing to do.
type findings struct {
	OK       bool      `json:"ok"`
	Findings []finding `json:"findings"`
}

// good notes that a thing is as it should be.
func (f *findings) good(check, format string, args ...any) {
	f.Findings = append(f.Findings, finding{Check: check, OK: true, What: fmt.Sprintf(format, args...)})
}

// bad notes that something is to be done.
func (f *findings) bad(check, do, format string, args ...any) {
	f.OK = false
	f.Findings = append(f.Findings, finding{Check: check, What: fmt.Sprintf(format, args...), Do: do})
}

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
	flags.Lookup("data").Usage = "`folder` to look at (default " + defaultData + ")"
	flags.StringVar(&d.tokens, "tokens", "", "`file` with the HTTP server's tokens, to look at its permissions")
	flags.StringVar(&d.users, "nats-auth", "", "`file` with the embedded NATS server's users, to look at its permissions")
	flags.Int64Var(&d.diskFloor, "disk-floor", -1, "the floor that serve is given")
	flags.DurationVar(&d.backupAge, "backup-age", defaultBackupAge, "how old the last backup may be")
	return cmd
}

// tell prints the findings. It fails with exit code 3 where there is something to do.
func (f *findings) tell(w io.Writer, asJSON bool) error {
	if err := f.print(w, asJSON); err != nil {
		return err
	}
	if !f.OK {
		return exit.With(exit.Rejected, nil)
	}
	return nil
}

func (f *findings) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(f)
	}
	t := new(table)
	for _, x := range f.Findings {
		mark := "ok"
		if !x.OK {
			mark = "!!"
		}
		t.add(mark, x.Check, x.What)
		if x.Do != "" {
			t.add("", "", "-> "+x.Do)
		}
	}
	return t.write(w, "")
}
