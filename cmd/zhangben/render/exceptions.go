package render

import (
	"fmt"
	"io"

	"zhangben/projections/query"
)

// Exceptions prints a page of exceptions.
var Exceptions = view(func(w io.Writer, page *query.ExceptionPage) error {
	list := &Table{head: []string{"account", "contract", "code", "event", "what"}}
	for _, x := range page.Exceptions {
		list.Add(x.AccountID, OrDash(x.ContractID), string(x.Code), x.EventID, x.Message)
	}
	if err := list.Write(w, ""); err != nil || page.Next == nil {
		return err
	}
	_, err := fmt.Fprintf(w, "there are more: --after %s\n", Visible(*page.Next))
	return err
})
