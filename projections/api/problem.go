package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
	"zhangben/ledger/witness"
	"zhangben/projections"
	"zhangben/projections/query"
)

// Problem is the body of every error (RFC 9457), as application/problem+json.
type Problem struct {
	Type        string       `json:"type"`
	Title       string       `json:"title"`
	Status      int          `json:"status"`
	Detail      string       `json:"detail"`
	Code        string       `json:"code"`
	Accounts    []string     `json:"account_ids,omitempty"`  // those to choose from, where a contract id is ambiguous
	RejectionID uint64       `json:"rejection_id,omitempty"` // where a refused body is kept
	Pointer     string       `json:"pointer,omitempty"`      // to what is wrong in a preview's body: the first below
	Rejected    []FieldError `json:"rejected,omitempty"`     // all that is wrong with the hypothesis of a preview

	Progress *Progress `json:"progress,omitempty"` // of a question that was not finished in time
}

// Progress is how far a question about all accounts has come: whoever asks again finds what was done.
type Progress struct {
	Done int `json:"done_accounts"`
	Of   int `json:"of_accounts"`
}

// retrySeconds is when to ask again after a 503, as Retry-After says it.
const retrySeconds = "5"

// The errors of the edge itself.
var (
	errNoPath    = errors.New("there is nothing at this address")
	errMethod    = errors.New("the address does not take this method")
	errNotJSON   = errors.New("the media type must be application/json, in UTF-8")
	errMediaType = errors.New("the media type must be application/cloudevents+json or " +
		"application/cloudevents-batch+json, in UTF-8; or headers ce-* carry the attributes, and the body is data")
	errTooLarge   = errors.New("more than 1,000 events or 1 MiB: send less at a time")
	errUnreadable = errors.New("the body is not JSON of the form its media type says")
	errBrokenBody = errors.New("the body ended before it was whole")
	errReadOnly   = errors.New("the ledger is open for reading only: ask a running server")
	errNotTaken   = errors.New("the event did not reach the ledger; send it again, which is safe under the same id")
	errUndecided  = errors.New("stored, verdict unknown: the ledger has not decided in time; send the same again, which " +
		"is safe")
	errNoToken = errors.New("a token is needed: Authorization: Bearer TOKEN, or for commands --token-file or " +
		"$ZHANGBEN_TOKEN")
	errBadToken    = errors.New("the token is not known")
	errExpired     = errors.New("the token has expired: ask for a new one")
	errWrongRole   = errors.New("the token does not allow this")
	errFault       = errors.New("the program failed at this request; its diagnostic log has the stack: please report it")
	errForeignHost = errors.New("without tokens only requests addressed to this machine by a loopback name are answered")
	errCrossOrigin = errors.New("a page of another origin may not do this")
)

