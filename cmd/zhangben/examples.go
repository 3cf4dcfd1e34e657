package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// examples stand in the help of each command, by its path under zhangben. Tests parse every line.
var examples = map[string]string{
	"serve": `
zhangben serve --data /var/lib/zhangben
zhangben serve --http 0.0.0.0:8808 --tokens tokens --tls-cert cert.pem --tls-key key.pem
zhangben serve --nats nats://10.0.0.5:4222 --nats-user ledger`,
	"demo":     "zhangben demo",
	"publish":  "zhangben publish april.ndjson\nzhangben publish --dry-run april.ndjson\nzhangben publish - --json",
	"contract": "zhangben contract HT-2025-0100\nzhangben contract HT-2025-0100 --as-of 2025-05-10 --json",
	"contracts": `
zhangben contracts --flag overdue --sort due_total --reverse
zhangben contracts --status active --as-of 2025-12-31 --csv`,
	"account":  "zhangben account acct-7\nzhangben account acct-7 --as-of 2025-04-20 --known-at 2025-05-01",
	"accounts": "zhangben accounts --sort wallet --reverse\nzhangben accounts --as-of 2025-12-31 --csv",
	"totals":   "zhangben totals\nzhangben totals --as-of 2025-12-31 --json",
	"terms":    "zhangben terms\nzhangben terms --as-of 2025-12-31 --json",
	"explain": `
zhangben explain HT-2025-0100 --figure late_fee --lang both
zhangben explain HT-2025-0100 --why-not may_terminate
zhangben explain --wallet acct-7`,
	"timeline": "zhangben timeline HT-2025-0100 --as-of 2025-05-10",
	"preview": `
zhangben preview --with perhaps.ndjson --as-of 2025-05-31
zhangben preview --terms terms.json --contract HT-2025-0100
zhangben preview --terms terms.json --all`,
	"events":           "zhangben events --account acct-7 --kind contract.paid\nzhangben events --follow --after 1000",
	"replay":           "zhangben replay --as-of 2025-12-31 --out figures.ndjson",
	"rejected":         "zhangben rejected list",
	"rejected list":    "zhangben rejected list\nzhangben rejected list --all --json",
	"rejected show":    "zhangben rejected show 17",
	"rejected retry":   "zhangben rejected retry 17",
	"rejected dismiss": "zhangben rejected dismiss 17 --reason 'a test message'",
	"rejected export":  "zhangben rejected export --out rejected.ndjson",
	"exceptions":       "zhangben exceptions --account acct-7\nzhangben exceptions --as-of 2025-12-31 --json",
	"verify":           "zhangben verify\nzhangben verify --server http://127.0.0.1:8808",
	"backup":           "zhangben backup ledger.backup\nzhangben backup ledger.backup --server http://127.0.0.1:8808",
	"restore":          "zhangben restore ledger.backup --data ./zhangben-data",
	"stream":           "zhangben stream status",
	"stream status":    "zhangben stream status\nzhangben stream status --json",
	"stream adopt":     "zhangben stream adopt",
	"stream purge":     "zhangben stream purge --backup ledger.backup",
	"checkpoint":       "zhangben checkpoint\nzhangben checkpoint --key > ledger.key",
	"prove":            "zhangben prove 0195ee0a-1000-7000-8000-000000000005 -o payment.tlog-proof",
	"consistency":      "zhangben consistency 1000 2000 > growth.proof",
	"verify-proof":     "zhangben verify-proof payment.tlog-proof --key ledger.key",
	"schema":           "zhangben schema contract.paid\nzhangben schema openapi > openapi.json",
	"health":           "zhangben health --wait 30s",
	"doctor":           "zhangben doctor\nzhangben doctor --backup-age 48h --json",
	"bench":            "zhangben bench\nzhangben bench --only drain,replay",
	"version":          "zhangben version",
	"help":             "zhangben help events\nzhangben help terms --lang zh\nzhangben help contract",
}

// addExamples puts the examples into a command and all beneath it.
func addExamples(cmd *cobra.Command) {
	path := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), "zhangben"), " ")
	if lines := strings.TrimSpace(examples[path]); lines != "" {
		cmd.Example = "  " + strings.ReplaceAll(lines, "\n", "\n  ")
	}
	for _, child := range cmd.Commands() {
		addExamples(child)
	}
}
