package render

import (
	"io"
	"strconv"

	"zhangben/projections/api"
)

// Verification prints what a check of the log found.
func Verification(w io.Writer, v *api.Verification, asJSON bool) error {
	what := new(Table)
	what.Add("records", strconv.FormatUint(v.Records, 10))
	what.Add("duplicates", strconv.FormatUint(v.Duplicates, 10))
	what.Add("rejected", strconv.FormatUint(v.Rejected, 10))
	what.Add("root", v.Root)
	problems := new(Table)
	for _, p := range v.Problems {
		problems.Add(p.Where, p.What)
	}
	return JSONOr(w, asJSON, v, func(w io.Writer) error {
		return writeSections(w, section{"", what}, section{"problems", problems})
	})
}
