package demo

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"unicode"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/server"
)

// report is what the demo has to show.
type report struct {
	HTTP      string      `json:"http"`
	NATS      string      `json:"nats"`
	Events    int         `json:"events"`
	Contracts []storyLine `json:"contracts"`
	Commands  []command   `json:"commands"`
}

// storyLine says what one story is about.
type storyLine struct {
	Contracts []string `json:"contract_ids"`
	Customer  string   `json:"customer"`
	Chinese   string   `json:"zh"`
	English   string   `json:"en"`
}

// command is a command line worth pasting, and what it shows.
type command struct {
	Shows   string `json:"shows"`
	Command string `json:"command"`
}

func newReport(stories []story, published int, at server.Endpoints) report {
	r := report{HTTP: at.HTTP, NATS: at.NATS, Events: published, Commands: commands(program(), at.HTTP)}
	for _, s := range stories {
		chinese, english := s.title()
		r.Contracts = append(r.Contracts, storyLine{s.contracts(), s.customer(), chinese, english})
	}
	return r
}

// commands are three questions that are hard to answer without two clocks.
func commands(program, url string) []command {
	server := ""
	if url != client.DefaultServer {
		server = " --server " + url
	}
	return []command{
		{"What was owed on 8 July, as is known now?",
			program + " contract HT-2025-002 --as-of 2025-07-08" + server},
		{"And as was known that day, before the bank's advice of 4 July had come?",
			program + " contract HT-2025-002 --as-of 2025-07-08 --known-at 2025-07-08" + server},
		{"Who was overdue at the end of the year?",
			"curl -s '" + url + "/v1/contracts?flag=overdue&as_of=2025-12-31'"},
	}
}

// program is how a shell finds this very program: by its name where that is in the path, by where it lies otherwise.
func program() string {
	own, err := os.Executable()
	if err != nil {
		return "zhangben"
	}
	if found, err := exec.LookPath("zhangben"); err == nil && sameFile(found, own) {
		return "zhangben"
	}
	return quoted(own)
}

// quoted spells a path so that a shell takes it as one word.
func quoted(path string) string {
	plain := func(r rune) bool {
		return r == '/' || r == '.' || r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	if strings.IndexFunc(path, func(r rune) bool { return !plain(r) }) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// print writes the report; once says that the server is about to stop.
func (r report) print(w io.Writer, asJSON, once bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	_, err := io.WriteString(w, r.text(once))
	return err
}

func (r report) text(once bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Published %d events of 2025 to %s, recorded as they came to be known:\n\n", r.Events, r.NATS)
	for _, line := range r.Contracts {
		fmt.Fprintf(&b, "  %s  %s：%s\n      %s\n", strings.Join(line.Contracts, ", "), line.Customer, line.Chinese,
			line.English)
	}
	if once {
		return b.String()
	}
	fmt.Fprintf(&b, "\nServing on %s until Ctrl-C. In another terminal:\n", r.HTTP)
	for _, c := range r.Commands {
		fmt.Fprintf(&b, "\n  # %s\n  %s\n", c.Shows, c.Command)
	}
	return b.String()
}
