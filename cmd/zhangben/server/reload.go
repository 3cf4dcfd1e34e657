package server

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// reloadable is something that serve reads again on SIGHUP. Where read fails it has changed nothing.
type reloadable struct {
	what string // the flags that name its files
	read func() error
}

// hangups returns where SIGHUP arrives from now on, instead of ending the program.
func hangups() (arrive <-chan os.Signal, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals, func() { signal.Stop(signals) }
}

// reloadOn reads everything again at each SIGHUP until ctx ends.
func reloadOn(ctx context.Context, hangups <-chan os.Signal, all []reloadable, logger *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			reload(all, logger)
		}
	}
}

func reload(all []reloadable, logger *slog.Logger) {
	if len(all) == 0 {
		logger.Info("SIGHUP: there are no tokens, users and certificates to read again")
	}
	for _, r := range all {
		if err := r.read(); err != nil {
			logger.Error("NOT read again: what was read before stays in force, revoked tokens and users too", "files", r.what,
				"error", err)
			continue
		}
		logger.Info("read again, and in force", "files", r.what)
	}
}
