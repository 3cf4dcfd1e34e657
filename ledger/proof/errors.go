package proof

import "errors"

// Why something does not verify.
var (
	// ErrForm says that a text is not of the form described in doc.go.
	ErrForm = errors.New("malformed")
	// ErrSignature says that a checkpoint was not signed by the key for its log.
	ErrSignature = errors.New("not signed by this key")
	// ErrNotIncluded says that the record is not in the log at that place.
	ErrNotIncluded = errors.New("the record is not in the log that was signed")
	// ErrInconsistent says that one log did not grow out of the other.
	ErrInconsistent = errors.New("the newer log does not begin with the older one")
)
