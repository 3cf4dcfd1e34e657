package api

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"sync"

	"zhangben/events"
	"zhangben/events/glossary"
	"zhangben/projections/query"
)

// object is a JSON object of the document; encoding/json sorts its names.
type object = map[string]any

var pathParameter = regexp.MustCompile(`\{([a-z_]+)\}`)

// OpenAPI returns the OpenAPI 3.1 document of all that is served, made once.
func OpenAPI() []byte { return openAPI() }

var openAPI = sync.OnceValue(func() []byte { return describe(new(server).routes()) })

// describe makes the document of a table of routes.
func describe(routes []route) []byte {
	schemas := newSchemas()
	schemas.of(Problem{})
	schemas.addEvents()
	paths := object{}
	for _, route := range routes {
		operations, ok := paths[route.path].(object)
		if !ok {
			operations = object{}
			paths[route.path] = operations
		}
		operations[strings.ToLower(route.method)] = route.operation(schemas)
	}
	return marshalDocument(object{
		"openapi": "3.1.0",
		"info": object{"title": "zhangben", "version": "v1", "summary": "A billing ledger (账本).",
			"description": aboutHTTP},
		"servers": []object{{"url": "/", "description": "This server."}},
		"tags":    tags,
		"paths":   paths,
		"components": object{
			"schemas":   schemas.byName,
			"responses": problemResponses(),
			"securitySchemes": object{"token": object{
				"type": "http", "scheme": "bearer",
				"description": "A line of the server's file of tokens. Without such a file none is asked for.",
			}},
		},
	})
}

const aboutHTTP = "Money is a string in yuan with two decimals; instants are RFC 3339 in Shanghai time; dates are " +
	"days in Shanghai. Figures have two clocks: as_of, the business instant asked about, and known_at, what the ledger " +
	"knew. Errors are application/problem+json (RFC 9457) with a code. Fields are only ever added."

// tags group the operations by the first word of their paths after /v1.
var tags = []object{
	{"name": "figures", "description": "What follows from the events: contracts, accounts, totals, exceptions, previews."},
	{"name": "events", "description": "The log of events, what was refused, and proofs."},
	{"name": "operation", "description": "What operators ask for."},
}

// marshalDocument spells a document. It holds texts, numbers and booleans only, so this cannot fail.
func marshalDocument(document object) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(document)
	return text.Bytes()
}

// operation describes one route.
func (route *route) operation(schemas *schemas) object {
	operation := object{
		"summary":     route.summary,
		"description": route.description(),
		"operationId": route.operationID(),
		"tags":        []string{route.tag()},
		"responses":   route.responses(schemas),
	}
	if parameters := route.parameters(); len(parameters) > 0 {
		operation["parameters"] = parameters
	}
	if route.role != anybody {
		operation["security"] = []object{{}, {"token": []string{}}}
	}
	if body := bodies[route.pattern()]; body != nil {
		operation["requestBody"] = body(schemas)
	}
	return operation
}

func (route *route) description() string {
	text := notes[route.pattern()]
	if text == "" {
		text = route.summary + "."
	}
	if route.role == anybody {
		return text + " Needs no token."
	}
	return text + " Where tokens are in use, needs the role " + route.role.String() + "."
}

func (route *route) tag() string {
	path := strings.TrimPrefix(route.path, "/v1/")
	first, _, _ := strings.Cut(path, "/")
	switch first {
	case "contracts", "accounts", "totals", "terms", "exceptions", "preview":
		return "figures"
	case "events", "rejected", "checkpoint", "consistency":
		return "events"
	}
	return "operation"
}

// responses describes the answer, and the problems there can be instead.
func (route *route) responses(schemas *schemas) object {
	responses := object{"200": object{"description": "The answer.", "content": route.content(schemas)}}
	for _, status := range route.problemStatuses() {
		responses[statusKey(status)] = object{"$ref": "#/components/responses/" + responseName(status)}
	}
	return responses
}

func (route *route) content(schemas *schemas) object {
	switch route.answer.(type) {
	case binary:
		return object{"application/octet-stream": object{}}
	case plainText:
		return object{"text/plain": object{"schema": text()}}
	case jsonSchema:
		return object{schemaType: object{"schema": object{"type": "object"}}}
	case document:
		return object{"application/json": object{"schema": object{"type": "object"}}}
	}
	content := object{"application/json": object{"schema": schemas.of(route.answer)}}
	if row := lines[route.pattern()]; row != nil {
		content[ndjson] = object{"schema": schemas.of(row)}
	}
	return content
}

// lines are what routes answer one a line, where they are asked for application/x-ndjson or for more than one answer.
var lines = map[string]any{
	"GET /v1/events":   query.Row{},
	"GET /v1/rejected": query.Rejection{},
	"POST /v1/preview": query.ImpactRow{},
}

func (route *route) parameters() []object {
	var all []object
	for _, match := range pathParameter.FindAllStringSubmatch(route.path, -1) {
		name := match[1]
		all = append(all, parameter(name, "path", glossary.Meaning("address", name).Both(), pathParameters[name]))
	}
	for _, name := range route.params {
		own := route.nameOf(name)
		all = append(all, parameter(name, "query", glossary.Meaning("parameter", own).Both(), queryParameters[own]))
	}
	if route.pattern() == "POST /v1/events" {
		for _, name := range []string{"specversion", "id", "source", "type", "subject", "time"} {
			all = append(all, parameter("ce-"+name, "header", "In binary mode: "+events.Meaning(name), text()))
		}
	}
	return all
}

// nameOf returns the name of a parameter in the tables: those of one path only have it before them.
func (route *route) nameOf(parameter string) string {
	if own := route.path + " " + parameter; queryParameters[own] != nil {
		return own
	}
	return parameter
}

func parameter(name, in, meaning string, schema object) object {
	one := object{"name": name, "in": in, "description": meaning, "schema": schema}
	if in == "path" {
		one["required"] = true
	}
	return one
}

// operationID makes a name of a route: GET /v1/contracts/{contract_id} is get_contracts_by_contract_id.
func (route *route) operationID() string {
	path := strings.TrimPrefix(strings.TrimPrefix(route.path, "/v1"), "/")
	path = pathParameter.ReplaceAllString(path, "by_$1")
	return strings.ToLower(route.method) + "_" + strings.NewReplacer("/", "_", ".", "_").Replace(path)
}

func (s *server) openAPIDocument(*request) (any, error) { return document(s.openAPI), nil }
