package events_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"zhangben/events"
	"zhangben/events/eventtest"
)

// beyondSchema is the list of what JSON Schema cannot say, or what is not worth saying in it: everything else a kind's
// schema refuses exactly where the decoder does.
var beyondSchema = []excuse{
	{"two values agree: the subject with the contract id", func(_ []byte, _ any, r *events.Rejection) bool {
		return r.Code == events.CodeSubjectMismatch
	}},
	{"which days, instants and leap seconds there are, from 2000 to 2199 in Shanghai",
		func(_ []byte, value any, _ *events.Rejection) bool {
			s, ok := value.(string)
			return ok && (matchesLayout(time.DateOnly, s) || matchesLayout(time.RFC3339Nano, strings.ToUpper(s)))
		}},
	{"two fields agree: the account of a rename, what is later than the event, which of two dates is the later one",
		func(_ []byte, _ any, r *events.Rejection) bool {
			return strings.Contains(r.Message, "a change of name keeps the account") ||
				strings.Contains(r.Message, "after the day of the event") || strings.Contains(r.Message, "not the earlier one")
		}},
	{"how a whole number is spelled: 1.0 and 1e0 are not taken", func(_ []byte, value any, _ *events.Rejection) bool {
		n, ok := value.(json.Number)
		if !ok {
			return false
		}
		rat, ok := new(big.Rat).SetString(n.String())
		return ok && rat.IsInt() && rat.Num().String() != n.String()
	}},
	{"names given twice", func(_ []byte, _ any, r *events.Rejection) bool {
		return strings.HasPrefix(r.Message, "given twice")
	}},
	{"depth", func(_ []byte, _ any, r *events.Rejection) bool {
		return strings.HasPrefix(r.Message, "nested too deeply")
	}},
	{"size", func(_ []byte, _ any, r *events.Rejection) bool { return r.Code == events.CodeTooLarge }},
	{"U+0000 and lone surrogates where any text may stand", func(text []byte, _ any, r *events.Rejection) bool {
		return strings.Contains(r.Message, "U+0000") || strings.Contains(r.Message, "surrogate")
	}},
	{"an encoding other than UTF-8", func(text []byte, _ any, _ *events.Rejection) bool { return !utf8.Valid(text) }},
	{"a length in bytes", func(_ []byte, value any, _ *events.Rejection) bool {
		s, ok := value.(string)
		return ok && len(s) > 1024 && utf8.RuneCountInString(s) <= 1024
	}},
	{"how many further attributes there are", func(_ []byte, _ any, r *events.Rejection) bool {
		return strings.Contains(r.Message, "further attributes")
	}},
}

// excuse is something beyond schemas, and whether it is why the decoder refuses a text; value is what r points at.
type excuse struct {
	what  string
	holds func(text []byte, value any, r *events.Rejection) bool
}

// matchesLayout reports whether s is spelled like an instant or a date that Go cannot read, or one out of range.
func matchesLayout(layout, s string) bool {
	at, err := time.Parse(layout, s)
	if err != nil {
		return strings.Contains(err.Error(), "out of range")
	}
	year := at.In(time.FixedZone("Asia/Shanghai", 8*3600)).Year()
	return year < 2000 || year > 2199
}

// schemas are the compiled schemas, by CloudEvents type.
var schemas = sync.OnceValue(func() map[string]*jsonschema.Schema {
	compiler := jsonschema.NewCompiler()
	all := map[string]*jsonschema.Schema{}
	for _, kind := range events.Kinds() {
		text, err := json.Marshal(kind.Schema())
		if err != nil {
			panic(err)
		}
		parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			panic(err)
		}
		if err := compiler.AddResource(kind.String(), parsed); err != nil {
			panic(err)
		}
		all[kind.Type()] = compiler.MustCompile(kind.String())
	}
	return all
})

// agree checks that the decoder takes a text exactly if the schema of its kind does, but for what is beyond schemas.
func agree(t *testing.T, text []byte) {
	t.Helper()
	_, refusal := events.DecodeJSON(text)
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		if refusal == nil {
			t.Errorf("taken, and not JSON: %s", text)
		}
		return
	}
	object, _ := tree.(map[string]any)
	name, _ := object["type"].(string)
	invalid := errors.New("no kind")
	if schema, ok := schemas()[name]; ok {
		invalid = schema.Validate(tree)
	}
	switch {
	case refusal == nil && invalid != nil && !misnamedNull(object):
		t.Errorf("the decoder takes, the schema refuses\n%s\n%v", text, invalid)
	case refusal != nil && invalid == nil && !excused(text, tree, refusal):
		t.Errorf("the schema takes, the decoder refuses\n%s\n%v", text, refusal)
	}
}

// misnamedNull reports whether there is a null under a name no attribute may have: the decoder passes over it.
func misnamedNull(object map[string]any) bool {
	for name, value := range object {
		misnamed := name == "" || len(name) > 20 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != ""
		if value == nil && misnamed {
			return true
		}
	}
	return false
}

