package index

import (
	"crypto/rand"
	"encoding/binary"
	"math/bits"

	"github.com/google/uuid"
)

// Key keys the hash of event ids: without it a publisher cannot make ids that collide, and so slow the log down.
type Key [16]byte

// NewKey returns a key at random.
func NewKey() (k Key) {
	rand.Read(k[:]) // never fails
	return k
}

// hash is SipHash-1-3 of an id: a hash made to withstand chosen input, of those who do not know its key. The seeds of
// hash/maphash can be stored nowhere, and what was hashed under them is of no use to the next process.
func (k *Key) hash(id uuid.UUID) uint64 {
	k0, k1 := binary.LittleEndian.Uint64(k[:]), binary.LittleEndian.Uint64(k[8:])
	s := sipState{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573}
	s.take(binary.LittleEndian.Uint64(id[:]))
	s.take(binary.LittleEndian.Uint64(id[8:]))
	s.take(uint64(len(id)) << 56)
	s.v2 ^= 0xff
	s.round()
	s.round()
	s.round()
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3
}

// sipState is SipHash under way.
type sipState struct{ v0, v1, v2, v3 uint64 }

func (s *sipState) take(word uint64) {
	s.v3 ^= word
	s.round()
	s.v0 ^= word
}

func (s *sipState) round() {
	s.v0 += s.v1
	s.v1 = bits.RotateLeft64(s.v1, 13) ^ s.v0
	s.v0 = bits.RotateLeft64(s.v0, 32)
	s.v2 += s.v3
	s.v3 = bits.RotateLeft64(s.v3, 16) ^ s.v2
	s.v0 += s.v3
	s.v3 = bits.RotateLeft64(s.v3, 21) ^ s.v0
	s.v2 += s.v1
	s.v1 = bits.RotateLeft64(s.v1, 17) ^ s.v2
	s.v2 = bits.RotateLeft64(s.v2, 32)
}
