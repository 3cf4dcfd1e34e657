package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// sendJSON answers 200 with a value as JSON.
func sendJSON(w http.ResponseWriter, value any) error {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	return sendLarge(w, buffer.Bytes())
}

// sendLarge answers 200 with JSON, if there is room for it.
func sendLarge(w http.ResponseWriter, body []byte) error {
	if err := holdAnswer(w, len(body)); err != nil {
		return err
	}
	send(w, http.StatusOK, "application/json", body)
	return nil
}

// sendSpelled answers 200 with a value that spells its own JSON.
func sendSpelled(w http.ResponseWriter, value interface{ AppendJSON([]byte) []byte }) error {
	return sendAppended(w, func(dst []byte) ([]byte, error) { return value.AppendJSON(dst), nil })
}

// sendAppended answers 200 with JSON that is appended, or returns the error.
func sendAppended(w http.ResponseWriter, value func(dst []byte) ([]byte, error)) error {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	body, err := value(buffer.AvailableBuffer())
	if err != nil {
		return err
	}
	buffer.Write(append(body, '\n'))
	return sendLarge(w, buffer.Bytes())
}

// What every answer says of itself, made once: the server only reads it.
var (
	noStore = []string{"no-store"}
	noSniff = []string{"nosniff"}
)

// send answers with a whole body. Figures are of an instant: nothing in between may keep them.
func send(w http.ResponseWriter, status int, mediaType string, body []byte) {
	header := w.Header()
	header.Set("Content-Type", mediaType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header["Cache-Control"], header["X-Content-Type-Options"] = noStore, noSniff
	w.WriteHeader(status)
	w.Write(body) // an error here is the client's going away
}