func excused(text []byte, tree any, err error) bool {
	var r *events.Rejection
	errors.As(err, &r)
	value := pointed(tree, r.Pointer)
	return slices.ContainsFunc(beyondSchema, func(e excuse) bool { return e.holds(text, value, r) })
}

// pointed follows a JSON pointer.
func pointed(tree any, pointer string) any {
	for _, name := range strings.Split(pointer, "/")[1:] {
		switch node := tree.(type) {
		case map[string]any:
			tree = node[strings.NewReplacer("~1", "/", "~0", "~").Replace(name)]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(node) {
				return nil
			}
			tree = node[i]
		default:
			return nil
		}
	}
	return tree
}

func TestSchemaAndDecoderAgreeOnEvents(t *testing.T) {
	for _, text := range examples(t) {
		agree(t, text)
	}
	for seed := range uint64(20) {
		builder := eventtest.New(seed)
		for _, kind := range events.Kinds() {
			agree(t, eventtest.JSON(builder.Event(kind)))
		}
	}
}

func TestSchemaAndDecoderAgreeOnMutants(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	originals := examples(t)
	for range 20_000 {
		agree(t, mutant(random, originals[random.IntN(len(originals))]))
		if t.Failed() {
			return
		}
	}
}

func FuzzSchemaAndDecoderAgree(f *testing.F) {
	for seed := range uint64(4) {
		builder := eventtest.New(seed)
		for _, kind := range events.Kinds() {
			f.Add(eventtest.JSON(builder.Event(kind)), seed)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, seed uint64) {
		agree(t, text)
		if json.Valid(text) {
			agree(t, mutant(rand.New(rand.NewPCG(seed, 0)), text))
		}
	})
}

// oddities are values that something in an event may be taken for.
var oddities = []string{
	`null`, `true`, `false`, `0`, `1`, `-1`, `1.0`, `1e2`, `-0`, `10000`, `10001`, `2147483648`, `9007199254740992`,
	`1.5`, `""`, `" "`, `[]`, `{}`, `["u1"]`, `["u1","u1"]`, `["u1",2]`, `{"elastic":1}`,
	`{"cpu":4,"memory":"8G","disk":[1]}`, `{"breach":"none","mutual":"none"}`, `["arrears"]`, `"0"`, `"0.00"`,
	`"0.01"`, `"0.1"`, `"00.1"`, `"1."`, `"1.005"`, `"999999999999.99"`, `"1000000000000"`, `"310"`, `"-1"`, `"１"`,
	`"P1Y"`, `"P0D"`, `"P100Y"`, `"P101Y"`, `"P1200M"`, `"P1201M"`, `"P36525D"`, `"P36526D"`, `"P01D"`, `"P1W"`,
	`"p1y"`, `"2025-02-29"`, `"2024-02-29"`, `"2025-04-31"`, `"1999-12-31"`, `"2000-01-01"`, `"2199-12-31"`,
	`"2200-01-01"`, `"2025-13-01"`, `"2025-06"`, `"2025-06-01T00:00:00Z"`, `"2025-06-01t00:00:00z"`,
	`"2025-06-01T00:00:60Z"`, `"2025-06-30T23:59:60Z"`, `"2025-06-01T24:00:00Z"`,
	`"2025-06-01T00:00:00.123456789+08:00"`, `"2025-06-01T00:00:00.1234567890Z"`, `"2025-06-01T00:00:00-00:00"`,
	`"2025-06-01T00:00:00+24:00"`, `"1999-12-31T16:00:00Z"`, `"1999-12-31T15:59:59Z"`, `"2199-12-31T16:00:00Z"`,
	`"2200-01-01T00:00:00+09:00"`, `"2025-02-30T00:00:00Z"`, `"2025-06-01 00:00:00Z"`, `"CNY"`, `"USD"`, `"cny"`,
	`"all"`, `"ALL"`, `"order"`, `"renewal-1"`, `"renewal-"`, `"renewal-x"`, `"acct-1"`, `"-a"`, `"a.b"`, `"a b"`,
	`"甲"`, `"0195a0b1-0000-7000-8000-00000000000A"`, `"{0195a0b1-0000-7000-8000-00000000000a}"`,
	`"0195a0b1-0000-7000-8000-00000000000"`, `"a\nb"`, `"a\u0085b"`, `"a\u00a0b"`, `"a\u0000b"`, `"\ud800"`,
	`"\u2028"`, `"/a?b#c"`, `"/a#b#c"`, `"a:b"`, `"1a:b"`, `"//[::1]/x"`, `"/[x]"`, `"%2"`, `"/%2f"`, `"?"`, `":"`,
	`"application/json"`, `"APPLICATION/JSON; charset=x"`, `"text/plain"`, `"a/b+json"`, `"a/+json"`,
	`" application/json ;"`, `"1.0"`, `"billing.contract.paid.v1"`, `"billing.event.voided.v1"`,
	`"billing.contract.paid.v2"`, `"mutual"`, `"provider_cancelled"`, `"arrears"`, `"degraded"`, `"0.003"`,
	`"stop"`, `"none"`, `"-0.00"`, `"-0.01"`, `"-310"`, `"--1"`, `"PT1S"`, `"PT0S"`, `"PT3155760000S"`,
	`"PT3155760001S"`, `"PT3155699999S"`, `"PT9999999999S"`, `"PT5M"`, `"PT1.5S"`, `"merger"`, `"rename"`, `"agreed"`,
	`"retained"`, `"assumed"`, `"usage"`, `"change-1"`, `"added-x"`, `"changes"`, `"withdrawal"`, `"full"`, `"0.000107"`,
	`{"from":"2025-06-01","to":"2025-06-30"}`, `{"from":"2025-06-30","to":"2025-06-01"}`, `{"from":"2025-06-01"}`,
	`{"from":"2025-06-01","to":"2025-06-30","x":1}`, `{"withdrawal":"full"}`, `["withdrawal"]`, `"due_debts"`,
	strconv.Quote(strings.Repeat("a", 57)), strconv.Quote(strings.Repeat("a", 58)), strconv.Quote(strings.Repeat("账", 64)),
	strconv.Quote(strings.Repeat("a", 64)), strconv.Quote(strings.Repeat("a", 65)),
	strconv.Quote(strings.Repeat("账", 1024)), strconv.Quote(strings.Repeat("账", 400)),
	strconv.Quote(strings.Repeat("a", 1025)), strconv.Quote(strings.Repeat("0a", 32)),
	strings.Repeat("[", 14) + strings.Repeat("]", 14), strings.Repeat("[", 20) + strings.Repeat("]", 20),
}

