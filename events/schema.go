package events

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// Schema is a JSON Schema of draft 2020-12, or a part of one.
type Schema map[string]any

// SchemaDialect names the draft that schemas are written in.
const SchemaDialect = "https://json-schema.org/draft/2020-12/schema"

// Schema returns the schema of the kind's events in structured mode. It takes what [DecodeJSON] takes, and more: that
// two values agree, which days are in the calendar and how a number is spelled are beyond it.
func (k Kind) Schema() Schema {
	schema := Schema{
		"title":       k.String(),
		"description": k.Meaning(),
		"type":        "object",
		"required":    []string{"specversion", "id", "source", "type", "time", "data"},
		"properties": Schema{
			"specversion":     described("specversion", Schema{"type": "string", "const": specVersion}),
			"id":              described("id", idSchema()),
			"source":          described("source", textSchema(maxSource, sourcePattern)),
			"type":            described("type", Schema{"type": "string", "const": k.Type()}),
			"subject":         described("subject", k.subjectSchema()),
			"time":            described("time", instantSchema()),
			"recordedtime":    described("recordedtime", orNull(instantSchema())),
			"datacontenttype": described("datacontenttype", orNull(patternSchema(contentTypePattern))),
			"dataschema":      described("dataschema", orNull(patternSchema(plainPattern+"+$"))),
			"data":            k.DataSchema(),
		},
		"propertyNames":        Schema{"pattern": `^[a-z0-9]{1,20}$`},
		"additionalProperties": Schema{"anyOf": []Schema{ExtensionSchema(), {"type": "null"}}},
	}
	if s := kinds[k].scope; s == ofMaybeContract || s == ofAccountOrAll {
		schema["if"] = Schema{"properties": Schema{"data": Schema{"not": Schema{"required": []string{"contract_id"}}}}}
		schema["then"] = Schema{"properties": Schema{"subject": Schema{"type": "null"}}}
	}
	return schema
}

// DataSchema returns the schema of the kind's data, which is the body of a message in binary mode.
func (k Kind) DataSchema() Schema {
	w := newSchemaWriter(k)
	w.whose(kinds[k].scope)
	data := kinds[k].empty()
	data.visit(w)
	if _, given := w.properties["currency"]; !given {
		w.put("currency", false, currencySchema())
	}
	schema := Schema{
		"type": "object", "description": "What the event says.",
		"required": w.required, "properties": w.properties,
	}
	if conditions := append(w.conditions(data), fitting[k]...); conditions != nil {
		schema["allOf"] = conditions
	}
	if w.properties["unit_ids"] == nil {
		schema["not"] = Schema{"required": []string{"unit_ids"}} // it must not be ignored
	}
	return schema
}

// schemaWriter is the visitor that describes data.
type schemaWriter struct {
	kind       Kind
	properties Schema
	required   []string
	choices    []choice
}

// choice is a field that is one of several names; other fields may be required for some of them.
type choice struct {
	name  string
	p     *uint8
	names []string
}

func newSchemaWriter(k Kind) *schemaWriter {
	return &schemaWriter{kind: k, properties: Schema{}, required: []string{}}
}

func (w *schemaWriter) put(name string, required bool, s Schema) {
	s["description"] = fieldMeaning(w.kind, name)
	w.properties[name] = s
	if required {
		w.required = append(w.required, name)
	}
}

// whose describes the account and the contract.
func (w *schemaWriter) whose(s scope) {
	account := identSchema()
	switch s {
	case ofAll:
		account["const"] = All
	case ofAccountOrAll:
	default:
		account["not"] = Schema{"const": All}
	}
	w.put("account_id", true, account)
	if s != ofAccount && s != ofAll {
		w.put("contract_id", s == ofContract, identSchema())
	}
}

// conditions lists which fields are required only where a choice is of some names.
func (w *schemaWriter) conditions(data Data) (conditions []Schema) {
	for _, c := range w.choices {
		names := map[string][]string{} // by the field that they require
		var fields []string
		for i, name := range c.names[1:] {
			*c.p = uint8(i + 1)
			probe := newSchemaWriter(w.kind)
			data.visit(probe)
			for _, field := range probe.required {
				if !slices.Contains(w.required, field) {
					fields = append(fields, field)
					names[field] = append(names[field], name)
				}
			}
		}
		*c.p = 0
		slices.Sort(fields)
		for _, field := range slices.Compact(fields) {
			conditions = append(conditions, Schema{
				"if":   Schema{"required": []string{c.name}, "properties": Schema{c.name: Schema{"enum": names[field]}}},
				"then": Schema{"required": []string{field}},
			})
		}
	}
	return conditions
}

