package ledger

import (
	"crypto/sha256"

	bolt "go.etcd.io/bbolt"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger/index"
)

// batch is what one commit will write. Its memory serves one batch after the other.
type batch struct {
	first    Seq   // seq of the first record of the batch
	state    state // as it will be
	tree     tree  // as it will be
	outcomes []Outcome

	chunks     []byte          // values of records; the first begins with what the last chunk held
	ends       []int           // where each full chunk ends in chunks
	open       int             // where the last chunk ends, without its checksum
	contents   []span          // of each record of the batch, in chunks
	nodes      []byte          // values of tree with their checksums
	nodeEnds   []int           // where each ends in nodes; there is one for each full chunk
	events     []*events.Event // of each record of the batch
	ids        index.Shard     // of the records of the batch
	duplicates []item
	rejected   []item
	closings   []closing
	origins    bool // whether a record of the batch has an origin

	// The record under way.
	leaf     []byte // 0x00 and the record: what its leaf hash is of
	content  int    // where the content begins in leaf
	recorded civil.Instant
	hash     uint64 // of the event's id
}

// span is a piece of a slice.
type span struct{ from, to int }

// item is the value stored for one message.
type item struct {
	at   position
	body []byte
}

// begin makes the batch an empty one on top of what is committed. fresh is how many messages will be new.
func (b *batch) begin(l *Log, fresh int) {
	b.first, b.state, b.tree = l.state.last+1, l.state, l.tree
	b.chunks = append(b.chunks[:0], l.tail...)
	b.ends, b.contents, b.nodes, b.nodeEnds = b.ends[:0], b.contents[:0], b.nodes[:0], b.nodeEnds[:0]
	b.outcomes, b.duplicates, b.rejected, b.closings, b.origins = b.outcomes[:0], nil, nil, nil, false
	b.ids.Clear()
	b.ids.Reserve(fresh)
}

// release drops what belongs to the caller.
func (b *batch) release() {
	clear(b.events)
	clear(b.outcomes)
	b.events = b.events[:0]
}

// encode writes the leaf of the record that a message becomes if it is appended.
func (b *batch) encode(a *Arrival, recorded civil.Instant) {
	b.recorded = recorded
	b.leaf = appendRecordHeader(append(b.leaf[:0], 0), b.state.last+1, b.state.at, recorded)
	b.leaf = a.Origin.Append(b.leaf)
	b.content = len(b.leaf)
	b.leaf = a.Event.AppendContent(b.leaf)
}

// contentOf returns the content of a record of the batch.
func (b *batch) contentOf(seq Seq) []byte {
	s := b.contents[seq-b.first]
	return b.chunks[s.from:s.to]
}

// append makes a record of what was encoded last.
func (b *batch) append(a *Arrival) Outcome {
	b.state.last++
	b.state.recorded = b.recorded
	b.ids.Insert(b.hash, b.state.last)
	b.events = append(b.events, a.Event)
	b.origins = b.origins || a.Origin != events.Origin{}

	b.chunks = appendText(b.chunks, b.leaf[1:])
	b.contents = append(b.contents, span{len(b.chunks) - (len(b.leaf) - b.content), len(b.chunks)})
	b.nodes = b.tree.add(sha256.Sum256(b.leaf), b.nodes)
	if b.state.last%chunkRecords == 0 {
		b.closeChunk()
	}
	return Outcome{Status: Appended, Seq: b.state.last}
}

// closeChunk ends the chunk that is full now, and the hashes it completed, with their checksums.
func (b *batch) closeChunk() {
	key := key8(chunkOf(b.state.last))
	b.chunks = appendCRC(key, b.chunks, lastOf(b.ends))
	b.ends = append(b.ends, len(b.chunks))
	b.nodes = appendCRC(key, b.nodes, lastOf(b.nodeEnds))
	b.nodeEnds = append(b.nodeEnds, len(b.nodes))
}

// openChunk is what the last chunk holds while it is not full.
func (b *batch) openChunk() []byte { return b.chunks[lastOf(b.ends):b.open] }

// lastOf returns the last of ends, 0 when there is none.
func lastOf(ends []int) int {
	if len(ends) == 0 {
		return 0
	}
	return ends[len(ends)-1]
}

// addDuplicate records that the last message says what a record says already.
func (b *batch) addDuplicate(first Seq) Outcome {
	b.duplicates = append(b.duplicates, item{b.state.at, key8(uint64(first))})
	return Outcome{Status: Duplicate, Seq: first}
}

// addRejected puts the last message in quarantine.
func (b *batch) addRejected(a *Arrival, why *events.Rejection) Outcome {
	refused := Rejected{
		ID: uint64(b.state.at), Received: a.Received, Code: why.Code, Pointer: why.Pointer, Message: why.Message,
		Subject: a.Subject, Header: a.Header, Body: a.Body,
	}
	if a.Event != nil {
		refused.EventID = a.Event.ID.String()
	}
	b.rejected = append(b.rejected, item{b.state.at, refused.append(nil)})
	return refused.outcome()
}

// write stores the batch.
func (b *batch) write(tx *bolt.Tx) error {
	b.state.root = b.tree.root()
	b.open = len(b.chunks)
	ends := b.ends
	if b.state.last%chunkRecords != 0 {
		b.chunks = appendCRC(key8(chunkOf(b.state.last)), b.chunks, lastOf(b.ends))
		ends = append(ends, len(b.chunks))
	}
	chunk := chunkOf(b.first)
	if err := putPieces(bucketIn(tx, bucketRecords), chunk, b.chunks, ends); err != nil {
		return err
	}
	if err := putPieces(bucketIn(tx, bucketTree), chunk, b.nodes, b.nodeEnds); err != nil {
		return err
	}
	if err := putEntries(bucketIn(tx, bucketDuplicates), b.duplicates); err != nil {
		return err
	}
	if err := putEntries(bucketIn(tx, bucketRejected), b.rejected); err != nil {
		return err
	}
	if err := putClosings(tx, b.closings); err != nil {
		return err
	}
	if b.origins {
		if err := writeFormat(tx, formatOrigins); err != nil {
			return err
		}
	}
	return writeState(tx, b.state)
}

// putPieces stores values under the numbers of chunks in succession. Keys only ever rise, so pages are filled.
func putPieces(bucket *bolt.Bucket, chunk uint64, values []byte, ends []int) error {
	bucket.FillPercent = 1
	from := 0
	for _, end := range ends {
		if err := bucket.Put(key8(chunk), values[from:end:end]); err != nil {
			return err
		}
		chunk, from = chunk+1, end
	}
	return nil
}

// putEntries stores what became of single messages.
func putEntries(bucket *bolt.Bucket, entries []item) error {
	bucket.FillPercent = 1
	for _, e := range entries {
		if err := putWithCRC(bucket, key8(uint64(e.at)), e.body); err != nil {
			return err
		}
	}
	return nil
}
