package main

import (
	"encoding/json"
	"io"
	"strconv"

	"zhangben/projections/api"
)

func renderVerification(w io.Writer, v api.Verification, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(v)
	}
	what := new(table)
	what.add("records", strconv.FormatUint(v.Records, 10))
	what.add("duplicates", strconv.FormatUint(v.Duplicates, 10))
	what.add("rejected", strconv.FormatUint(v.Rejected, 10))
	what.add("root", v.Root)
	problems := new(table)
	for _, p := range v.Problems {
		problems.add(p.Where, p.What)
	}
	return writeSections(w, section{"", what}, section{"problems", problems})
}
