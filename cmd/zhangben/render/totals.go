package render

import (
	"io"
	"strconv"

	"zhangben/projections/query"
)

// Totals prints the sums for people.
func Totals(w io.Writer, answer []byte) error {
	var t struct {
		AsOf      string         `json:"as_of"`
		KnownAt   uint64         `json:"known_at_seq"`
		Accounts  int            `json:"accounts"`
		Contracts int            `json:"contracts"`
		ByStatus  map[string]int `json:"by_status"`
		ByFlag    map[string]int `json:"by_flag"`

		Receivables      string `json:"receivables"`
		Overdue          string `json:"overdue"`
		LateFees         string `json:"late_fees"`
		DueTotal         string `json:"due_total"`
		Wallets          string `json:"wallets"`
		WalletShortfalls string `json:"wallet_shortfalls"`
		Liability        string `json:"contract_liability"`
	}
	if err := decode(answer, &t); err != nil {
		return err
	}
	head := new(Table)
	head.Add("as of", toTheSecond(t.AsOf))
	head.Add("known at", "record "+strconv.FormatUint(t.KnownAt, 10))
	counts := &Table{right: []bool{false, true}}
	counts.Add("accounts", strconv.Itoa(t.Accounts))
	counts.Add("contracts", strconv.Itoa(t.Contracts))
	sums := &Table{right: []bool{false, true}}
	for _, line := range [][2]string{
		{"receivables", t.Receivables}, {"of it overdue", t.Overdue}, {"late fees", t.LateFees},
		{"due in total", t.DueTotal}, {"wallets", t.Wallets}, {"wallet shortfalls", t.WalletShortfalls},
		{"contract liability", t.Liability},
	} {
		sums.Add(line[0], line[1], "CNY")
	}
	return writeSections(w, section{"", head}, section{"", counts}, section{"", sums},
		section{"contracts by status", countsOf(query.Statuses, t.ByStatus)},
		section{"contracts by flag", countsOf(query.Flags, t.ByFlag)})
}

func countsOf[T ~string](words []T, counts map[string]int) *Table {
	t := &Table{right: []bool{false, true}}
	for _, word := range words {
		t.Add(string(word), strconv.Itoa(counts[string(word)]))
	}
	return t
}
