// Package boltcheck validates the pages of a bbolt file before bbolt follows them, and turns what bbolt does on a bad
// page into an error.
//
// bbolt keeps no checksums of its pages and trusts what it reads. A branch that points to itself is followed until
// the stack overflows, which cannot be recovered from; a pointer beyond the end of the file is a fault of memory; and
// a page in use that is listed as free is overwritten by the next commit. [Check] therefore reads the pages that lead
// to others (metas, branches, the buckets' names and, for who will write, the list of free pages), about one in a
// hundred. A [Walk] with leaves reads all of them, for verifying. Damage done after that, while the file is open, is
// left to [Guard].
//
// Files are read with pread and never through the memory map, where a missing page kills the process. The layout of
// pages is that of bbolt's internal package common; numbers are in the byte order of the machine.
package boltcheck
