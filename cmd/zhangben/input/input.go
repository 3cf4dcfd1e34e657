// Package input reads what a user hands to a command: files, pipes and standard input, whole or as events, one a line.
package input

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/ingest"
	"zhangben/ledger/inputfile"
)

// Input is data that a command reads: a file, a pipe, or standard input.
type Input struct {
	io.Reader
	Name string
	Size int64 // bytes of a regular file; -1 where nothing is known
	stop func()
}

// Open opens a file or a pipe; - and "" are standard input. Reading ends when ctx does, even while nothing comes.
func Open(ctx context.Context, stdin io.Reader, path string) (*Input, error) {
	if path == "-" || path == "" {
		return start(ctx, stdin, "standard input", -1), nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	switch mode := info.Mode(); {
	case mode&fs.ModeNamedPipe != 0:
		return start(ctx, &lateFile{path: path}, path, -1), nil
	case !mode.IsRegular():
		return nil, exit.Usagef("%s is %s: give a file, or - for standard input", path, inputfile.Kind(mode))
	}
	return start(ctx, &lateFile{path: path}, path, info.Size()), nil
}

// Close ends reading.
func (in *Input) Close() { in.stop() }

// start reads ahead, as much as events are sent at a time, so that who waits for the source waits no longer than for
// ctx.
func start(ctx context.Context, source io.Reader, name string, size int64) *Input {
	reader, writer := io.Pipe()
	go func() {
		_, err := io.CopyBuffer(writer, struct{ io.Reader }{source}, make([]byte, ingest.MaxPublishBytes))
		writer.CloseWithError(err)
	}()
	stop := context.AfterFunc(ctx, func() { writer.CloseWithError(context.Cause(ctx)) })
	return &Input{reader, name, size, func() { stop(); reader.Close() }}
}

// lateFile is opened when it is first read, and closed at its end: to open a pipe waits for who writes to it.
type lateFile struct {
	path string
	file *os.File
}

func (f *lateFile) Read(p []byte) (n int, err error) {
	if f.file == nil {
		if f.file, err = os.Open(f.path); err != nil {
			return 0, err
		}
	}
	if n, err = f.file.Read(p); err != nil {
		f.file.Close()
	}
	return n, err
}

// Read reads a small file, pipe or standard input whole: most is how many bytes such a one can have.
func Read(ctx context.Context, stdin io.Reader, path string, most int64) ([]byte, error) {
	in, err := Open(ctx, stdin, path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	content, err := inputfile.ReadAll(in, in.Name, most)
	return bytes.TrimPrefix(content, byteOrderMark), err
}
