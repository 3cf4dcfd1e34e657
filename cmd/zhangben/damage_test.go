package main

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger"
)

// What bbolt's pages have at their beginning, in bytes, and the flag of a branch.
const (
	pageBytes  = 4096
	pageHead   = 16
	branchFlag = 1
)

// metaOf is the meta page of the last commit: at 16 the page of the buckets' names, at 32 that of the free pages.
func metaOf(file []byte) []byte {
	one, other := file[pageHead:pageBytes], file[pageBytes+pageHead:2*pageBytes]
	if binary.NativeEndian.Uint64(one[48:]) > binary.NativeEndian.Uint64(other[48:]) {
		return one
	}
	return other
}

// freePagesOf is where the list of free pages begins.
func freePagesOf(file []byte) int {
	return int(binary.NativeEndian.Uint64(metaOf(file)[32:])) * pageBytes
}

// branchOf is where a branch begins that is in use: the root of a bucket.
func branchOf(t *testing.T, file []byte) int {
	t.Helper()
	names := int(binary.NativeEndian.Uint64(metaOf(file)[16:])) * pageBytes
	for n := range int(binary.NativeEndian.Uint16(file[names+10:])) {
		at := names + pageHead + n*16
		value := at + int(binary.NativeEndian.Uint32(file[at+4:])) + int(binary.NativeEndian.Uint32(file[at+8:]))
		root := int(binary.NativeEndian.Uint64(file[value:])) * pageBytes
		if root > 0 && binary.NativeEndian.Uint16(file[root+8:]) == branchFlag {
			return root
		}
	}
	t.Fatal("the log has no branch")
	return 0
}

// Whatever became of the file: every command says what is wrong and what to do, and ends with the exit code for it.
func TestEveryCommandOnADamagedLog(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, nil)
	s.post(t, topUp(marked, "1.00"))
	s.topUps(t, 300)
	s.halt(t)
	path := filepath.Join(dir, ledger.FileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func(file []byte) []byte{
		"empty":                         func([]byte) []byte { return nil },
		"a few bytes":                   func(file []byte) []byte { return file[:100] },
		"half a page":                   func(file []byte) []byte { return file[:pageBytes/2] },
		"one page":                      func(file []byte) []byte { return file[:pageBytes] },
		"three pages":                   func(file []byte) []byte { return file[:3*pageBytes] },
		"both meta pages gone":          func(file []byte) []byte { clear(file[:2*pageBytes]); return file },
		"all pages gone but the metas":  func(file []byte) []byte { clear(file[2*pageBytes:]); return file },
		"a branch that leads to itself": func(file []byte) []byte { return leadAround(t, file) },
		"a branch that is empty": func(file []byte) []byte {
			clear(file[branchOf(t,
				file):][:pageBytes])
			return file
		},
		"text in the place of everything": func(file []byte) []byte { return []byte(strings.Repeat("账本\n", len(file)/7)) },
	} {
		t.Run(name, func(t *testing.T) {
			serving := server.Config{Data: dir}
			serving.HTTP.Listen, serving.Embedded.Listen = "127.0.0.1:0", "127.0.0.1:0"
			soon, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := os.WriteFile(path, damage(slices.Clone(whole)), 0o600); err != nil {
				t.Fatal(err)
			}
			var said strings.Builder
			if code := report(&said, server.Run(soon, serving, discard())); code != exit.Storage ||
				!strings.Contains(said.String(), "restore a backup") {
				t.Errorf("serve: exit code %d %s", code, &said)
			}
			for _, command := range [][]string{
				{"verify"}, {"verify", "--repair"}, {"events"}, {"account", "acct-1"}, {"contract", "HT-1"}, {"replay"},
				{"exceptions"},
				{"rejected", "list"}, {"doctor"}, {"stream", "status"}, {"checkpoint"}, {"backup", filepath.Join(t.TempDir(), "b")},
			} {
				if err := os.WriteFile(path, damage(slices.Clone(whole)), 0o600); err != nil {
					t.Fatal(err)
				}
				out, messages, code := runCommand("", append(command, "--data", dir)...)
				if code != exit.Rejected && code != exit.Storage {
					t.Errorf("%v: exit code %d %s", command, code, messages)
				}
				if said := out + messages; !saysDamage.MatchString(said) || !strings.Contains(said, "restore a backup") {
					t.Errorf("%v does not say what is wrong and what to do: %s", command, said)
				}
			}
		})
	}
}

var saysDamage = regexp.MustCompile("damaged|not a ledger|did not verify")

// leadAround points the first element of a branch to the branch itself.
func leadAround(t *testing.T, file []byte) []byte {
	at := branchOf(t, file)
	binary.NativeEndian.PutUint64(file[at+pageHead+8:], uint64(at/pageBytes))
	return file
}

// A list of free pages that is lost is rebuilt, and nothing else changes.
func TestRepairOfTheFreePages(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, nil)
	s.topUps(t, 80)
	s.halt(t)
	want := verifiedRoot(t, dir)
	path := filepath.Join(dir, ledger.FileName)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(file[freePagesOf(file):][:pageBytes])
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, messages, code := runCommand("", "verify", "--data", dir); code != exit.Rejected {
		t.Errorf("before: %d %s%s", code, out, messages)
	}
	if out, messages, code := runCommand("", "verify", "--repair", "--data", dir); code != exit.Done ||
		!strings.Contains(messages, "free pages") {
		t.Errorf("repair: %d %s%s", code, out, messages)
	}
	if got := verifiedRoot(t, dir); got != want {
		t.Errorf("%s, was %s", got, want)
	}
	s = startServing(t, dir, nil)
	s.topUps(t, 1)
}
