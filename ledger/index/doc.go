// Package index is what follows from the records of a log and is needed at once: which seq an event id may have,
// which records an account has, and which accounts use a contract id. All of it may be thrown away and rebuilt; a
// cache beside the log saves the rebuilding when the log is opened.
//
// It costs about 23 bytes an event: 13 for the ids, the rest for names and lists. None of it holds pointers for
// single events or names, so that the garbage collector has nothing to follow as the log grows.
//
// # The cache
//
// The cache is a file of frames, each 8 bytes of length, as many bytes, and 4 bytes: CRC-32C of all that the file
// holds up to there but the checksums. So frames cannot change places either. Numbers are big-endian, a text is a
// uvarint length and its bytes. The frames are
//
//	header     "zhangben index 2" | 8 bytes: when the ledger was made | 8 bytes: last seq | 32 bytes: root of the
//	           tree then | 32 bytes: key of the ids' hash | 8 bytes: number of accounts | 8 bytes: of contracts
//	accounts   each: text name | uvarint last seq | text of its seqs, each a uvarint above the one before
//	contracts  each: uvarint number of its account, from 0 | text id
//	1,024 ids  one for each shard, each record 8 bytes: 24 bits of the id's HighwayHash, 40 bits of seq
//
// A file that is odd in any way is not used.
package index
