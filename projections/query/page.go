package query

import "strconv"

// appendPage spells a part of a list: an object of its rows and the cursor of what follows. No cursor needs escapes.
func appendPage[T interface{ AppendJSON([]byte) []byte }](dst []byte, name string, rows []T, next *string) []byte {
	dst = append(append(append(dst, `{"`...), name...), `":[`...)
	for n, row := range rows {
		if n > 0 {
			dst = append(dst, ',')
		}
		dst = row.AppendJSON(dst)
	}
	dst = append(dst, `],"next":`...)
	if next == nil {
		return append(dst, "null}"...)
	}
	return append(strconv.AppendQuote(dst, *next), '}')
}
