package proof_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"zhangben/events"
	"zhangben/ledger/proof"
)

// books is a log as the ledger would keep it, and the tree worked out by the definition: slowly, and by other means
// than the code under test.
type books struct {
	records [][]byte
	leaves  []tlog.Hash
}

// booksOf makes a log of top-ups.
func booksOf(t testing.TB, size int) *books {
	t.Helper()
	b := &books{}
	for n := 1; n <= size; n++ {
		record := recordOf(t, n, topUp(n))
		b.records = append(b.records, record)
		b.leaves = append(b.leaves, sha256.Sum256(append([]byte{0}, record...)))
	}
	return b
}

// topUp is the nth event.
func topUp(n int) string {
	return fmt.Sprintf(
		`{"specversion":"1.0","id":"01960f2e-0000-7000-8000-%012d","source":"/bank","type":"billing.wallet.topped_up.v1",`+
			`"time":"2025-03-01T09:00:00+08:00",`+
			`"data":{"account_id":"acct-1","amount":"%d.00","currency":"CNY","channel":"online"}}`, n, n)
}

// recordOf encodes the nth record, recorded n seconds after 2025-03-01T09:00:00+08:00.
func recordOf(t testing.TB, n int, event string) []byte {
	t.Helper()
	e, err := events.DecodeJSON([]byte(event))
	if err != nil {
		t.Fatal(err)
	}
	b := binary.AppendUvarint(nil, uint64(n))
	b = binary.AppendUvarint(b, 0)
	b = binary.AppendUvarint(b, uint64(n+2))
	b = binary.BigEndian.AppendUint64(b, uint64(1_740_790_800+n)*1e9)
	return e.AppendContent(b)
}

func node(left, right tlog.Hash) tlog.Hash {
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// split is the largest power of two below n.
func split(n int) int {
	k := 1
	for 2*k < n {
		k *= 2
	}
	return k
}

// rootOf is RFC 6962's MTH.
func rootOf(leaves []tlog.Hash) tlog.Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		return node(rootOf(leaves[:split(n)]), rootOf(leaves[split(n):]))
	}
}

// pathOf is RFC 6962's PATH.
func pathOf(index int, leaves []tlog.Hash) []tlog.Hash {
	n := len(leaves)
	if n == 1 {
		return nil
	}
	if k := split(n); index < k {
		return append(pathOf(index, leaves[:k]), rootOf(leaves[k:]))
	} else {
		return append(pathOf(index-k, leaves[k:]), rootOf(leaves[:k]))
	}
}

// growthOf is RFC 6962's SUBPROOF; whole reports that the reader knows the older root.
func growthOf(older int, leaves []tlog.Hash, whole bool) []tlog.Hash {
	n := len(leaves)
	if older == n {
		if whole {
			return nil
		}
		return []tlog.Hash{rootOf(leaves)}
	}
	if k := split(n); older <= k {
		return append(growthOf(older, leaves[:k], whole), rootOf(leaves[k:]))
	} else {
		return append(growthOf(older-k, leaves[k:], false), rootOf(leaves[:k]))
	}
}

// keyOf is a key that is the same in every run.
func keyOf(t testing.TB, origin string, seed byte) *proof.SigningKey {
	t.Helper()
	key, err := proof.NewSigningKey(origin, bytes.NewReader(append([]byte{seed}, make([]byte, 31)...)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// signed is the checkpoint of the first size records.
func (b *books) signed(t testing.TB, key *proof.SigningKey, size int) []byte {
	t.Helper()
	c := proof.Checkpoint{Origin: key.Public().Origin(), Size: uint64(size), Root: rootOf(b.leaves[:size])}
	note, err := c.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	return note
}

func (b *books) receipt(t testing.TB, key *proof.SigningKey, index, size int) proof.Receipt {
	t.Helper()
	return proof.Receipt{Record: b.records[index], Index: uint64(index), Path: pathOf(index, b.leaves[:size]),
		Checkpoint: b.signed(t, key, size)}
}

func (b *books) consistency(t testing.TB, key *proof.SigningKey, older, newer int) proof.Consistency {
	t.Helper()
	c := proof.Consistency{Older: b.signed(t, key, older), Newer: b.signed(t, key, newer)}
	if older > 0 {
		c.Path = growthOf(older, b.leaves[:newer], true)
	}
	return c
}
