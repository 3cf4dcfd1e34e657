package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger/boltcheck"
	"zhangben/ledger/index"
)

// verifier walks the ledger in one transaction. It goes on after a problem, so that one does not hide the others.
type verifier struct {
	ctx       context.Context
	tx        *bolt.Tx
	report    *Report
	unwritten bool // nothing writes the file meanwhile

	state    state      // as meta has it
	streams  []stream   // by epoch
	tree     recordTree // of the records so far
	content  []byte     // buffer
	seq      Seq        // of the last record
	recorded civil.Instant
	index    *index.Index // of the records so far
	cached   *index.Index // what the index cache has; nil for none
	upTo     Seq          // of which records
	messages messageWalk

	dismissed map[uint64]position // where refused messages are dismissed, by their ids
}

// run climbs the staircase of checks, from the pages up. bbolt's own check of the pages comes last, and only where
// nothing else is wrong, for it is not guarded. While the file may be written, its pages cannot be checked: which are
// free is known only to the writer.
func (v *verifier) run() error {
	if v.unwritten {
		if readable, err := v.pages(); err != nil || !readable {
			return err
		}
	}
	v.meta()
	v.identities()
	v.records()
	if err := v.ctx.Err(); err != nil {
		return err
	}
	v.surplusHashes()
	v.messages.finish(v)
	v.closed()
	v.outcome()
	if v.report.OK() && v.unwritten {
		for err := range v.tx.Check() {
			v.report.add("pages", "%v", err)
		}
	}
	return nil
}

// pages walks all pages, and reports whether those that hold something can be read.
func (v *verifier) pages() (readable bool, err error) {
	walk, err := boltcheck.Open(v.tx.DB().Path())
	if err != nil {
		return false, err
	}
	defer walk.Close()
	for err := range walk.Trees(true) {
		if err := v.pageProblem(err); err != nil {
			return false, err
		}
	}
	if !v.report.OK() {
		return false, nil
	}
	return true, v.pageProblem(walk.FreeList())
}

// pageProblem reports what is wrong with a page, and returns errors of reading.
func (v *verifier) pageProblem(err error) error {
	var wrong *boltcheck.PageError
	if errors.As(err, &wrong) {
		v.report.add(fmt.Sprintf("page %d", wrong.Page), "%s", wrong.Problem)
		return nil
	}
	return err
}

// meta reads what the last commit stored.
func (v *verifier) meta() {
	state, err := readState(v.tx)
	if err != nil {
		v.report.add("meta", "%v", err)
	}
	if _, err := metaValue(v.tx, keyCreated, 8); err != nil {
		v.report.add("meta", "%v", err)
	}
	if _, err := readID(v.tx); err != nil {
		v.report.add("meta", "%v", err)
	}
	v.state, v.dismissed = state, map[uint64]position{}
	v.cache()
	v.messages.duplicates = bucketIn(v.tx, bucketDuplicates).Cursor()
	v.messages.rejected = bucketIn(v.tx, bucketRejected).Cursor()
}

// cache reads the index cache. One that opening would not take is no problem: it is as if there were none. The key of
// its ids serves for all, so that they can be compared.
func (v *verifier) cache() {
	key := index.NewKey()
	cached, upTo, err := readIndexCache(v.tx, filepath.Join(filepath.Dir(v.tx.DB().Path()), CacheName), v.state)
	if err == nil {
		v.cached, v.upTo, key = cached, upTo, cached.Key()
	}
	v.index = index.New(key, min(v.state.last, 1<<32), 0, 0)
}

// wrongCache is where a report says that the index cache is wrong.
const wrongCache = "the index cache"

// compareCache compares the index cache with the index of its records.
func (v *verifier) compareCache() {
	if !v.cached.Equal(v.index) {
		v.report.add(wrongCache, "is not that of records 1 to %d; delete %s", v.upTo, CacheName)
	}
	v.cached = nil
}

// identities reads the epochs of the stream.
func (v *verifier) identities() {
	bucket := bucketIn(v.tx, bucketStreams)
	bucket.ForEach(func(key, value []byte) error {
		where := fmt.Sprintf("stream epoch %x", key)
		body, err := checkCRC(key, value)
		if err != nil {
			v.report.add(where, "%v", err)
			return nil
		}
		s, err := parseStream(uint16(len(v.streams)), body)
		switch {
		case err != nil:
			v.report.add(where, "%v", err)
		case !bytes.Equal(key, epochKey(s.epoch)):
			v.report.add(where, "is not epoch %d, which should come next", s.epoch)
		case len(v.streams) == 0 && s.first != 1, len(v.streams) > 0 && s.first < v.streams[len(v.streams)-1].first:
			v.report.add(where, "begins at record %d", s.first)
		}
		v.streams = append(v.streams, s)
		return nil
	})
	if epoch := int(v.state.at.epoch()); v.state.at != 0 && epoch != len(v.streams)-1 {
		v.report.add("meta", "the position is in epoch %d of %d", epoch, len(v.streams))
		return
	}
	if s, err := readStream(v.tx, v.state.at.epoch()); err == nil {
		v.report.Position = Position{s.epoch, s.name, s.created, v.state.at.streamSeq()}
	}
}

