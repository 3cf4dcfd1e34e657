package api

import (
	"fmt"
	"strings"

	"zhangben/events"
	"zhangben/projections/query"
)

// schema answers the JSON Schema of a kind of event, or of any.
func (s *server) schema(q *request) (any, error) {
	file := q.PathValue("schema")
	name, ok := strings.CutSuffix(file, ".json")
	document, known := events.SchemaDocument(name)
	if !ok || !known {
		return nil, fmt.Errorf("schema %q: %w", file, query.ErrNotFound)
	}
	return jsonSchema(document), nil
}
