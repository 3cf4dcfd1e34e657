package render

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// BytesProgress draws on a terminal only. The spinner has no goroutine of its own: that would race with the drawing.
func BytesProgress(w io.Writer, size int64) *progressbar.ProgressBar {
	return progressbar.NewOptions64(size,
		progressbar.OptionSetVisibility(isTerminal(w)),
		progressbar.OptionSetWriter(drawn(w)),
		progressbar.OptionSetDescription("publishing"),
		progressbar.OptionShowBytes(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetSpinnerChangeInterval(0),
		progressbar.OptionClearOnFinish(),
	)
}

// accountsProgress counts accounts, on a terminal only.
func accountsProgress(w io.Writer) *progressbar.ProgressBar {
	return progressbar.NewOptions(-1, progressbar.OptionSetVisibility(isTerminal(w)),
		progressbar.OptionSetWriter(drawn(w)),
		progressbar.OptionShowCount(), progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription("accounts"))
}

func isTerminal(w io.Writer) bool {
	file, isFile := outputFile(w)
	return isFile && term.IsTerminal(int(file.Fd()))
}

// drawn is where progress is drawn: with the control characters that a printer would show.
func drawn(w io.Writer) io.Writer {
	if file, ok := outputFile(w); ok {
		return file
	}
	return w
}