// records walks the chunks.
func (v *verifier) records() {
	cursor := bucketIn(v.tx, bucketRecords).Cursor()
	for key, value := cursor.First(); key != nil && v.ctx.Err() == nil; key, value = cursor.Next() {
		where := fmt.Sprintf("chunk %x", key)
		chunk, err := chunkNumber(key)
		if err != nil {
			v.report.add(where, "%v", err)
			return
		}
		if firstOf(chunk) != v.seq+1 {
			v.report.add(where, "record %d should begin here", v.seq+1)
			return
		}
		body, err := checkCRC(key, value)
		if err != nil {
			v.report.add(where, "%v", err)
			body = value[:max(0, len(value)-crcSize)]
		}
		if !v.chunk(where, body) {
			return
		}
		v.storedHashes(chunk)
	}
}

// chunk walks the records of a chunk, and reports whether the walk can go on after it.
func (v *verifier) chunk(where string, body []byte) bool {
	v.tree.hashes = v.tree.hashes[:0]
	n := 0
	for ; len(body) > 0; n++ {
		b, rest, ok := cutText(body)
		if !ok {
			v.report.add(where, "record %d is cut short", v.seq+1)
			return false
		}
		v.record(b)
		body = rest
	}
	if n == 0 || n > chunkRecords {
		v.report.add(where, "has %d records", n)
		return false
	}
	return true
}

// record checks the next record.
func (v *verifier) record(b []byte) {
	v.seq++
	v.tree.addRecord(b)
	where := fmt.Sprintf("record %d", v.seq)
	r, err := parseRecord(b)
	if err != nil {
		v.report.add(where, "%v", err)
		return
	}
	if r.Seq != v.seq {
		v.report.add(where, "calls itself record %d", r.Seq)
	}
	if v.seq > 1 && r.Recorded.Before(v.recorded) {
		v.report.add(where, "was recorded at %v, before %v, when the record before it was", r.Recorded, v.recorded)
	}
	v.recorded = r.Recorded
	v.messages.record(v, positionOf(r.Epoch, r.StreamSeq))
	if int(r.Epoch) < len(v.streams) && v.seq < v.streams[r.Epoch].first {
		v.report.add(where, "is of epoch %d, which begins at record %d", r.Epoch, v.streams[r.Epoch].first)
	}
	v.event(where, r)
	if v.cached != nil && v.seq == v.upTo {
		v.compareCache()
	}
}

// event checks that the event decodes, is in canonical form, and has an id of its own.
func (v *verifier) event(where string, r Record) {
	e, err := r.Event()
	_, errOrigin := r.Origin()
	if err := errors.Join(err, errOrigin); err != nil {
		v.report.add(where, "does not decode: %v", err)
		return
	}
	if v.content = e.AppendContent(v.content[:0]); !bytes.Equal(v.content, r.Content) {
		v.report.add(where, "is not in canonical form")
	}
	first, err := v.index.FindID(v.index.Hash(e.ID), func(seq Seq) (bool, error) { return v.hasID(seq, e.ID) })
	switch {
	case err != nil:
		v.report.add(where, "looking for another of its id: %v", err)
	case first > 0:
		v.report.add(where, "has the id of record %d, %v", first, e.ID)
	}
	if d, ok := e.Data.(*events.RejectionDismissed); ok && r.ByLedger() {
		v.dismissed[d.RejectionID] = positionOf(r.Epoch, r.StreamSeq)
	}
	v.index.Add(v.seq, e)
}

func (v *verifier) hasID(seq Seq, id uuid.UUID) (bool, error) {
	r, err := readRecord(v.tx, seq)
	if err != nil {
		return false, err
	}
	head, err := events.ParseHead(r.Content)
	return head.ID == id, err
}

// storedHashes compares the hashes that a full chunk completed with those stored.
func (v *verifier) storedHashes(chunk uint64) {
	where := fmt.Sprintf("tree %d", chunk)
	stored, err := getWithCRC(bucketIn(v.tx, bucketTree), key8(chunk))
	switch {
	case err != nil:
		v.report.add(where, "%v", err)
	case !bytes.Equal(stored, v.tree.hashes):
		v.report.add(where, "the hashes of records %d to %d are not those stored", firstOf(chunk), v.seq)
	}
}

// surplusHashes looks for hashes of records that are not there.
func (v *verifier) surplusHashes() {
	key, _ := bucketIn(v.tx, bucketTree).Cursor().Last()
	if key != nil && bytes.Compare(key, key8(uint64(v.seq)>>chunkShift)) >= 0 {
		v.report.add("tree", "has hashes of chunk %x, there are %d records", key, v.seq)
	}
}

// outcome compares what was found with what the last commit stored.
func (v *verifier) outcome() {
	v.report.Records, v.report.Root = v.seq, v.tree.root()
	if v.seq != v.state.last {
		v.report.add("meta last", "is %d, there are %d records", v.state.last, v.seq)
	}
	if v.seq > 0 && v.state.recorded != v.recorded {
		v.report.add("meta last", "is recorded at %v, the last record at %v", v.state.recorded, v.recorded)
	}
	if v.report.Root != v.state.root {
		v.report.add("meta root", "is %v, the records have %v", v.state.root, v.report.Root)
	}
}
