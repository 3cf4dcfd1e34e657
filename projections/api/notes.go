package api

import (
	"slices"

	"zhangben/events"
	"zhangben/events/glossary"
)

// fieldMeaning says what a field of a schema means: a meaning under "Schema.field" is of this schema only.
func fieldMeaning(schema, field string) string {
	if own := glossary.Meaning("field", schema+"."+field).Both(); own != "" {
		return own
	}
	if slices.Contains(eventFields, field) {
		return events.Meaning(field)
	}
	return glossary.Meaning("field", field).Both()
}

// eventFields are the fields of answers that mean what they mean in events.
var eventFields = []string{"account_id", "contract_id", "product", "quantity", "currency", "mode", "claim_id",
	"claim_kind", "recordedtime"}

// notes describe routes of which their summary says too little.
var notes = map[string]string{
	"GET /v1/contracts/{contract_id}": "The figures of one contract. 404 where it has no effective event at the two " +
		"clocks; 409 where several accounts have a contract of the id: choose one with account_id.",
	"POST /v1/events": "Takes in one event or a batch of up to 1,000 and 1 MiB, and answers when each is durable in the " +
		"log, or refused. The status is 200 even where events were refused: look at each outcome. Sending the same again " +
		"is safe. In binary mode the attributes are in headers ce-*, and the body is the event's data. A body that is not " +
		"JSON is answered with 400 and kept among the rejected.",
	"GET /v1/events": "Records of the log in order. With Accept: application/x-ndjson, or follow=true, one row a line.",
	"GET /v1/rejected": "What was refused, oldest first. With Accept: application/x-ndjson the messages whole, one a " +
		"line.",
	"POST /v1/preview": "Figures without and with events and terms that might be; nothing is written. With all, every " +
		"account is compared: one row a line.",
	"POST /v1/rejected/{rejection_id}/retry": "Sends a refused message through the stream again, as it was. Where it is " +
		"in the log then, it is closed.",
	"POST /v1/rejected/{rejection_id}/dismiss": "Closes a refused message: nothing needs to be done about it. Every " +
		"instance that reads the stream closes it.",
	"GET /v1/totals": "Sums over all accounts.",
}
