package render

import (
	"fmt"
	"io"

	"zhangben/projections/query"
)

// Exceptions prints a page of exceptions.
func Exceptions(w io.Writer, answer []byte) error {
	var page query.ExceptionPage
	if err := decode(answer, &page); err != nil {
		return err
	}
	list := &Table{head: []string{"account", "contract", "code", "event", "what"}}
	for _, x := range page.Exceptions {
		list.Add(x.AccountID, OrDash(x.ContractID), string(x.Code), x.EventID, x.Message)
	}
	if err := list.Write(w, ""); err != nil || page.Next == nil {
		return err
	}
	_, err := fmt.Fprintf(w, "there are more: --after %s\n", Visible(*page.Next))
	return err
}
