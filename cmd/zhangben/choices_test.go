package main

import (
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
)

func TestWrongWordsAreAnsweredWithTheNearest(t *testing.T) {
	for line, want := range map[string]string{
		"contrct HT-1":                        "did you mean contract",
		"rejected lst":                        `there is no command "zhangben rejected lst": did you mean list?`,
		"frobnicate":                          "zhangben --help lists them",
		"events --kind contract.payed":        "did you mean contract.paid?",
		"events --kind nonsense":              "it is contract.ordered, contract.paid,",
		"contracts --flag overdu":             "did you mean overdue?",
		"contracts --status actve":            "did you mean active?",
		"contracts --stats active":            "unknown flag: --stats: did you mean --status",
		"accounts --sort walet":               "did you mean wallet",
		"explain HT-1 --figure latefee":       "did you mean late_fee",
		"explain HT-1 --why-not overdu":       "it is overdue, late_fee, sla or may_terminate",
		"contract HT-1 --qqqqqq":              "zhangben contract --help lists them",
		"contracts --json --csv":              "--csv and --json exclude each other",
		"contract HT-1 HT-2":                  "accepts at most 1 arg",
		"contracts --status active --flag ''": "--flag",
	} {
		got := telling(t, strings.Fields(line)...)
		if got.code != exit.BadUsage || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: exit %d %q, want %q", line, got.code, got.stderr, want)
		}
	}
}

func TestValuesOfFlagsAreCompleted(t *testing.T) {
	for line, want := range map[string]string{
		"events --kind":          "outage.started\noutage.resolved\noutage.reclassified\n",
		"explain HT-1 --figure":  "late_fee\nlate_fee_accrued\n",
		"explain HT-1 --why-not": "overdue\nlate_fee\nsla\nmay_terminate\n:4\n",
		"contracts --flag":       "overdue\nwallet_covers_debt\nmay_withhold\n",
		"contracts --status":     "pending_payment\neffective\n",
		"accounts --sort":        "wallet\nwallet_shortfall\n",
	} {
		got := telling(t, append(append([]string{"__complete"}, strings.Fields(line)...), "")...)
		if !strings.Contains(got.stdout, want) {
			t.Errorf("%s: %q, want %q", line, got.stdout, want)
		}
	}
}
