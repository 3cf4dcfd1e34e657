package api

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"zhangben/events"
	"zhangben/projections/query"
)

// object is a JSON object of the document; encoding/json sorts its names.
type object = map[string]any

// described are the query parameters: what they say and how they look.
var described = map[string]object{
	"as_of": parameter("The business instant asked about: RFC 3339 with an offset (write + as %2B), or a date, which means its 24:00 in Shanghai. Default: now.",
		object{"type": "string"}),
	"known_at": parameter("What the ledger knew: a sequence number, or an instant of recorded time, inclusive. Default: everything.",
		object{"type": "string"}),
	"limit": parameter("How many rows at most.",
		object{"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit}),
	"after":       parameter("Where to go on: the value of next in the answer before.", object{"type": "string"}),
	"status":      parameter("Only contracts of this status.", schemaOfStatus()),
	"flag":        parameter("Only contracts with this flag.", schemaOfFlag()),
	"account_id":  parameter("Only what belongs to this customer account.", identSchema()),
	"contract_id": parameter("Only what concerns this contract.", identSchema()),
	"kind":        parameter("Only events of this kind, such as contract.paid.", object{"type": "string"}),
	"why_not":     parameter("Ask instead why this is not so, condition by condition.", schemaOfQuestion()),
	"size":        parameter("How many records of the log: a checkpoint or a proof of as many. Default: what was signed last where that suffices, and else all.", sizeSchema()),
	"old":         parameter("How many records the log had.", sizeSchema()),
	"new":         parameter("How many records the log has. Default: all there are.", sizeSchema()),
	"follow":      parameter("Go on sending rows one a line as the log grows, until the client goes.", object{"type": "boolean", "default": false}),
}

func parameter(description string, schema object) object {
	return object{"in": "query", "description": description, "schema": schema}
}

func sizeSchema() object { return object{"type": "integer", "minimum": 0} }

func identSchema() object {
	return object{"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"}
}

var pathParameter = regexp.MustCompile(`\{([a-z_]+)\}`)

// openAPI makes the OpenAPI 3.1 document of a table of routes.
func openAPI(routes []route) []byte {
	schemas := newSchemas()
	paths := object{}
	for _, route := range routes {
		operations, ok := paths[route.path].(object)
		if !ok {
			operations = object{}
			paths[route.path] = operations
		}
		operations[strings.ToLower(route.method)] = route.operation(schemas)
	}
	schemas.of(Problem{})
	document, _ := json.MarshalIndent(object{
		"openapi": "3.1.0",
		"info": object{"title": "zhangben", "version": "v1",
			"description": "Money is a string in yuan with two decimals; instants are in Shanghai time. Errors are problem+json (RFC 9457)."},
		"paths": paths,
		"components": object{
			"schemas":         schemas.byName,
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}},
		},
	}, "", "  ") // texts, numbers and booleans only: it cannot fail
	return append(document, '\n')
}

// operation describes one route.
func (route route) operation(schemas *schemas) object {
	operation := object{
		"summary":     route.summary,
		"operationId": operationID(route),
		"responses": object{
			"200":     object{"description": "The answer", "content": route.content(schemas)},
			"default": object{"description": "What went wrong", "content": object{"application/problem+json": object{"schema": reference("Problem")}}},
		},
	}
	if parameters := route.parameters(); len(parameters) > 0 {
		operation["parameters"] = parameters
	}
	if route.role != anybody {
		operation["security"] = []object{{}, {"token": []string{}}}
		operation["description"] = "Where tokens are in use, needs the role " + route.role.String() + "."
	}
	if route.method == http.MethodPost && route.role < events.Finance {
		operation["requestBody"] = object{"required": true, "content": route.body()}
	}
	return operation
}

// body describes what is posted.
func (route route) body() object {
	if route.path == "/v1/preview" {
		return object{"application/json": object{"schema": schemaOfPreview()}}
	}
	return object{
		"application/cloudevents+json":       object{"schema": object{"type": "object"}},
		"application/cloudevents-batch+json": object{"schema": object{"type": "array", "maxItems": maxBatch, "items": object{"type": "object"}}},
	}
}

func (route route) content(schemas *schemas) object {
	switch {
	case route.answer == any(binary{}):
		return object{"application/octet-stream": object{"schema": object{"type": "string", "format": "binary"}}}
	case route.answer == any(plainText{}):
		return object{"text/plain": object{"schema": object{"type": "string"}}}
	case route.answer == nil:
		return object{"application/json": object{"schema": object{"type": "object"}}}
	}
	content := object{"application/json": object{"schema": schemas.of(route.answer)}}
	if slices.Contains(route.params, "follow") {
		content[ndjson] = object{"schema": schemas.of(query.Row{})}
	}
	if route.path == "/v1/preview" {
		content[ndjson] = object{"schema": schemas.of(query.ShadowRow{})}
	}
	return content
}

func (route route) parameters() []object {
	var all []object
	for _, match := range pathParameter.FindAllStringSubmatch(route.path, -1) {
		all = append(all, object{"name": match[1], "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	for _, name := range route.params {
		one := object{"name": name}
		for key, value := range described[name] {
			one[key] = value
		}
		all = append(all, one)
	}
	return all
}

// operationID makes a name of a route: GET /v1/contracts/{contract_id} is get_contracts_by_contract_id.
func operationID(route route) string {
	path := strings.TrimPrefix(strings.TrimPrefix(route.path, "/v1"), "/")
	path = pathParameter.ReplaceAllString(path, "by_$1")
	return strings.ToLower(route.method) + "_" + strings.NewReplacer("/", "_", ".", "_").Replace(path)
}

func (s *server) document(w http.ResponseWriter, _ *http.Request) error {
	send(w, http.StatusOK, "application/json", s.openAPI)
	return nil
}
