package natsserver

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"zhangben/ledger"
)

// serverLogger passes the messages of the embedded NATS server on. Its notices are the noise of a server starting and
// stopping, and so are debugging messages here.
type serverLogger struct {
	logger   *slog.Logger
	messages *Messages
	broken   chan<- error // told, once, when the stream's storage failed
}

// writeError is what the server says when its storage failed. The stream takes nothing any more then until the server
// is started again, and there is no other sign of it.
const writeError = "ritical write error"

func (l serverLogger) Noticef(format string, v ...any) {
	l.logger.Debug("nats: " + fmt.Sprintf(format, v...))
}
func (l serverLogger) Warnf(format string, v ...any) {
	l.say(slog.LevelWarn, fmt.Sprintf(format, v...))
}
func (l serverLogger) Errorf(format string, v ...any) {
	said := fmt.Sprintf(format, v...)
	l.say(slog.LevelError, said)
	if !strings.Contains(format, writeError) {
		return
	}
	select {
	case l.broken <- fmt.Errorf("the stream cannot be written: %w: %s", ledger.ErrStorage, said):
	default:
	}
}

// say writes what the server says of itself whole. Of its clients, who may bring it to say anything, it writes the
// first.
func (l serverLogger) say(level slog.Level, text string) {
	if strings.Contains(text, " - cid:") {
		l.messages.Add(level, text)
		return
	}
	l.logger.Log(context.Background(), level, "nats: "+text)
}

func (l serverLogger) Fatalf(format string, v ...any) {
	l.logger.Error("nats: " + fmt.Sprintf(format, v...))
}
func (l serverLogger) Debugf(format string, v ...any) {
	l.logger.Debug("nats: " + fmt.Sprintf(format, v...))
}
func (l serverLogger) Tracef(format string, v ...any) {
	l.logger.Debug("nats: " + fmt.Sprintf(format, v...))
}