// problems is the one table from error to answer; the first row that matches counts.
var problems = []struct {
	is     error
	status int
	code   string
	title  string
}{
	{query.ErrNotFound, http.StatusNotFound, "not_found", "Not found"},
	{ledger.ErrNotFound, http.StatusNotFound, "not_found", "Not found"},
	{checkpoint.ErrNotCosigned, http.StatusNotFound, "not_found", "Not found"},
	{errNoPath, http.StatusNotFound, "no_such_address", "No such address"},
	{errMethod, http.StatusMethodNotAllowed, "method_not_allowed", "Method not allowed"},
	{errParameter, http.StatusBadRequest, "bad_parameter", "Bad parameter"},
	{query.ErrAsOf, http.StatusBadRequest, "bad_parameter", "Bad parameter"},
	{query.ErrKnownAt, http.StatusBadRequest, "bad_parameter", "Bad parameter"},
	{query.ErrCursor, http.StatusBadRequest, "bad_parameter", "Bad parameter"},
	{query.ErrNoSubject, http.StatusBadRequest, "no_subject", "Nothing to preview"},
	{query.ErrImpactEvents, http.StatusBadRequest, "no_subject", "Nothing to preview"},
	{projections.ErrTooMuchToExplain, http.StatusUnprocessableEntity, "too_much_to_explain", "Too much to explain"},
	{errHypothesis, http.StatusBadRequest, "supposed", "Cannot be supposed"},
	{errClosed, http.StatusConflict, "closed", "Closed already"},
	{errReason, http.StatusBadRequest, "bad_reason", "No reason"},
	{errTaken, http.StatusConflict, "conflict", "Id taken"},
	{errUnreadable, http.StatusBadRequest, "unreadable", "Unreadable body"},
	{errBrokenBody, http.StatusBadRequest, "broken_body", "Broken body"},
	{errNotJSON, http.StatusUnsupportedMediaType, "media_type", "Wrong media type"},
	{errMediaType, http.StatusUnsupportedMediaType, "media_type", "Wrong media type"},
	{errTooLarge, http.StatusRequestEntityTooLarge, "too_large", "Too large"},
	{errNoToken, http.StatusUnauthorized, "no_token", "No token"},
	{errBadToken, http.StatusUnauthorized, "bad_token", "Unknown token"},
	{errExpired, http.StatusUnauthorized, "expired_token", "Expired token"},
	{errWrongRole, http.StatusForbidden, "wrong_role", "Not allowed"},
	{errForeignHost, http.StatusForbidden, "foreign_host", "Not allowed"},
	{errCrossOrigin, http.StatusForbidden, "cross_origin", "Not allowed"},
	{errNotReady, http.StatusServiceUnavailable, "not_ready", "Not ready"},
	{ErrNoRoom, http.StatusInsufficientStorage, "no_room", "No room"},
	{ErrPaused, http.StatusServiceUnavailable, "paused", "Paused"},
	{ingest.ErrNotHeld, http.StatusConflict, "not_held", "Not of this ledger"},
	{ingest.ErrStreamGone, http.StatusConflict, "wrong_stream", "Not the right stream"},
	{ingest.ErrDrift, http.StatusConflict, "wrong_stream", "Not the right stream"},
	{ingest.ErrRolledBack, http.StatusConflict, "wrong_stream", "Not the right stream"},
	{ledger.ErrStreamChanged, http.StatusConflict, "wrong_stream", "Not the right stream"},
	{errImpactBusy, http.StatusServiceUnavailable, "busy", "Busy"},
	{errBackingUp, http.StatusServiceUnavailable, "busy", "Busy"},
	{errBusy, http.StatusServiceUnavailable, "busy", "Busy"},
	{errReadOnly, http.StatusServiceUnavailable, "read_only", "Reading only"},
	{replica.ErrDiffers, http.StatusServiceUnavailable, "differs", "Differs from another instance"},
	{replica.ErrBehind, http.StatusConflict, "still_needed", "Still needed"},
	{witness.ErrOtherHistory, http.StatusInternalServerError, "forked", "Contradicts what was signed"},
	{witness.ErrAhead, http.StatusServiceUnavailable, "not_caught_up", "Not come to what was signed"},
	{checkpoint.ErrForked, http.StatusInternalServerError, "forked", "Contradicts what was signed"},
	{checkpoint.ErrNotCaughtUp, http.StatusServiceUnavailable, "not_caught_up", "Not come to what was signed"},
	{checkpoint.ErrNoKey, http.StatusServiceUnavailable, "no_key", "No key"},
	{errNoProofs, http.StatusServiceUnavailable, "no_key", "No key"},
	{errUndecided, http.StatusGatewayTimeout, "verdict_unknown", "Verdict unknown"},
	{errNotCosigned, http.StatusServiceUnavailable, "not_cosigned", "Not cosigned"},
	{errNoWitnesses, http.StatusServiceUnavailable, "no_witnesses", "No witnesses"},
	{context.Canceled, http.StatusServiceUnavailable, "given_up", "Given up"},
	{errFault, http.StatusInternalServerError, "fault", "Fault of the program"},
	{errNotTaken, http.StatusServiceUnavailable, "not_taken", "Not taken"},
	{errRequests, http.StatusServiceUnavailable, "busy", "Busy"},
	{errFollowers, http.StatusServiceUnavailable, "busy", "Busy"},
	{errBodies, http.StatusServiceUnavailable, "busy", "Busy"},
	{errAnswers, http.StatusServiceUnavailable, "busy", "Busy"},
	{errUnfinished, http.StatusServiceUnavailable, "unfinished", "Not finished in time"},
}

// problemOf finds what an error is answered with. What is not in the table is a fault of ours and shows no detail.
func problemOf(err error) Problem {
	if ambiguous, ok := errors.AsType[*query.AmbiguousError](err); ok {
		return Problem{Type: problemType("ambiguous"), Title: "Ambiguous", Status: http.StatusConflict, Code: "ambiguous",
			Detail: ambiguous.Error() + "; choose one with account_id", Accounts: ambiguous.Accounts}
	}
	for _, row := range problems {
		if errors.Is(err, row.is) {
			return Problem{Type: problemType(row.code), Title: row.title, Status: row.status, Code: row.code,
				Detail: err.Error()}
		}
	}
	return Problem{Type: problemType("internal"), Title: "Internal error", Status: http.StatusInternalServerError,
		Code: "internal", Detail: "the ledger could not answer; its diagnostic log says more"}
}

func problemType(code string) string {
	return "urn:zhangben:problem:" + strings.ReplaceAll(code, "_", "-")
}

// fail answers with the problem an error amounts to. After an answer was begun it can only be cut off.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if answer, ok := w.(*answerWriter); ok && answer.status != 0 {
		s.Logger.Error("an answer broke off", "method", r.Method, "path", r.URL.Path, "error", err)
		panic(http.ErrAbortHandler)
	}
	problem := problemOf(err)
	if fields, ok := errors.AsType[*fieldErrors](err); ok {
		problem.Pointer, problem.Rejected = fields.list[0].Pointer, fields.list
	}
	if unfinished, ok := errors.AsType[*query.UnfinishedError](err); ok {
		problem.Progress = &Progress{unfinished.Done, unfinished.Of}
	}
	if kept, ok := errors.AsType[*keptError](err); ok {
		problem.RejectionID = kept.rejectionID
	}
	if problem.Status >= http.StatusInternalServerError && r.Context().Err() == nil {
		s.Logger.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	if problem.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retrySeconds)
	}
	if problem.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="zhangben"`)
	}
	sendProblem(w, problem)
}

func sendProblem(w http.ResponseWriter, problem Problem) {
	body, _ := json.Marshal(problem) // strings and numbers only: it cannot fail
	send(w, problem.Status, "application/problem+json", append(body, '\n'))
}
