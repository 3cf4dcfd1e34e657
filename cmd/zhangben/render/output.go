package render

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
)

// JSONOr prints a value as JSON in one line, or has it printed for people.
func JSONOr(w io.Writer, asJSON bool, value any, forPeople func(io.Writer) error) error {
	if asJSON {
		return json.NewEncoder(w).Encode(value)
	}
	return forPeople(w)
}

// ToFile has a file written, or stdout where path is "". The file takes its name only when it is whole.
func ToFile(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "" {
		return buffered(stdout, write)
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // finds nothing once it was renamed
	err = cmp.Or(buffered(file, write), file.Sync())
	if err = cmp.Or(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	buffer := bufio.NewWriterSize(w, 1<<20)
	if err := write(buffer); err != nil {
		return err
	}
	return buffer.Flush()
}
