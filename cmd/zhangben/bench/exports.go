package bench

import (
	"context"
	"os/exec"
	"time"
)

// exports measures the most anonymous memory that printing the whole log, and every contract's figures, takes, beside
// what a tenth of the events takes.
func (b *session) exports(ctx context.Context) error {
	all, err := b.log(ctx, b.Events)
	if err != nil {
		return err
	}
	tenth, err := b.log(ctx, b.Events/10)
	if err != nil {
		return err
	}
	for _, command := range []string{"replay", "events"} {
		small, err := b.peakMemory(ctx, command, "--data", tenth.dir)
		if err != nil {
			return err
		}
		large, err := b.peakMemory(ctx, command, "--data", all.dir)
		if err != nil {
			return err
		}
		b.report.add("most memory of zhangben "+command, megabytes(large), "MB", megabytes(small), "a tenth of the events")
	}
	return nil
}

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }

// peakMemory runs a command without reading its output, and looks at its memory every millisecond.
func (b *session) peakMemory(ctx context.Context, args ...string) (most int64, err error) {
	cmd := exec.CommandContext(ctx, b.Program, args...)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for tick := time.NewTicker(time.Millisecond); ; {
		select {
		case err := <-ended:
			tick.Stop()
			return most, err
		case <-tick.C:
			// A process that has just ended has no memory to be read; how it ended is told above.
			bytes, errRead := anonymousMemory(cmd.Process.Pid)
			if errRead == nil {
				most = max(most, bytes)
			}
		}
	}
}
