package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The unit starts the program as the README does, and systemd takes every line of it where systemd is installed.
func TestUnit(t *testing.T) {
	unit, err := os.ReadFile(filepath.Join(root, "scripts", "zhangben.service"))
	if err != nil {
		t.Fatal(err)
	}
	const installed = "/usr/local/bin/zhangben"
	if !strings.Contains(string(unit), "\nExecStart="+installed+" serve --data /var/lib/zhangben\n") {
		t.Error("the unit does not start zhangben serve")
	}
	for _, line := range []string{"DynamicUser=yes", "StateDirectory=zhangben", "ProtectSystem=strict",
		"NoNewPrivileges=yes"} {
		if !strings.Contains(string(unit), "\n"+line+"\n") {
			t.Errorf("the unit lacks %s", line)
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("systemd is not installed: its lines are not checked")
		return
	}
	file := filepath.Join(t.TempDir(), "zhangben.service")
	unit = bytes.ReplaceAll(unit, []byte(installed), []byte(buildBinary(t)))
	if err := os.WriteFile(file, unit, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(analyze, "verify", file).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, said)
	}
}
