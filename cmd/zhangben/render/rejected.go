package render

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// RejectedMessage is a refused message as it is printed; the code's type is the API's business.
type RejectedMessage struct {
	ID         uint64              `json:"rejection_id"`
	Received   string              `json:"received_at"`
	Subject    string              `json:"subject"`
	EventID    string              `json:"event_id"`
	Code       string              `json:"code"`
	Pointer    string              `json:"pointer"`
	Message    string              `json:"message"`
	Size       int                 `json:"body_bytes"`
	Header     map[string][]string `json:"header"`
	Body       *string             `json:"body"`
	BodyBase64 *string             `json:"body_base64"`
	Closed     *Closure            `json:"closed"`
}

// Closure is why nothing needs to be done about a refused message any more.
type Closure struct {
	How    string  `json:"how"`
	Reason string  `json:"reason"`
	At     string  `json:"at"`
	By     *string `json:"by"`
	Seq    uint64  `json:"seq"`
}

// String says how a message was closed, when and by whom; a dash where it is open.
func (c *Closure) String() string {
	if c == nil {
		return "-"
	}
	text := c.How + " " + c.At
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
func Rejected(w io.Writer, answer []byte) error {
	var page struct {
		Rejected []RejectedMessage `json:"rejected"`
		Next     *uint64           `json:"next"`
	}
	if err := decode(answer, &page); err != nil {
		return err
	}
	list := &Table{head: []string{"id", "received", "code", "where", "what"}, right: []bool{true}}
	closed := slices.ContainsFunc(page.Rejected, func(x RejectedMessage) bool { return x.Closed != nil })
	if closed {
		list.head = append(list.head, "closed")
	}
	for _, x := range page.Rejected {
		cells := []string{strconv.FormatUint(x.ID, 10), x.Received, x.Code, OrDash(x.Pointer), x.Message}
		if closed {
			cells = append(cells, x.Closed.String())
		}
		list.Add(cells...)
	}
	if err := list.Write(w, ""); err != nil || page.Next == nil {
		return err
	}
	_, err := fmt.Fprintf(w, "there are more: --after %d\n", *page.Next)
	return err
}

// Rejection prints one refused message whole.
func Rejection(w io.Writer, answer []byte) error {
	var x RejectedMessage
	if err := decode(answer, &x); err != nil {
		return err
	}
	what := new(Table)
	what.Add("rejection", strconv.FormatUint(x.ID, 10))
	what.Add("received", x.Received)
	what.Add("subject", x.Subject)
	what.Add("event", OrDash(x.EventID))
	what.Add("code", x.Code)
	what.Add("where", OrDash(x.Pointer))
	what.Add("what", x.Message)
	if x.Closed != nil {
		what.Add("closed", x.Closed.String())
	}
	header := new(Table)
	for _, name := range sortedNames(x.Header) {
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
	return writeSections(w, section{"", what}, section{"header", header}, section{fmt.Sprintf("body, %d bytes", x.Size), body})
}

func sortedNames(header map[string][]string) (names []string) {
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
