package checkpoint

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zhangben/ledger"
	"zhangben/ledger/atomicfile"
	"zhangben/ledger/inputfile"
	"zhangben/ledger/proof"
)

// KeyFileName is the default name of the file with the key that signs checkpoints, in the ledger's folder.
const KeyFileName = "checkpoint.key"

// originPrefix begins the default names of logs.
const originPrefix = "zhangben/"

// maxKeyFile is in bytes: a key is one line.
const maxKeyFile = 4 << 10

// ErrKeyFile says that a key file cannot be used.
var ErrKeyFile = errors.New("file of the checkpoint key")

// ReadKeyFile reads a key from a file that only its owner may read.
func ReadKeyFile(path string) (*proof.SigningKey, error) {
	file, info, err := inputfile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	defer file.Close()
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("%w %s: others may read it (%v): chmod 600", ErrKeyFile, path, mode)
	}
	text, err := inputfile.ReadAll(file, path, maxKeyFile)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	key, err := proof.ParseSigningKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrKeyFile, path, err)
	}
	return key, nil
}

// CheckKeyFile returns what is wrong with a key file before [EnsureKey] reads or makes it.
func CheckKeyFile(path, origin string) error {
	_, err := readKeyOf(path, origin)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if origin == "" {
		return nil
	}
	return proof.CheckOrigin(origin)
}

// readKeyOf reads a key, which must be that of an origin unless that is "".
func readKeyOf(path, origin string) (*proof.SigningKey, error) {
	key, err := ReadKeyFile(path)
	if err == nil && origin != "" && key.Public().Origin() != origin {
		err = fmt.Errorf("%w %s: the key is that of %s, not of %s", ErrKeyFile, path, key.Public().Origin(), origin)
	}
	return key, err
}

// EnsureKey reads the key of a file, and makes both where there is no file. The name of the log is part of its key:
// origin names a key to be made, by default with the ledger's id, and must not contradict the key that is there.
func EnsureKey(log *ledger.Log, path, origin string) (key *proof.SigningKey, made bool, err error) {
	key, err = readKeyOf(path, origin)
	if errors.Is(err, fs.ErrNotExist) {
		made = true
		key, err = makeKey(log, path, origin)
	}
	if errors.Is(err, fs.ErrExist) { // another process made it meanwhile
		made = false
		key, err = readKeyOf(path, origin)
	}
	if err != nil {
		return nil, false, err
	}
	return key, made, nil
}

func makeKey(log *ledger.Log, path, origin string) (*proof.SigningKey, error) {
	if origin == "" {
		id, err := log.ID()
		if err != nil {
			return nil, err
		}
		origin = originPrefix + hex.EncodeToString(id[:8])
	}
	key, err := proof.NewSigningKey(origin, rand.Reader)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	if err := atomicfile.Create(path, []byte(key.Secret()+"\n")); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	return key, nil
}
