package ledger

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"zhangben/events"
)

// ReplayOptions say how the log is replayed.
type ReplayOptions struct {
	Workers int  // goroutines that read and decode; 0 for one
	Verify  bool // hash what is read, and compare it with the root
}

// Replay decodes every record there is when it begins and calls fn with it, on several goroutines at once: worker
// numbers them, from 0. A worker's records ascend, but others have those between, so what fn makes of them must not
// depend on the order of all. Events of one chunk share memory: keeping one keeps about 20 KB. Replay stops at an
// error of fn and returns it. Verifying ends with ErrDamaged when the records are not those under the root; fn has
// seen them then.
//
// The events of a chunk are one slice and their texts share one copy, so that decoding allocates once an event; by
// [Log.Scan] and [Record.Event] it is three times.
func (l *Log) Replay(o ReplayOptions, fn func(worker int, r Record, e *events.Event) error) error {
	state := l.current()
	if state.last == 0 {
		return nil
	}
	p := &replay{log: l, last: state.last, fn: fn, chunks: chunkOf(state.last) + 1}
	if o.Verify {
		p.roots = make([]tlog.Hash, p.chunks)
	}
	var group sync.WaitGroup
	for worker := range max(o.Workers, 1) {
		group.Go(func() { p.work(worker) })
	}
	group.Wait()
	if p.err == nil && o.Verify {
		p.err = p.verify(state.root)
	}
	return p.err
}

// replay is one under way.
type replay struct {
	log    *Log
	last   Seq
	chunks uint64
	fn     func(int, Record, *events.Event) error
	next   atomic.Uint64 // the first chunk that no worker has taken
	roots  []tlog.Hash   // of the subtree of each full chunk; nil where nothing is verified
	tail   []tlog.Hash   // of the records of the last chunk where it is not full

	stopped atomic.Bool
	once    sync.Once
	err     error
}

// replayChunks is how many chunks a worker takes at a time: about 1 MB.
const replayChunks = 128

func (p *replay) stop(err error) {
	p.once.Do(func() { p.err = err })
	p.stopped.Store(true)
}

func (p *replay) work(worker int) {
	var buffer []byte
	for !p.stopped.Load() {
		chunk := p.next.Add(replayChunks) - replayChunks
		if chunk >= p.chunks {
			return
		}
		var err error
		if buffer, err = p.run(worker, chunk, min(chunk+replayChunks, p.chunks), buffer); err != nil {
			p.stop(err)
		}
	}
}

// run goes through the chunks up to an end. They are copied first, so that no transaction is open while fn runs.
func (p *replay) run(worker int, chunk, end uint64, buffer []byte) ([]byte, error) {
	for chunk < end {
		var n uint64
		err := p.log.view(func(tx *bolt.Tx) (err error) {
			buffer, n, err = copyChunks(tx, chunk, end, buffer[:0], readBytes)
			return err
		})
		for rest := buffer; n > 0 && err == nil; n-- {
			var body []byte
			body, rest, _ = cutText(rest)
			err = p.chunk(worker, chunk, body)
			chunk++
		}
		if err != nil {
			return buffer, err
		}
	}
	return buffer, nil
}

// chunk decodes the records of a chunk, and hashes them where they are verified. Those after the last came since the
// replay began.
func (p *replay) chunk(worker int, chunk uint64, body []byte) error {
	var hashes leafHashes
	text := string(body)
	decoded := make([]events.Event, chunkRecords)
	seq := firstOf(chunk)
	for rest := body; len(rest) > 0 && seq <= p.last; seq++ {
		r, b, after, err := cutRecord(rest, seq)
		if err != nil {
			return err
		}
		rest = after
		end := len(body) - len(rest)
		e := &decoded[(seq-1)%chunkRecords]
		if err := e.ReadContent(text[end-len(r.Content) : end]); err != nil {
			return fmt.Errorf("record %d: %w: %w", seq, ErrDamaged, err)
		}
		if p.roots != nil {
			hashes.add(b)
		}
		if err := p.fn(worker, r, e); err != nil {
			return err
		}
	}
	switch {
	case p.roots == nil:
	case hashes.many == chunkRecords:
		p.roots[chunk] = hashes.root()
	default:
		p.tail = hashes.leaves[:hashes.many]
	}
	return nil
}

// leafHashes are those of the records of one chunk.
type leafHashes struct {
	leaves [chunkRecords]tlog.Hash
	many   int
	leaf   []byte
}

func (h *leafHashes) add(record []byte) {
	h.leaf = append(append(h.leaf[:0], 0), record...)
	h.leaves[h.many] = sha256.Sum256(h.leaf)
	h.many++
}

// root is the root of the subtree of a full chunk.
func (h *leafHashes) root() tlog.Hash {
	level := h.leaves
	for n := chunkRecords / 2; n > 0; n /= 2 {
		for i := range n {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
	}
	return level[0]
}

// verify puts the tree together from its subtrees, and compares its root.
func (p *replay) verify(root tlog.Hash) error {
	full := uint64(p.last) >> chunkShift
	var upper tree
	for _, h := range p.roots[:full] {
		upper.add(h, nil)
	}
	whole := tree{size: full << chunkShift}
	copy(whole.peaks[chunkShift:], upper.peaks[:])
	for _, h := range p.tail {
		whole.add(h, nil)
	}
	if whole.root() != root {
		return fmt.Errorf("the root of %d records is not the one committed: %w", p.last, ErrDamaged)
	}
	return nil
}
