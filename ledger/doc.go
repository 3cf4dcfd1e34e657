// Package ledger is the append-only log: what became of every message of the stream, in one bbolt file.
//
// # The commit point
//
// [Log.Append] takes a batch of messages and writes in one transaction: the records of those that are appended, their
// hashes, the duplicates, the quarantined, and the position in the stream. When it returns nil all of that is on the
// disk; when it returns [ErrStorage] the outcome of the batch is unknown, and the log accepts no further one until it
// is opened again. So recovery is the normal path: open, look at the position, go on from there.
//
// # The stored form
//
// One file, <dir>/ledger.db. Numbers in keys and fixed fields are big-endian; "uvarint" is that of encoding/binary.
// An instant is 8 bytes: nanoseconds since 1970-01-01T00:00:00Z as a two's complement integer, which reaches from
// 1677 to 2262. Every value in every bucket ends in 4 bytes: CRC-32C of the key and of the value before them. bbolt
// keeps no checksums of data, so this is what detects a corrupted page; against malice there is the tree.
//
//	bucket      key                            value (before its checksum)
//	meta        "format"                       4 bytes: 1; 2 once a record has an origin
//	            "created"                      instant at which the file was made
//	            "position"                     8 bytes: position of the last message taken
//	            "last"                         8 bytes: last seq, 0 while empty; instant: its recorded time
//	            "root"                         32 bytes: root of the tree of all records
//	            "id"                           16 bytes: random, to tell ledgers apart; only once it was asked for
//	streams     2 bytes: epoch                 instant: stream created; 1 byte: 1 if it accepts recordedtime;
//	                                           8 bytes: first seq of the epoch; rest: name of the stream
//	records     8 bytes: (seq-1)/64            up to 64 records, each: uvarint length, record
//	tree        8 bytes: (seq-1)/64            hashes of 32 bytes: the subtrees that this chunk completed
//	duplicates  8 bytes: position              8 bytes: seq of the record it repeats
//	rejected    8 bytes: position              the refused message, see below
//	closed      8 bytes: position of a         8 bytes: position of the message that closed it; instant: when that
//	            refused message                was received; 8 bytes: seq of its record, or of the one it repeats;
//	                                           text: name of the token; the bucket is made when there is one
//
// A position is where a message was: 2 bytes of epoch, 6 bytes of stream sequence. An epoch is one incarnation of the
// stream: 0 for the first, and one more each time an operator adopts a recreated stream. Every message up to the
// position has exactly one of record, duplicate and rejected.
//
// A record is
//
//	uvarint seq | uvarint epoch | uvarint stream sequence | instant recorded | origin | content
//
// and origin is what [events.Origin.Append] appends, which is nothing for an event that came over NATS, as all did
// while the format was 1; content is what [events.Event.AppendContent] appends. Its seq is among the hashed bytes, so
// a record cannot be moved. Bytes of a record never change; the last chunk is rewritten as it fills. Example: the
// first record of an empty ledger, with 3 bytes of content, recorded at 2025-03-01T09:00:00+08:00:
//
//	records  00 00 00 00 00 00 00 00  ->  0e  01 00 01 18 28 88 02 6e 44 a0 00 <content: 3 bytes>  <CRC: 4 bytes>
//
// A refused message is
//
//	instant received | 6 texts | uvarint number of headers | per header: text name, uvarint number of values, texts
//	a text is: uvarint length, bytes;  the six: event id or "", code, pointer, message, subject, body
//
// Headers stand in the order of their names.
//
// # The tree
//
// Records are the leaves of an RFC 6962 Merkle tree, numbered from 0, so that leaf n is record n+1: a leaf's hash is
// SHA-256(0x00 | record). Sixty-four leaves are one chunk and one complete subtree of level 6; only hashes from that
// level up are stored, under the chunk that completed them, level 6 first: chunk 0 completes one hash, chunk 1 two,
// chunk 2 one, chunk 3 three. Those below are worked out from the chunk. That is 1.4 bytes an event.
//
// # Opening
//
// bbolt trusts the pages it reads, so package boltcheck first checks those that lead to others, about a hundredth of
// the file. Then come the root and what the last commit stored. Other pages are read when they are needed; [Scrub]
// reads them all in the background, and [Verify] everything at once.
//
// # The law of change
//
// New buckets, and new keys in meta, may be added. Nothing above may change its meaning without a new format number,
// and an unknown format number is refused. The content of events has a law of its own, in events/codec_binary.go: a
// field appended there changes no format.
//
// # The index
//
// What else the log knows follows from the records, and may be thrown away: package index has the event ids, the
// records of each account, and the contracts. <dir>/index.cache saves it, so that opening need not read all records.
// It counts where the tree of the log has its root at its last seq; the records that came later are read and added.
// It is written at closing, and when the log has grown by an eighth: under another name, and renamed when it is on
// the disk.
package ledger
