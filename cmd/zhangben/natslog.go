package main

import (
	"fmt"
	"log/slog"
)

// natsLogger passes the messages of the embedded NATS server on. Its notices are the noise of a server starting and
// stopping, and so are debugging messages here.
type natsLogger struct{ logger *slog.Logger }

func (l natsLogger) Noticef(format string, v ...any) {
	l.logger.Debug("nats: " + fmt.Sprintf(format, v...))
}
func (l natsLogger) Warnf(format string, v ...any) {
	l.logger.Warn("nats: " + fmt.Sprintf(format, v...))
}
func (l natsLogger) Errorf(format string, v ...any) {
	l.logger.Error("nats: " + fmt.Sprintf(format, v...))
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
