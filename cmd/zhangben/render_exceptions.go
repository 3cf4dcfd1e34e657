package main

import (
	"encoding/json"
	"fmt"
	"io"

	"zhangben/projections/query"
)

func renderExceptions(w io.Writer, answer []byte) error {
	var page query.ExceptionPage
	if err := json.Unmarshal(answer, &page); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	list := &table{head: []string{"account", "contract", "code", "event", "what"}}
	for _, x := range page.Exceptions {
		list.add(x.AccountID, orDash(x.ContractID), string(x.Code), x.EventID, x.Message)
	}
	if err := list.write(w, ""); err != nil || page.Next == nil {
		return err
	}
	_, err := fmt.Fprintf(w, "there are more: --after %s\n", visible(*page.Next))
	return err
}
