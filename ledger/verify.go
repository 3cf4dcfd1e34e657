package ledger

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"zhangben/ledger/boltcheck"
)

// Report is what verifying found.
type Report struct {
	Position   Position
	Records    Seq
	Duplicates uint64
	Rejected   uint64
	Root       tlog.Hash // worked out from the records
	Problems   []Problem // none: the ledger is what was written
}

// Problem is one thing that is not as it must be.
type Problem struct {
	Where string `json:"where"` // such as "record 17" or "meta root"
	What  string `json:"what"`
}

// maxProblems is how many problems a report lists.
const maxProblems = 100

// OK reports whether no problem was found.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

func (r *Report) add(where, format string, args ...any) {
	switch {
	case len(r.Problems) < maxProblems:
		r.Problems = append(r.Problems, Problem{where, fmt.Sprintf(format, args...)})
	case len(r.Problems) == maxProblems:
		r.Problems = append(r.Problems, Problem{"the ledger", "has more problems than are listed here"})
	}
}

// Verify checks the ledger of a folder from the pages up: bbolt's own check, and that no page in use is listed as
// free; the checksums; that every record decodes, stands in its place, has an id of its own, and is recorded no
// earlier than the one before; every hash of the tree, and the root; and that each message up to the position became
// exactly one of record, duplicate and rejected. What is wrong stands in the report; the error says that verifying
// itself was not possible, or that ctx is done.
func Verify(ctx context.Context, dir string) (Report, error) {
	return VerifyFile(ctx, filepath.Join(dir, FileName))
}

// VerifyFile checks a ledger that is a file of any name, such as a backup, as Verify does.
func VerifyFile(ctx context.Context, path string) (Report, error) {
	db, err := openPath(path, Options{ReadOnly: true, freePages: true, unchecked: true})
	if errors.Is(err, ErrDamaged) {
		return Report{Problems: []Problem{{"the file", err.Error()}}}, nil
	}
	if err != nil {
		return Report{}, err
	}
	report, err := verify(ctx, db)
	invalid, errMeta := boltcheck.InvalidMeta(path)
	for _, n := range invalid {
		report.add(fmt.Sprintf("meta page %d", n),
			"is not valid: if it was the last commit's, that commit is lost here, and the stream"+
				" brings its messages again")
	}
	return report, errors.Join(err, errMeta, db.Close())
}

// Verify checks the open ledger as of now, as the function of this name does but for the pages that hold nothing:
// reading and appending go on meanwhile.
func (l *Log) Verify(ctx context.Context) (Report, error) {
	return verify(ctx, l.db)
}

// verify walks the ledger in one transaction. A page that cannot be read ends the walk.
func verify(ctx context.Context, db *bolt.DB) (report Report, err error) {
	err = view(db, func(tx *bolt.Tx) error {
		v := verifier{ctx: ctx, tx: tx, report: &report, unwritten: db.IsReadOnly()}
		return v.run()
	})
	if errors.Is(err, ErrDamaged) {
		report.add("the file", "%v", err)
		err = nil
	}
	return report, err
}
