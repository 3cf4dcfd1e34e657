package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
)

// What a route answers, but for JSON: texts for other programs, JSON Schemas, JSON that is there already, JSON that is
// appended, and files, which their route sends itself.
type (
	plainText  []byte
	jsonSchema []byte
	document   []byte
	appender   func(dst []byte) ([]byte, error)
	binary     struct{}
)

const (
	schemaType = "application/schema+json"
	ndjson     = "application/x-ndjson"
)

// send answers 200 with what a route returned; nil was sent by the route itself.
func (q *request) send(answer any) error {
	switch answer := answer.(type) {
	case nil:
	case plainText:
		send(q.w, http.StatusOK, "text/plain; charset=utf-8", answer)
	case jsonSchema:
		send(q.w, http.StatusOK, schemaType, answer)
	case document:
		send(q.w, http.StatusOK, "application/json", answer)
	default:
		return q.sendJSON(answer)
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// sendJSON answers 200 with a value as JSON, if there is room for it.
func (q *request) sendJSON(value any) (err error) {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	body := buffer.AvailableBuffer()
	switch value := value.(type) {
	case appender:
		body, err = value(body)
		buffer.Write(append(body, '\n'))
	case interface{ AppendJSON([]byte) []byte }:
		buffer.Write(append(value.AppendJSON(body), '\n'))
	default:
		encoder := json.NewEncoder(buffer)
		encoder.SetEscapeHTML(false)
		err = encoder.Encode(value)
	}
	if err == nil {
		err = q.w.holdAnswer(buffer.Len())
	}
	if err != nil {
		return err
	}
	send(q.w, http.StatusOK, "application/json", buffer.Bytes())
	return nil
}

// lines begins an answer of values one a line.
func (q *request) lines() *json.Encoder {
	q.w.Header().Set("Content-Type", ndjson)
	encoder := json.NewEncoder(q.w)
	encoder.SetEscapeHTML(false)
	return encoder
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