func (w *schemaWriter) ident(name string, _ *string)       { w.put(name, true, identSchema()) }
func (w *schemaWriter) identOpt(name string, _ *string)    { w.put(name, false, identSchema()) }
func (w *schemaWriter) idents(name string, _ *[]string)    { w.put(name, true, identsSchema()) }
func (w *schemaWriter) identsOpt(name string, _ *[]string) { w.put(name, false, identsSchema()) }
func (w *schemaWriter) text(name string, _ *string) {
	w.put(name, true, textSchema(maxText, plainPattern+"+$"))
}
func (w *schemaWriter) textOpt(name string, _ *string) {
	w.put(name, false, textSchema(maxText, plainPattern+"+$"))
}
func (w *schemaWriter) amount(name string, _ *money.Amount) {
	w.put(name, true, patternSchema(amountPattern))
}
func (w *schemaWriter) currency()                  { w.put("currency", true, currencySchema()) }
func (w *schemaWriter) count(name string, _ *int)  { w.put(name, true, wholeSchema(1, maxCount)) }
func (w *schemaWriter) seq(name string, _ *uint64) { w.put(name, true, wholeSchema(0, maxSeq)) }
func (w *schemaWriter) term(name string, _ *civil.Term) {
	w.put(name, true, patternSchema(termPattern))
}
func (w *schemaWriter) hex32(name string, _ *string) {
	w.put(name, true, patternSchema(`^[0-9a-f]{64}$`))
}
func (w *schemaWriter) month(name string, _ *string)   { w.put(name, true, patternSchema(monthPattern)) }
func (w *schemaWriter) flagOpt(name string, _ *Flag)   { w.put(name, false, Schema{"type": "boolean"}) }
func (w *schemaWriter) specOpt(name string, _ *string) { w.put(name, false, specSchema()) }
func (w *schemaWriter) params(name string, _ *Params)  { w.put(name, true, ParamsSchema()) }

func (w *schemaWriter) charge(name string, _ *string) {
	schema := identSchema()
	schema["not"] = Schema{"pattern": `^(order|renewal-[0-9]+|(change|added)-.*)$`}
	w.put(name, true, schema)
}

func (w *schemaWriter) account(name string, _ *string) {
	schema := identSchema()
	schema["not"] = Schema{"const": All}
	w.put(name, true, schema)
}

func (w *schemaWriter) change(name string, _ *string) {
	w.put(name, true, patternSchema(changePattern))
}
func (w *schemaWriter) partOpt(name string, _ *string) {
	w.put(name, false, textSchema(maxPart, plainPattern+"+$"))
}
func (w *schemaWriter) fee(name string, _ *money.Amount) {
	w.put(name, true, patternSchema(amountZeroPattern))
}
func (w *schemaWriter) amountOpt(name string, _ **money.Amount) {
	w.put(name, false, patternSchema(amountPattern))
}
func (w *schemaWriter) signedOpt(name string, _ **money.Amount) {
	w.put(name, false, patternSchema(signedPattern))
}
func (w *schemaWriter) rateOpt(name string, _ *SpelledRate) {
	w.put(name, false, patternSchema(ratePattern))
}
func (w *schemaWriter) date(name string, _ *civil.Date) { w.put(name, true, dateSchema()) }
func (w *schemaWriter) termOpt(name string, _ *civil.Term) {
	w.put(name, false, patternSchema(termPattern))
}
func (w *schemaWriter) span(name string, _ *civil.Span)  { w.put(name, true, spanSchema()) }
func (w *schemaWriter) periodOpt(name string, _ *Period) { w.put(name, false, periodSchema()) }
func (w *schemaWriter) added()                           {}

func (w *schemaWriter) enum(name string, p *uint8, names []string) {
	w.put(name, true, enumSchema(names))
	w.choices = append(w.choices, choice{name, p, names})
}

func (w *schemaWriter) enumOpt(name string, _ *uint8, names []string) {
	w.put(name, false, enumSchema(names))
}

func (w *schemaWriter) amountZero(name string, _ **money.Amount, required bool) {
	w.put(name, required, patternSchema(amountZeroPattern))
}

func (w *schemaWriter) dateOpt(name string, _ *civil.Date) {
	w.put(name, false, dateSchema())
}

func (w *schemaWriter) instant(name string, _ *SpelledInstant, required bool) {
	w.put(name, required, instantSchema())
}

func (w *schemaWriter) id(name string, _ *uuid.UUID, _ *string) { w.put(name, true, idSchema()) }

// SchemaName is the schema of events of any kind, among the names that [SchemaDocument] knows.
const SchemaName = "event"

// SchemaDocument returns a schema as a document of its own, by the name of a kind or, for any event, [SchemaName].
func SchemaDocument(name string) (document []byte, ok bool) {
	schema := anySchema()
	if kind, known := KindNamed(name); known {
		schema = kind.Schema()
	} else if name != SchemaName {
		return nil, false
	}
	schema["$schema"], schema["$id"] = SchemaDialect, "urn:zhangben:schema:"+name
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(schema) // texts, numbers and booleans only: it cannot fail
	return text.Bytes(), true
}

func anySchema() Schema {
	definitions := Schema{}
	var choices []Schema
	for _, kind := range Kinds() {
		definitions[kind.String()] = kind.Schema()
		choices = append(choices, Schema{"$ref": "#/$defs/" + kind.String()})
	}
	return Schema{"title": SchemaName, "description": "An event of any kind.", "oneOf": choices, "$defs": definitions}
}
