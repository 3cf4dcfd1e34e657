package index

import (
	"encoding/binary"
	"testing"

	"github.com/google/uuid"
)

// TestHashIsSipHash compares with that of CPython 3.11 under PYTHONHASHSEED=0, where the key is all zeros, and with an
// implementation that has the vectors of the SipHash paper where its rounds are 2 and 4.
func TestHashIsSipHash(t *testing.T) {
	var counting [16]byte
	for i := range counting {
		counting[i] = byte(i)
	}
	for key, want := range map[Key]uint64{{}: 0x8972188433a5c5b7, counting: 0xcc4fdd1a7d908b66} {
		if got := key.hash(counting); got != want {
			t.Errorf("key %x: %#x instead of %#x", key, got, want)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	key, id := NewKey(), uuid.UUID{}
	for b.Loop() {
		binary.LittleEndian.PutUint64(id[:], key.hash(id))
	}
}
