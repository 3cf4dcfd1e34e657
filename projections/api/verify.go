package api

import (
	"errors"

	"zhangben/ledger"
)

// errBusy says that a verification is under way already.
var errBusy = errors.New("the log is being verified already: wait for the end of it")

// Verification is what checking the whole log found.
type Verification struct {
	OK         bool             `json:"ok"`
	Records    uint64           `json:"records"`
	Duplicates uint64           `json:"duplicates"`
	Rejected   uint64           `json:"rejected"`
	Root       string           `json:"root"` // of the tree of all records, worked out from them, in base64
	Problems   []ledger.Problem `json:"problems"`
}

// VerificationOf spells a report.
func VerificationOf(r *ledger.Report) Verification {
	return Verification{OK: r.OK(), Records: uint64(r.Records), Duplicates: r.Duplicates, Rejected: r.Rejected,
		Root: r.Root.String(), Problems: append([]ledger.Problem{}, r.Problems...)}
}

// verify checks the log while it is in use, and the totals kept at hand. It takes long, so one at a time, and without a
// bound on the answer.
func (s *server) verify(q *request) (any, error) {
	if !s.verifying.TryLock() {
		return nil, errBusy
	}
	defer s.verifying.Unlock()
	ctx, _, cancel := s.unhurried(q)
	defer cancel()
	report, err := s.Log.Verify(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.reader.CheckTotals(ctx, s.Now)
	if found != "" {
		report.Problems = append(report.Problems, ledger.Problem{Where: "totals", What: found})
	}
	return VerificationOf(&report), err
}
