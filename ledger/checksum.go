package ledger

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	bolt "go.etcd.io/bbolt"
)

// crcSize is the length of the checksum that ends every stored value.
const crcSize = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum returns the CRC-32C of a value and of the key it is stored under.
func checksum(key, body []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, body)
}

// appendCRC appends the checksum of what dst holds from an offset on, which is to be the value of key.
func appendCRC(key, dst []byte, from int) []byte {
	return binary.BigEndian.AppendUint32(dst, checksum(key, dst[from:]))
}

// checkCRC checks a stored value and takes its checksum off.
func checkCRC(key, value []byte) ([]byte, error) {
	n := len(value) - crcSize
	if n < 0 {
		return nil, fmt.Errorf("value of key %x has no checksum: %w", key, ErrDamaged)
	}
	body := value[:n:n]
	if checksum(key, body) != binary.BigEndian.Uint32(value[n:]) {
		return nil, fmt.Errorf("value of key %x does not match its checksum: %w", key, ErrDamaged)
	}
	return body, nil
}

// getWithCRC reads the value of a key; nil when there is none.
func getWithCRC(b *bolt.Bucket, key []byte) ([]byte, error) {
	value := b.Get(key)
	if value == nil {
		return nil, nil
	}
	return checkCRC(key, value)
}

// putWithCRC stores body and its checksum.
func putWithCRC(b *bolt.Bucket, key, body []byte) error {
	return b.Put(key, appendCRC(key, body, 0))
}
