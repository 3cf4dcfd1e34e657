package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
)

// inProcess hands requests to a handler in this process. It runs while its answer is read, until that is closed.
type inProcess struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	r = r.Clone(ctx)
	r.Host = r.URL.Host
	if r.Body == nil {
		r.Body = http.NoBody
	}
	body, writer := io.Pipe()
	answer := &pipedAnswer{PipeWriter: writer, header: http.Header{}, begun: make(chan struct{})}
	var running sync.WaitGroup
	running.Go(func() { answer.fill(p.handler, r) })
	<-answer.begun
	return &http.Response{
		Status: http.StatusText(answer.status), StatusCode: answer.status, Header: answer.sent, Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1,
		Body: pipedBody{body, func() { cancel(); body.Close(); running.Wait() }},
	}, nil
}

// pipedAnswer is what a handler writes to.
type pipedAnswer struct {
	*io.PipeWriter
	header, sent http.Header
	status       int
	once         sync.Once
	begun        chan struct{} // closed once status and header were sent
}

// fill has a handler write the answer.
func (a *pipedAnswer) fill(handler http.Handler, r *http.Request) {
	defer func() {
		if fault := recover(); fault != nil && fault != http.ErrAbortHandler {
			panic(fault)
		}
		a.WriteHeader(http.StatusInternalServerError) // where nothing was sent
		a.CloseWithError(errors.New("the answer was given up"))
	}()
	handler.ServeHTTP(a, r)
	a.WriteHeader(http.StatusOK)
	a.Close()
}

// Header implements http.ResponseWriter.
func (a *pipedAnswer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *pipedAnswer) WriteHeader(status int) {
	a.once.Do(func() {
		a.status, a.sent = status, a.header.Clone()
		close(a.begun)
	})
}

// Write implements http.ResponseWriter.
func (a *pipedAnswer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.PipeWriter.Write(p)
}

// pipedBody is what the handler wrote.
type pipedBody struct {
	io.Reader
	stop func()
}

// Close ends the handler, and waits for it.
func (b pipedBody) Close() error {
	b.stop()
	return nil
}
