package permit

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the shipped configuration")

// shipped is the configuration of users for NATS servers that zhangben does not embed.
const shipped = "../../scripts/nats/users.conf"

// The shipped configuration is what the table says.
func TestShippedConfiguration(t *testing.T) {
	var text strings.Builder
	text.WriteString("# Who may do what, for the block authorization. Written by: go test ./ledger/permit -update\n" +
		"# For another user of the same role copy a block, and let the inboxes bear the new name; the service needs them " +
		"too.\nusers: [\n  # The ledger owns the stream, and may do everything.\n" +
		"  { user: ledger, password: $NATS_LEDGER_PASSWORD }\n")
	others := []User{
		{Name: "publisher", Party: Publisher}, {Name: "finance", Party: Finance}, {Name: "admin", Party: Admin},
	}
	for _, u := range append([]User{{Name: ServiceUser, Party: Service}}, others...) {
		writeUser(&text, u, To(u, others))
	}
	text.WriteString("]\n")
	if *update {
		if err := os.WriteFile(shipped, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	found, err := os.ReadFile(shipped)
	if err != nil || string(found) != text.String() {
		t.Errorf("%s is not what the table says (%v): go test ./ledger/permit -update", shipped, err)
	}
}

func writeUser(w *strings.Builder, u User, p Permissions) {
	fmt.Fprintf(w, "  {\n    user: %s\n    password: $NATS_%s_PASSWORD\n    permissions {\n      publish {\n",
		u.Name, strings.ToUpper(u.Name))
	writeSubjects(w, "allow", p.Publish)
	if p.DenyPublish != nil {
		writeSubjects(w, "deny", p.DenyPublish)
	}
	w.WriteString("      }\n      subscribe {\n")
	writeSubjects(w, "allow", p.Subscribe)
	w.WriteString("      }\n    }\n  }\n")
}

func writeSubjects(w *strings.Builder, what string, subjects []string) {
	fmt.Fprintf(w, "        %s: [\n", what)
	for _, subject := range subjects {
		fmt.Fprintf(w, "          %q\n", subject)
	}
	w.WriteString("        ]\n")
}
