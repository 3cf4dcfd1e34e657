// Package proof verifies the log for an outsider who does not have it: that a record is in it, and that it only ever
// grew. All an outsider needs beside a proof is the public key, got once by a way that is trusted.
//
// The package is pure, and knows nothing of how the log is stored. Everything below can be recomputed with SHA-256,
// Ed25519 and base64 alone.
//
// # Conventions
//
// Texts are UTF-8, lines end in one line feed (0x0A). Numbers in texts are ASCII decimals without leading zeroes.
// Base64 is the standard alphabet of RFC 4648 with padding; a spelling whose spare bits are not zero is refused, so
// that no byte of a proof can be changed unnoticed. | puts bytes together.
//
// # The tree
//
// The log's records, numbered from 1 by their seq, are the leaves of the Merkle tree of RFC 6962, numbered from 0 by
// their index: index = seq - 1. A tree of n leaves is written MTH(n).
//
//	hash of a leaf        SHA-256(0x00 | record)
//	hash of a node        SHA-256(0x01 | hash of its left child | hash of its right child)
//	tree of no leaves     SHA-256 of nothing
//	tree of n > 1 leaves  a node: left the first k leaves, right the others; k is the largest power of two below n
//
// # A record
//
//	bytes    what
//	uvarint  seq
//	uvarint  epoch of the stream: 0, and one more each time the stream was recreated
//	uvarint  sequence of the message in the stream
//	8        recorded time: nanoseconds since 1970-01-01T00:00:00Z, big-endian, two's complement
//	         origin: who put the event into the stream, laid out in package events, origin.go; nothing where it came
//	         over NATS
//	rest     content: the canonical bytes of the event, laid out in package events, content.go
//
// A uvarint is unsigned LEB128 in as few bytes as possible. An origin begins with 0x00. Content begins with 0x01, the
// number of the kind, and the 16 bytes of the event id.
//
// # The public key
//
// One line, a verifier key of a signed note:
//
//	<origin>+<key id>+<base64 of 0x01 | 32 bytes of the Ed25519 public key>
//
// The origin names the log; it has neither spaces nor plus signs. The key id is the first 4 bytes of SHA-256(origin |
// 0x0A | 0x01 | public key) in 8 lower-case hex digits.
//
// # A checkpoint (C2SP tlog-checkpoint)
//
//	<origin>
//	<size: how many records>
//	<base64 of the 32 bytes of MTH(size)>
//
//	— <origin> <base64 of 4 bytes key id | 64 bytes Ed25519 signature>
//
// The signature is over the first three lines, each with its line feed: not over the empty line. A signature line
// begins with U+2014 and a space. Lines of other keys may follow, such as those of witnesses; who does not know a key
// passes over its lines. Whoever keeps a checkpoint has the log nailed down: no record up to its size can change any
// more without showing.
//
// # A receipt (C2SP tlog-proof)
//
//	c2sp.org/tlog-proof@v1
//	extra <base64 of the record>
//	index <index of the record>
//	<base64 of a hash of 32 bytes>      any number of lines
//
//	<a checkpoint to the end of the file>
//
// To check it:
//
//  1. Check the signature of the checkpoint under the public key, and that the key's name is the origin.
//  2. Let h = SHA-256(0x00 | record), i = index, last = size - 1; index must be below size.
//  3. For each hash p, in order: if i is odd or i = last, then let h = SHA-256(0x01 | p | h), and after that, if i is
//     even, halve i and last until i is odd or 0; otherwise let h = SHA-256(0x01 | h | p). Then halve i and last.
//     Halving drops the remainder. There must be no hash left over when last is 0, and none wanting.
//  4. h must be the root of the checkpoint, and the seq in the record index + 1.
//
// Then the record is the one of that seq in the log whose root was signed. The extra line is not trusted before that.
//
// # A consistency proof
//
// There is no agreed form of a file for it. This one has the hashes of RFC 6962, section 2.1.2, in its order:
//
//	zhangben/consistency-proof@v1
//	<base64 of a hash of 32 bytes>      any number of lines
//
//	<the older checkpoint>
//
//	<the newer checkpoint to the end of the file>
//
// To check it: check both signatures; then by RFC 9162, section 2.1.4.2, that the tree of the newer size begins with
// the leaves of the tree of the older one. Where the sizes are equal, or the older one is 0, there are no hashes: the
// roots must be equal, or the older root that of no leaves. Then the newer log has all records of the older,
// unchanged and in their order.
//
// # What is not proved
//
// A log could show one history to one reader and another to the next, with two valid checkpoints. Readers who compare
// their checkpoints (equal sizes, equal roots; or a consistency proof) find that out. The ledger refuses to sign a
// checkpoint that is inconsistent with one it has signed. Witnesses (package witness) compare for every reader: a
// checkpoint that they have cosigned is one they saw, and continues all that they saw before.
package proof
