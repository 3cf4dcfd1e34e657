package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	maxBodies = 64 << 20 // bytes of bodies that are read or being published
	bodyWait  = 5 * time.Second
	bodyBlock = 64 << 10 // the most that is made room for before anything came
)

// bodyRoom is the room for bodies, which each takes as it comes and keeps until its request is over. Where there is
// none left, the one that has been read for the longest has to end: a body that does not come keeps no other out.
type bodyRoom struct {
	room *semaphore.Weighted // in bytes

	mu      sync.Mutex
	reading []*incoming // longest first
	wanted  int64       // bytes that are waited for
}

// incoming is a body that is being read.
type incoming struct {
	answer *answerWriter // which lets go of the room
	giveUp func()

	held    int64 // bytes, guarded by bodyRoom.mu
	gaveWay bool  // as well
}

// readBody reads a body whole, but for the mark that some editors begin texts with: a reader of JSON may pass over it
// (RFC 8259, 8.1).
func (q *request) readBody() ([]byte, error) {
	if q.ContentLength > maxBody {
		return nil, errTooLarge
	}
	all := &q.w.limits.bodies
	ctx, cancel := context.WithCancel(q.Context())
	defer cancel()
	in := all.begin(q.w, cancel)
	body, err := all.read(ctx, q.Request, in)
	if gaveWay := all.end(in); gaveWay && err != nil {
		return nil, errBodies
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errTooLarge
	case err != nil && !errors.Is(err, errBodies):
		return nil, fmt.Errorf("%w: %w", errBrokenBody, err)
	}
	return bytes.TrimPrefix(body, []byte("\ufeff")), err
}

func (b *bodyRoom) begin(answer *answerWriter, cancel context.CancelFunc) *incoming {
	controller := http.NewResponseController(answer)
	in := &incoming{answer: answer, giveUp: func() {
		cancel()
		_ = controller.SetReadDeadline(time.Unix(1, 0))
	}}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reading = append(b.reading, in)
	return in
}

// end reports whether a body had to give way.
func (b *bodyRoom) end(in *incoming) (gaveWay bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.remove(in)
	return in.gaveWay
}

// remove forgets a body that is being read. The caller holds b.mu.
func (b *bodyRoom) remove(in *incoming) {
	if place := slices.Index(b.reading, in); place >= 0 {
		b.reading = slices.Delete(b.reading, place, place+1)
	}
}

// read reads a body in blocks, each as large as all before it.
func (b *bodyRoom) read(ctx context.Context, r *http.Request, in *incoming) (body []byte, err error) {
	source := http.MaxBytesReader(in.answer, r.Body, maxBody)
	for err == nil {
		if len(body) == cap(body) {
			block := max(bodyBlock, len(body))
			if r.ContentLength >= 0 {
				block = min(block, int(r.ContentLength)-len(body)+1) // and one for the end to be seen
			}
			if err := b.hold(ctx, in, int64(block)); err != nil {
				return nil, err
			}
			body = append(make([]byte, 0, len(body)+block), body...)
		}
		var n int
		n, err = source.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
	}
	if err == io.EOF {
		err = nil
	}
	return body, err
}

// hold makes room for more of a body.
func (b *bodyRoom) hold(ctx context.Context, in *incoming, size int64) (err error) {
	if !b.room.TryAcquire(size) {
		err = b.wait(ctx, in, size)
	}
	if err != nil {
		return errBodies
	}
	in.answer.body += size
	b.mu.Lock()
	defer b.mu.Unlock()
	in.held += size
	return nil
}

// wait waits for room that others leave.
func (b *bodyRoom) wait(ctx context.Context, in *incoming, size int64) error {
	b.makeWay(in, size)
	ctx, cancel := context.WithTimeout(ctx, bodyWait)
	defer cancel()
	err := b.room.Acquire(ctx, size)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wanted -= size
	return err
}

// makeWay ends the reading of those bodies that have been read for the longest, until there is room for all who wait,
// of whom waiting is one more.
func (b *bodyRoom) makeWay(waiting *incoming, size int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wanted += size
	free := int64(0)
	for _, in := range b.reading {
		if free >= b.wanted {
			return
		}
		if in == waiting || in.held == 0 {
			continue
		}
		free += in.held
		if !in.gaveWay {
			in.gaveWay = true
			in.giveUp()
		}
	}
}
