package api

import (
	"errors"
	"fmt"
	"net/http"
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

// plainText is the type of answers that are texts for other programs.
type plainText struct{}

func sendText(w http.ResponseWriter, text []byte) error {
	send(w, http.StatusOK, "text/plain; charset=utf-8", text)
	return nil
}

// signer is who signs checkpoints.
func (s *server) signer() (*checkpoint.Signer, error) {
	if s.Checkpoints == nil {
		return nil, errNoProofs
	}
	return s.Checkpoints, nil
}

// checkpoint answers what the log is, signed: all of it, or its first records.
func (s *server) checkpoint(w http.ResponseWriter, r *http.Request) error {
	signer, err := s.signer()
	if err != nil {
		return err
	}
	size, given, err := parametersOf(r).size("size")
	if err != nil {
		return err
	}
	sign := signer.Newest
	if given {
		sign = func() ([]byte, error) { return signer.Checkpoint(size) }
	}
	note, err := sign()
	if err != nil {
		return err
	}
	return sendText(w, note)
}

// cosigned answers the checkpoint that witnesses have cosigned last.
func (s *server) cosigned(w http.ResponseWriter, _ *http.Request) error {
	signer, err := s.signer()
	if err != nil {
		return err
	}
	note, err := signer.Cosigned()
	if err != nil {
		return err
	}
	return sendText(w, note)
}

// cosign has witnesses cosign the newest checkpoint, and answers it.
func (s *server) cosign(w http.ResponseWriter, r *http.Request) error {
	if s.Operations.Cosign == nil {
		return errNoWitnesses
	}
	note, err := s.Operations.Cosign(r.Context())
	if err != nil {
		return fmt.Errorf("%w: %w", errNotCosigned, err)
	}
	return sendText(w, note)
}

// checkpointKey answers the public key of checkpoints.
func (s *server) checkpointKey(w http.ResponseWriter, _ *http.Request) error {
	signer, err := s.signer()
	if err != nil {
		return err
	}
	key, err := signer.Key()
	if err != nil {
		return err
	}
	return sendText(w, []byte(key.String()+"\n"))
}

// receipt proves that an event is in the log.
func (s *server) receipt(w http.ResponseWriter, r *http.Request) error {
	signer, err := s.signer()
	if err != nil {
		return err
	}
	size, given, err := parametersOf(r).size("size")
	if err == nil && given && size == 0 {
		err = badParameter("size", "there is nothing in a log of 0 records")
	}
	if err != nil {
		return err
	}
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return query.ErrNotFound
	}
	seq, found, err := s.Log.Find(id)
	if err == nil && !found {
		err = query.ErrNotFound
	}
	if err != nil {
		return err
	}
	receipt, err := signer.Receipt(seq, size)
	if err != nil {
		return err
	}
	return sendText(w, receipt.Text())
}

// consistency proves that the log only grew.
func (s *server) consistency(w http.ResponseWriter, r *http.Request) error {
	signer, err := s.signer()
	if err != nil {
		return err
	}
	p := parametersOf(r)
	older, given, err := p.size("old")
	if err == nil && !given {
		err = badParameter("old", "the size that the log had is needed")
	}
	if err != nil {
		return err
	}
	newer, given, err := p.size("new")
	if err == nil && given && (newer == 0 || newer < older) {
		err = badParameter("new", "%d is 0 or below %d", newer, older)
	}
	if err != nil {
		return err
	}
	c, err := signer.Consistency(older, newer)
	if err != nil {
		return err
	}
	return sendText(w, c.Text())
}

// size is a number of records.
func (p parameters) size(name string) (size ledger.Seq, given bool, err error) {
	text := p.get(name)
	if text == "" {
		return 0, false, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, false, badParameter(name, "%q is not a number of records", text)
	}
	return ledger.Seq(n), true, nil
}
