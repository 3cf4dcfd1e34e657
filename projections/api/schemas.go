package api

import (
	"fmt"
	"net/http"
	"strings"

	"zhangben/events"
	"zhangben/projections/query"
)

// jsonSchema is the type of answers that are JSON Schemas.
type jsonSchema struct{}

const schemaType = "application/schema+json"

// schema answers the JSON Schema of a kind of event, or of any.
func (s *server) schema(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("schema")
	name, ok := strings.CutSuffix(file, ".json")
	document, known := events.SchemaDocument(name)
	if !ok || !known {
		return fmt.Errorf("schema %q: %w", file, query.ErrNotFound)
	}
	send(w, http.StatusOK, schemaType, document)
	return nil
}