// extraNames are names that something may be added under.
var extraNames = []string{
	"contract_id", "currency", "due_date", "agreed_refund", "notice_at", "unit_ids", "trace", "Trace",
	"data_base64", "subject", "recordedtime", "a_b", "sla_multiplier", "sla_multiplier.elastic", "late_fee_rate",
	"pause_on", "refund_rule", "impediment_days", "", "datacontenttype", "dataschema", "spec", "cpu", "invoice_id",
	"applies_to", "degree", "reference", "part", "trial", "accepted_at", "wallet_amount", "debts", "difference", "until",
	"term", "with", "period", "charge_kind", "waive_accrued", "rate", "total", "announced_at", "retention_days",
	"refund_counts_sla", "excess_to", strings.Repeat("x", 21),
}

// mutant is an event with one or two members changed, added or taken away.
func mutant(random *rand.Rand, text []byte) []byte {
	var tree any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&tree) != nil {
		return text
	}
	for range 1 + random.IntN(2) {
		mutate(random, tree)
	}
	changed, err := json.Marshal(tree)
	if err != nil {
		panic(err)
	}
	if random.IntN(20) == 0 {
		twice := fmt.Appendf(nil, `"data":{"%s":1,"x":1,"x":2,`, extraNames[random.IntN(len(extraNames))])
		return bytes.Replace(changed, []byte(`"data":{`), twice, 1)
	}
	return changed
}

func mutate(random *rand.Rand, tree any) {
	object, ok := tree.(map[string]any)
	if !ok {
		return
	}
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	name := extraNames[random.IntN(len(extraNames))]
	if len(names) > 0 && random.IntN(4) > 0 {
		name = names[random.IntN(len(names))]
	}
	inner, nested := object[name].(map[string]any)
	switch {
	case nested && random.IntN(8) > 0:
		mutate(random, inner)
	case random.IntN(5) == 0:
		delete(object, name)
	default:
		object[name] = json.RawMessage(oddities[random.IntN(len(oddities))])
	}
}

// The document of any event refuses nothing that the kinds' own take, and is one by the rules of its draft.
func TestSchemaDocuments(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	names := []string{events.SchemaName}
	for _, kind := range events.Kinds() {
		names = append(names, kind.String())
	}
	compiled := map[string]*jsonschema.Schema{}
	for _, name := range names {
		document, ok := events.SchemaDocument(name)
		parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
		if !ok || err != nil {
			t.Fatalf("%s: %v, %v", name, ok, err)
		}
		if err := compiler.AddResource(name, parsed); err != nil {
			t.Fatal(err)
		}
		if compiled[name], err = compiler.Compile(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range examples(t) {
		tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled[events.SchemaName].Validate(tree); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, ok := events.SchemaDocument("contract.dreamt"); ok {
		t.Error("an unknown kind has a schema")
	}
}

func TestEverythingInASchemaIsDescribed(t *testing.T) {
	for _, kind := range events.Kinds() {
		schema := kind.Schema()
		for _, part := range []events.Schema{schema, kind.DataSchema(), events.ParamsSchema()} {
			if part["description"] == "" {
				t.Errorf("%v is not described", kind)
			}
			for name, property := range part["properties"].(events.Schema) {
				if property.(events.Schema)["description"] == "" {
					t.Errorf("%s of %v is not described: add it to events/glossary/events.txt", name, kind)
				}
			}
		}
	}
}
