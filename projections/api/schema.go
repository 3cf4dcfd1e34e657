package api

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/glossary"
	"zhangben/events/money"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
	"zhangben/projections"
	"zhangben/projections/query"
)

// schemas collects the JSON Schemas of answers, by name.
type schemas struct {
	byName object
	types  map[string]reflect.Type // what has the name
}

func newSchemas() *schemas { return &schemas{byName: object{}, types: map[string]reflect.Type{}} }

// leaves are the types whose JSON is not what their Go type suggests.
var leaves = map[reflect.Type]object{
	reflect.TypeFor[money.Fen]():           {"type": "string", "pattern": `^-?[0-9]+\.[0-9]{2}$`},
	reflect.TypeFor[query.Sum]():           {"type": "string", "pattern": `^-?[0-9]+\.[0-9]{2}$`},
	reflect.TypeFor[civil.Instant]():       {"type": "string", "format": "date-time"},
	reflect.TypeFor[civil.Date]():          {"type": "string", "format": "date"},
	reflect.TypeFor[json.RawMessage]():     reference("CloudEvent"),
	reflect.TypeFor[projections.Seconds](): {"type": "number"},
	reflect.TypeFor[projections.Terms]():   reference("Params"),
}

// schemaNames are the types whose names say too little outside their packages.
var schemaNames = map[reflect.Type]string{
	reflect.TypeFor[ledger.Outcome]():        "Verdict", // Outcome names its status
	reflect.TypeFor[ledger.Problem]():        "Finding",
	reflect.TypeFor[ingest.Status]():         "StreamStatus",
	reflect.TypeFor[ingest.Held]():           "BackupPosition",
	reflect.TypeFor[ingest.Purged]():         "StreamPurge",
	reflect.TypeFor[replica.Peer]():          "Replica",
	reflect.TypeFor[query.Row]():             "Record",
	reflect.TypeFor[projections.Milestone](): "TimelineEntry",
}

// heldBody is what a purge is asked with.
var heldBody ingest.Held

func reference(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// oneOf is a route's answer that has one of several types.
type oneOf []any

// of returns the schema of a value's type.
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
	if e, ok := enumerations[t]; ok {
		return s.enumeration(e)
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
		return text()
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer", "minimum": 0}
	}
	return object{"type": "integer"}
}

// nameOf returns the name of a type among the schemas: its own, or where another type has that, with its package's.
func (s *schemas) nameOf(t reflect.Type) string {
	if name, ok := schemaNames[t]; ok {
		return name
	}
	name := capitalised(t.Name())
	if other, taken := s.types[name]; taken && other != t {
		return capitalised(t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]) + name
	}
	return name
}

func capitalised(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// ofStruct puts a struct's schema beside the others and refers to it.
func (s *schemas) ofStruct(t reflect.Type) object {
	name := s.nameOf(t)
	if _, known := s.byName[name]; known {
		return reference(name)
	}
	s.byName[name], s.types[name] = nil, t // so that a type may hold itself
	properties, required := object{}, []string{}
	for _, field := range reflect.VisibleFields(t) {
		tag, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag == "-" || tag == "" {
			continue
		}
		properties[tag] = withText(s.ofField(name+"."+tag, field.Type, options == "omitempty"), fieldMeaning(name, tag))
		if options != "omitempty" {
			required = append(required, tag)
		}
	}
	schema := object{"type": "object", "description": glossary.Meaning("object", name).Both(), "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	s.byName[name] = schema
	return reference(name)
}

// ofField returns the schema of a field. One that is left out when it is nil is never null, nor are elements of lists.
func (s *schemas) ofField(name string, t reflect.Type, leftOut bool) object {
	if e, ok := fieldEnumerations[name]; ok {
		schema := s.enumeration(e)
		if t.Kind() == reflect.Pointer && !leftOut {
			return orNull(schema)
		}
		return schema
	}
	switch {
	case t.Kind() == reflect.Pointer && leftOut:
		return s.ofType(t.Elem())
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Pointer:
		return object{"type": "array", "items": s.ofType(t.Elem().Elem())}
	}
	return s.ofType(t)
}

// withText adds what a thing is; a reference may have words beside it.
func withText(schema object, meaning string) object {
	if meaning == "" {
		return schema
	}
	schema = maps.Clone(schema)
	schema["description"] = meaning
	return schema
}

// orNull lets a value be null too.
func orNull(schema object) object {
	if name, ok := schema["type"].(string); ok && schema["enum"] == nil {
		schema = maps.Clone(schema)
		schema["type"] = []string{name, "null"}
		return schema
	}
	return object{"anyOf": []object{schema, {"type": "null"}}}
}

// addEvents adds the kinds of events, an event of any kind, and the parameters of the terms.
func (s *schemas) addEvents() {
	s.addKinds()
	var choices []object
	mapping := object{}
	for _, kind := range events.Kinds() {
		choices = append(choices, reference(eventName(kind)))
		mapping[kind.Type()] = "#/components/schemas/" + eventName(kind)
	}
	s.byName["CloudEvent"] = object{
		"description":   "An event of any kind, in structured mode.",
		"oneOf":         choices,
		"discriminator": object{"propertyName": "type", "mapping": mapping},
	}
	s.byName["Params"] = events.ParamsSchema()
}

// addKinds adds the events of each kind, and their data by itself.
func (s *schemas) addKinds() {
	for _, kind := range events.Kinds() {
		event := kind.Schema()
		event["properties"].(events.Schema)["data"] = withText(reference(dataName(kind)), "What the event says.")
		// A null says what leaving an extension out does, and clients leave it out.
		event["additionalProperties"] = reference("Extension")
		s.byName[dataName(kind)] = kind.DataSchema()
		s.byName[eventName(kind)] = event
	}
	s.byName["Extension"] = events.ExtensionSchema()
}

func eventName(k events.Kind) string { return camel(k.String()) + "Event" }
func dataName(k events.Kind) string  { return camel(k.String()) + "Data" }

// camel makes ContractPaid of contract.paid.
func camel(name string) string {
	var text strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '_' }) {
		text.WriteString(capitalised(word))
	}
	return text.String()
}
