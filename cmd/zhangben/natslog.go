package main

import (
	"fmt"
	"log/slog"
	"strings"

	"zhangben/ledger"
)

// natsLogger passes the messages of the embedded NATS server on. Its notices are the noise of a server starting and
// stopping, and so are debugging messages here.
type natsLogger struct {
	logger *slog.Logger
	broken chan<- error // told, once, when the stream's storage failed
}

// writeError is what the server says when its storage failed. The stream takes nothing any more then until the server is
// started again, and there is no other sign of it.
const writeError = "ritical write error"

func (l natsLogger) Noticef(format string, v ...any) {
	l.logger.Debug("nats: " + fmt.Sprintf(format, v...))
}
func (l natsLogger) Warnf(format string, v ...any) {
	l.logger.Warn("nats: " + fmt.Sprintf(format, v...))
}
func (l natsLogger) Errorf(format string, v ...any) {
	said := fmt.Sprintf(format, v...)
	l.logger.Error("nats: " + said)
	if !strings.Contains(format, writeError) {
		return
	}
	select {
	case l.broken <- fmt.Errorf("the stream cannot be written: %w: %s", ledger.ErrStorage, said):
	default:
	}
}
func (l natsLogger) Fatalf(format string, v ...any) {
	l.logger.Error("nats: " + fmt.Sprintf(format, v...))
}
func (l natsLogger) Debugf(format string, v ...any) {
	l.logger.Debug("nats: " + fmt.Sprintf(format, v...))
}
func (l natsLogger) Tracef(format string, v ...any) {
	l.logger.Debug("nats: " + fmt.Sprintf(format, v...))
}
