package api

import (
	"zhangben/events"
	"zhangben/projections"
	"zhangben/projections/query"
)

// described is a schema and what the thing is that has it.
type described struct {
	text   string
	schema object
}

func text() object { return object{"type": "string"} }

func sizeSchema() object { return object{"type": "integer", "minimum": 0} }

func identSchema() object {
	return object{"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"}
}

// queryParameters are the parameters in query strings: what they say and how they look. One under a path and a name is of
// that path only.
var queryParameters = map[string]described{
	"as_of": {"The business instant asked about: RFC 3339 with an offset (write + as %2B), or a date, which means its 24:00 in Shanghai. " +
		"Default: now.", text()},
	"known_at": {"What the ledger knew: a sequence number, or an instant of recorded time, inclusive. Default: everything.", text()},
	"limit": {"How many rows at most.",
		object{"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit}},
	"after":  {"Where to go on: the value of next in the answer before.", text()},
	"status": {"Only contracts of this status.", oneOfWords(query.Statuses)},
	"/v1/rejected status": {"Only refused messages about which something is to be done, or nothing any more. Default: open.",
		oneOfWords(query.RejectionStatuses)},
	"flag":        {"Only contracts with this flag.", oneOfWords(query.Flags)},
	"account_id":  {"Only what belongs to this customer account.", identSchema()},
	"contract_id": {"Only what concerns this contract.", identSchema()},
	"kind":        {"Only events of this kind.", oneOfWords(kindNames())},
	"figure":      {"Only the lines of this figure.", oneOfWords(projections.ExplainedFigures)},
	"why_not":     {"Ask instead why this is not so, condition by condition.", oneOfWords(projections.Questions)},
	"size": {"How many records of the log: a checkpoint or a proof of as many. Default: what was signed last where that suffices, and else all.",
		sizeSchema()},
	"old":    {"How many records the log had.", sizeSchema()},
	"new":    {"How many records the log has. Default: all there are.", sizeSchema()},
	"follow": {"Go on sending rows one a line as the log grows, until the client goes.", object{"type": "boolean", "default": false}},
}

// pathParameters are the parameters in addresses.
var pathParameters = map[string]described{
	"contract_id":  {"The contract.", text()},
	"account_id":   {"The customer account.", text()},
	"id":           {"The event's id.", object{"type": "string", "format": "uuid"}},
	"rejection_id": {"The rejection's number, as lists of rejections have it.", object{"type": "integer", "minimum": 0}},
	"schema":       {"The name of a kind of event, or event for any, and .json: contract.paid.json.", text()},
}

// kindNames lists the kinds of events.
func kindNames() (names []string) {
	for _, kind := range events.Kinds() {
		names = append(names, kind.String())
	}
	return names
}

// bodies describe what is posted, by route.
var bodies = map[string]func(*schemas) object{
	"POST /v1/events":                          eventsBody,
	"POST /v1/preview":                         func(*schemas) object { return jsonBody(schemaOfPreview()) },
	"POST /v1/rejected/{rejection_id}/dismiss": func(s *schemas) object { return jsonBody(s.of(Dismissal{})) },
	"POST /v1/stream/purge":                    func(s *schemas) object { return jsonBody(s.of(heldBody)) },
}

func jsonBody(schema object) object {
	return object{"required": true, "content": object{"application/json": object{"schema": schema}}}
}

// eventsBody describes one structured event, a batch of them, or the data of an event whose attributes are in headers.
func eventsBody(*schemas) object {
	var data []object
	for _, kind := range events.Kinds() {
		data = append(data, reference(dataName(kind)))
	}
	return object{
		"required":    true,
		"description": "One event in structured mode, a batch, or in binary mode the data of an event whose attributes are in headers ce-*.",
		"content": object{
			"application/cloudevents+json": object{"schema": reference("CloudEvent")},
			"application/cloudevents-batch+json": object{
				"schema": object{"type": "array", "maxItems": maxBatch, "items": reference("CloudEvent")},
			},
			"application/json": object{"schema": object{"anyOf": data}},
		},
	}
}
