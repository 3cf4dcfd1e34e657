package api

import (
	"encoding/json"
	"reflect"
	"strings"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/ledger"
	"zhangben/projections"
	"zhangben/projections/query"
)

// schemas collects the JSON Schemas of answers, by the names of their types.
type schemas struct{ byName object }

func newSchemas() *schemas { return &schemas{byName: object{}} }

// leaves are the types whose JSON is not what their Go type suggests.
var leaves = map[reflect.Type]object{
	reflect.TypeFor[money.Fen]():                 {"type": "string", "pattern": `^-?[0-9]+\.[0-9]{2}$`, "description": "yuan"},
	reflect.TypeFor[query.Sum]():                 {"type": "string", "pattern": `^-?[0-9]+\.[0-9]{2}$`, "description": "yuan"},
	reflect.TypeFor[civil.Instant]():             {"type": "string", "format": "date-time"},
	reflect.TypeFor[civil.Date]():                {"type": "string", "format": "date"},
	reflect.TypeFor[json.RawMessage]():           {"type": "object", "description": "a CloudEvent"},
	reflect.TypeFor[projections.Status]():        schemaOfStatus(),
	reflect.TypeFor[projections.Flag]():          schemaOfFlag(),
	reflect.TypeFor[projections.ExceptionCode](): {"type": "string"},
	reflect.TypeFor[events.Code]():               {"type": "string"},
	reflect.TypeFor[ledger.Outcome]():            {"type": "string", "enum": []string{"appended", "duplicate", "rejected"}},
	reflect.TypeFor[projections.Question]():      schemaOfQuestion(),
	reflect.TypeFor[projections.Seconds]():       {"type": "number"},
}

func schemaOfStatus() object { return object{"type": "string", "enum": query.Statuses} }

func schemaOfFlag() object { return object{"type": "string", "enum": query.Flags} }

func schemaOfQuestion() object { return object{"type": "string", "enum": projections.Questions} }

func reference(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// oneOf is a route's answer that has one of several types.
type oneOf []any

// of gives the schema of a value's type.
func (s *schemas) of(value any) object {
	choices, ok := value.(oneOf)
	if !ok {
		return s.ofType(reflect.TypeOf(value))
	}
	var list []object
	for _, choice := range choices {
		list = append(list, s.of(choice))
	}
	return object{"oneOf": list}
}

func (s *schemas) ofType(t reflect.Type) object {
	if leaf, ok := leaves[t]; ok {
		return leaf
	}
	switch t.Kind() {
	case reflect.Pointer:
		return orNull(s.ofType(t.Elem()))
	case reflect.Slice:
		return object{"type": "array", "items": s.ofType(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.ofType(t.Elem())}
	case reflect.Struct:
		return s.ofStruct(t)
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	}
	return object{"type": "integer"}
}

// ofStruct puts a struct's schema beside the others and refers to it.
func (s *schemas) ofStruct(t reflect.Type) object {
	name := strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
	if _, known := s.byName[name]; known {
		return reference(name)
	}
	properties := object{}
	var required []string
	s.byName[name] = nil // so that a type may hold itself
	for _, field := range reflect.VisibleFields(t) {
		tag, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag == "-" || tag == "" {
			continue
		}
		properties[tag] = s.ofField(field.Type, options == "omitempty")
		if options != "omitempty" {
			required = append(required, tag)
		}
	}
	s.byName[name] = object{"type": "object", "properties": properties, "required": required}
	return reference(name)
}

// ofField gives the schema of a field. One that is left out when it is nil is never null, nor are elements of lists.
func (s *schemas) ofField(t reflect.Type, leftOut bool) object {
	switch {
	case t.Kind() == reflect.Pointer && leftOut:
		return s.ofType(t.Elem())
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Pointer:
		return object{"type": "array", "items": s.ofType(t.Elem().Elem())}
	}
	return s.ofType(t)
}

func orNull(schema object) object {
	return object{"anyOf": []object{schema, {"type": "null"}}}
}
