package render

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// List is how a list of figures is shown.
type List struct {
	Name   string   // the member of an answer that has the rows
	Fields []string // the columns of a file for spreadsheets, and what rows are sorted by
	table  []column // for people
}

// column is a column of a list: its title, the field of a row that it shows, and whether it is a number.
type column struct {
	title, field string
	number       bool
}

// Contracts is the list of contracts.
var Contracts = List{
	Name: "contracts",
	Fields: []string{
		"contract_id", "account_id", "as_of", "known_at_seq", "status", "flags", "product", "mode", "quantity",
		"currency", "starts_at", "ends_at", "principal", "late_fee", "due_total", "late_fee_accrued", "paid", "refund",
		"forfeited", "revenue", "contract_liability",
	},
	table: []column{
		{"contract", "contract_id", false}, {"account", "account_id", false}, {"status", "status", false},
		{"flags", "flags", false}, {"ends", "ends_at", false}, {"principal", "principal", true},
		{"late fee", "late_fee", true}, {"due", "due_total", true}, {"paid", "paid", true},
	},
}

// Accounts is the list of customer accounts.
var Accounts = List{
	Name: "accounts",
	Fields: []string{
		"account_id", "as_of", "known_at_seq", "wallet", "wallet_shortfall", "principal", "late_fee", "due_total",
		"contracts",
	},
	table: []column{
		{"account", "account_id", false}, {"wallet", "wallet", true}, {"shortfall", "wallet_shortfall", true},
		{"principal", "principal", true}, {"late fee", "late_fee", true}, {"due", "due_total", true},
		{"contracts", "contracts", false},
	},
}

// Row is a row of a list.
type Row struct {
	raw    json.RawMessage // as it was answered
	fields map[string]any
}

// ReadRow reads a row as it was answered. Numbers keep their spelling.
func ReadRow(text []byte) (Row, error) {
	r := Row{raw: text}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&r.fields); err != nil {
		return r, fmt.Errorf("the answer cannot be read: %w", err)
	}
	return r, nil
}

// Text returns a field in one cell: words of an array with spaces between them, and "" for null.
func (r *Row) Text(field string) string {
	switch value := r.fields[field].(type) {
	case []any:
		var words []string
		for _, word := range value {
			words = append(words, fmt.Sprint(word))
		}
		return strings.Join(words, " ")
	case nil:
		return ""
	default:
		return fmt.Sprint(value)
	}
}

// SortRows sorts rows by a field, amounts as numbers; rows that are equal stay in order.
func SortRows(rows []Row, field string) {
	slices.SortStableFunc(rows, func(a, b Row) int { return compareCells(a.Text(field), b.Text(field)) })
}

func compareCells(a, b string) int {
	x, notX := decimal.NewFromString(a)
	y, notY := decimal.NewFromString(b)
	if notX == nil && notY == nil {
		return x.Cmp(y)
	}
	return cmp.Compare(a, b)
}

// Write prints rows for people.
func (l *List) Write(w io.Writer, rows []Row) error {
	t := new(Table)
	for _, c := range l.table {
		t.head, t.right = append(t.head, c.title), append(t.right, c.number)
	}
	for i := range rows {
		var cells []string
		for _, c := range l.table {
			cells = append(cells, OrDash(rows[i].Text(c.field)))
		}
		t.Add(cells...)
	}
	return t.Write(w, "")
}

// WriteCSV prints rows separated by commas, under the names of the fields.
func (l *List) WriteCSV(w io.Writer, rows []Row) error {
	lines := [][]string{l.Fields}
	for i := range rows {
		var cells []string
		for _, field := range l.Fields {
			cells = append(cells, rows[i].Text(field))
		}
		lines = append(lines, cells)
	}
	return csv.NewWriter(w).WriteAll(lines)
}

// WriteJSON prints rows as one page would have them all.
func (l *List) WriteJSON(w io.Writer, rows []Row) error {
	raws := make([]json.RawMessage, 0, len(rows))
	for _, r := range rows {
		raws = append(raws, r.raw)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(map[string]any{l.Name: raws, "next": nil})
}
