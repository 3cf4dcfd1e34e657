package witness

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxAnswer bounds the answer of a witness, in bytes: a few lines of signatures.
const maxAnswer = 16 << 10

// patience is how long a witness may take.
const patience = 20 * time.Second

// errForked says that a witness has seen another history than the log's.
var errForked = errors.New("it has seen another history of this log")

// staleError says which size of the log the witness has seen last.
type staleError struct{ size uint64 }

func (e *staleError) Error() string {
	return fmt.Sprintf("it has seen %d records of this log", e.size)
}

// addCheckpoint asks a witness to cosign a checkpoint, given a proof that it continues the one of the size older, and
// returns the note with the cosignatures that hold. It returns a *staleError where the witness has seen another size,
// and errForked where it says that the proof is wrong.
func (w witness) addCheckpoint(ctx context.Context, client *http.Client, older uint64, path []tlog.Hash,
	checkpoint []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.address, requestBody(older, path, checkpoint))
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	switch response.StatusCode {
	case http.StatusOK:
		return w.accept(checkpoint, answer)
	case http.StatusConflict:
		return nil, conflict(response.Header.Get("Content-Type"), answer)
	case http.StatusUnprocessableEntity:
		return nil, errForked
	case http.StatusNotFound:
		return nil, errors.New("it does not know this log: give its operator the log's public key and origin")
	case http.StatusForbidden:
		return nil, errors.New("it knows this log by another key")
	}
	return nil, fmt.Errorf("it answered %s", response.Status)
}

func requestBody(older uint64, path []tlog.Hash, checkpoint []byte) io.Reader {
	var body bytes.Buffer
	fmt.Fprintf(&body, "old %d\n", older)
	for _, h := range path {
		body.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	body.WriteString("\n")
	body.Write(checkpoint)
	return &body
}

// accept appends the lines of an answer that the key of the witness has signed; the witness may have others too.
func (w witness) accept(checkpoint, answer []byte) ([]byte, error) {
	cosigned := bytes.Clone(checkpoint)
	for line := range strings.Lines(string(answer)) {
		opened, err := note.Open(append(bytes.Clone(checkpoint), line...), note.VerifierList(w.key))
		if err == nil && len(opened.Sigs) == 1 {
			cosigned = append(cosigned, line...)
		}
	}
	if len(cosigned) == len(checkpoint) {
		return nil, errors.New("its answer has no signature by its key")
	}
	return cosigned, nil
}

// conflict reads the size from an answer 409.
func conflict(contentType string, answer []byte) error {
	size, err := strconv.ParseUint(strings.TrimSpace(string(answer)), 10, 64)
	if err != nil || contentType != "text/x.tlog.size" {
		return errForked
	}
	return &staleError{size}
}
