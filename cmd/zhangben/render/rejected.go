package render

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"zhangben/projections/query"
)

// Closure says how a message was closed, when and by whom; a dash where it is open.
func Closure(c *query.Closure) string {
	if c == nil {
		return "-"
	}
	text := string(c.How) + " " + c.At.String()
	if c.By != nil {
		text += " by " + *c.By
	}
	text += fmt.Sprintf(", record %d", c.Seq)
	if c.Reason != "" {
		text += ": " + c.Reason
	}
	return text
}

// Rejected prints a page of refused messages.
var Rejected = view(func(w io.Writer, page *query.RejectionPage) error {
	list := &Table{head: []string{"id", "received", "code", "where", "what"}, right: []bool{true}}
	anyClosed := slices.ContainsFunc(page.Rejected, func(x query.Rejection) bool { return x.Closed != nil })
	if anyClosed {
		list.head = append(list.head, "closed")
	}
	for _, x := range page.Rejected {
		cells := []string{strconv.FormatUint(x.ID, 10), x.Received.String(), string(x.Code), OrDash(x.Pointer), x.Message}
		if anyClosed {
			cells = append(cells, Closure(x.Closed))
		}
		list.Add(cells...)
	}
	if err := list.Write(w, ""); err != nil || page.Next == nil {
		return err
	}
	_, err := fmt.Fprintf(w, "there are more: --after %d\n", *page.Next)
	return err
})

// Rejection prints one refused message whole.
var Rejection = view(func(w io.Writer, x *query.Rejection) error {
	what := new(Table)
	what.Add("rejection", strconv.FormatUint(x.ID, 10))
	what.Add("received", x.Received.String())
	what.Add("subject", x.Subject)
	what.Add("event", OrDash(x.EventID))
	what.Add("code", string(x.Code))
	what.Add("where", OrDash(x.Pointer))
	what.Add("what", x.Message)
	if x.Closed != nil {
		what.Add("closed", Closure(x.Closed))
	}
	header := new(Table)
	for _, name := range slices.Sorted(maps.Keys(x.Header)) {
		for _, value := range x.Header[name] {
			header.Add(name, value)
		}
	}
	body := new(Table)
	switch {
	case x.Body != nil:
		for line := range strings.Lines(*x.Body) {
			body.Add(strings.TrimRight(line, "\r\n"))
		}
	case x.BodyBase64 != nil:
		body.Add("base64 " + *x.BodyBase64)
	}
	return writeSections(w, section{"", what}, section{"header", header},
		section{fmt.Sprintf("body, %d bytes", x.Size), body})
})
