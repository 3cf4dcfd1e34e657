package api

import (
	"zhangben/events"
	"zhangben/projections"
	"zhangben/projections/query"
)

func text() object { return object{"type": "string"} }

func sizeSchema() object { return object{"type": "integer", "minimum": 0} }

func identSchema() object {
	return object{"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"}
}

// queryParameters are the schemas of the parameters in query strings. One under a path and a name is of that path only.
var queryParameters = map[string]object{
	"as_of":               text(),
	"known_at":            text(),
	"limit":               {"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit},
	"after":               text(),
	"status":              oneOfWords(query.Statuses),
	"/v1/rejected status": oneOfWords(query.RejectionStatuses),
	"flag":                oneOfWords(query.Flags),
	"account_id":          identSchema(),
	"contract_id":         identSchema(),
	"kind":                oneOfWords(kindNames()),
	"figure":              oneOfWords(projections.ExplainedFigures),
	"why_not":             oneOfWords(projections.Questions),
	"size":                sizeSchema(),
	"old":                 sizeSchema(),
	"new":                 sizeSchema(),
	"follow":              {"type": "boolean", "default": false},
}

// pathParameters are the schemas of the parameters in addresses.
var pathParameters = map[string]object{
	"contract_id":  text(),
	"account_id":   text(),
	"id":           {"type": "string", "format": "uuid"},
	"rejection_id": {"type": "integer", "minimum": 0},
	"schema":       text(),
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
		"required": true,
		"description": "One event in structured mode, a batch, or in binary mode the data of an event whose attributes are " +
			"in headers ce-*.",
		"content": object{
			"application/cloudevents+json": object{"schema": reference("CloudEvent")},
			"application/cloudevents-batch+json": object{
				"schema": object{"type": "array", "maxItems": maxBatch, "items": reference("CloudEvent")},
			},
			"application/json": object{"schema": object{"anyOf": data}},
		},
	}
}
