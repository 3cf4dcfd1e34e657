package api

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
	"zhangben/projections/query"
)

// errNoProofs says that nothing is signed here.
var errNoProofs = errors.New("checkpoints are not signed here")

// errNoWitnesses says that there are no witnesses to cosign.
var errNoWitnesses = errors.New("no witnesses are named: serve --witness POLICY")

// errNotCosigned says that witnesses did not cosign now.
var errNotCosigned = errors.New("the checkpoint was not cosigned")

// signed is a route that answers what a signer of checkpoints says.
func (s *server) signed(say func(*checkpoint.Signer, *request) ([]byte, error)) func(*request) (any, error) {
	return func(q *request) (any, error) {
		if s.Checkpoints == nil {
			return nil, errNoProofs
		}
		text, err := say(s.Checkpoints, q)
		return plainText(text), err
	}
}

// newest answers what the log is, signed: all of it, or its first records.
func newest(signer *checkpoint.Signer, q *request) ([]byte, error) {
	if q.get("size") == "" {
		return signer.Newest()
	}
	return signer.Checkpoint(q.size("size"))
}

// cosigned answers the checkpoint that witnesses have cosigned last.
func cosigned(signer *checkpoint.Signer, _ *request) ([]byte, error) { return signer.Cosigned() }

// cosign has witnesses cosign the newest checkpoint, and answers it.
func (s *server) cosign(q *request) (any, error) {
	if s.Operations.Cosign == nil {
		return nil, errNoWitnesses
	}
	note, err := s.Operations.Cosign(q.Context())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotCosigned, err)
	}
	return plainText(note), nil
}

// publicKey answers the public key of checkpoints.
func publicKey(signer *checkpoint.Signer, _ *request) ([]byte, error) {
	key, err := signer.Key()
	if err != nil {
		return nil, err
	}
	return []byte(key.String() + "\n"), nil
}

// receipt proves that an event is in the log.
func (s *server) receipt(signer *checkpoint.Signer, q *request) ([]byte, error) {
	size := q.size("size")
	if size == 0 && q.get("size") != "" {
		return nil, badParameter("size", "there is nothing in a log of 0 records")
	}
	id, err := uuid.Parse(q.PathValue("id"))
	if err != nil {
		return nil, query.ErrNotFound
	}
	seq, found, err := s.Log.Find(id)
	if err == nil && !found {
		err = query.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	receipt, err := signer.Receipt(seq, size)
	if err != nil {
		return nil, err
	}
	return receipt.Text(), nil
}

// consistency proves that the log only grew.
func consistency(signer *checkpoint.Signer, q *request) ([]byte, error) {
	older, newer := q.size("old"), q.size("new")
	switch {
	case q.get("old") == "":
		return nil, badParameter("old", "the size that the log had is needed")
	case q.get("new") != "" && (newer == 0 || newer < older):
		return nil, badParameter("new", "%d is 0 or below %d", newer, older)
	}
	c, err := signer.Consistency(older, newer)
	if err != nil {
		return nil, err
	}
	return c.Text(), nil
}

// size is a number of records that was checked, 0 where it is left out.
func (q *request) size(name string) ledger.Seq {
	n, _ := strconv.ParseUint(q.get(name), 10, 63)
	return ledger.Seq(n)
}
