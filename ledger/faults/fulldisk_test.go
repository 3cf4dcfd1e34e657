package faults

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

const (
	fullDisksInShort = 1
	fullDisksInAll   = 20
	endless          = 1 << 30 // messages
)

// TestFullDisk keeps the stream on a disk of its own, of 4 KiB to 4 MiB, until that is full. The keeper must end with
// the exit code for it; with more room the ledger must go on.
func TestFullDisk(t *testing.T) {
	inNamespace(t, func() {
		j := newJudge(t)
		s := sweep{t: t, name: "fulldisk"}
		s.run(points(fullDisksInShort, fullDisksInAll), func(t *testing.T, point int, random *rand.Rand) {
			fillDisk(t, j, 4<<10<<random.IntN(11)+random.IntN(4<<10))
		})
	})
}

// namespaceVariable tells this program that it has mounts of its own.
const namespaceVariable = "ZHANGBEN_FAULTS_NAMESPACE"

// inNamespace runs the test once more in a process that may mount; no other process sees its mounts, and they end with
// it.
func inNamespace(t *testing.T, fn func()) {
	t.Helper()
	if os.Getenv(namespaceVariable) != "" {
		fn()
		return
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.v", "-test.timeout=0", "-test.run", "^"+t.Name()+"$",
		fmt.Sprintf("-points=%d", *pointsFlag), fmt.Sprintf("-seed=%d", *seedFlag), fmt.Sprintf("-from=%d", *fromFlag))
	cmd.Env = append(os.Environ(), namespaceVariable+"=1")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr // as it comes, so that one sees where to go on
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	if err := cmd.Run(); err != nil {
		t.Fatalf("in a mount namespace (which needs root, or user namespaces): %v", err)
	}
}

// fillDisk makes a disk of a size, fills it, and frees room on it again.
func fillDisk(t *testing.T, j *judge, size int) {
	t.Helper()
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	mount(t, disk, 0, size)
	defer syscall.Unmount(disk, 0)
	j.forget()
	dir := filepath.Join(disk, "data")
	for range 2 { // the second time there is no room from the start
		k := newKeeper(t, dir, endless)
		code := k.run(t)
		j.hear(k.acknowledged())
		if code != exitStorage {
			t.Fatalf("on a disk of %d bytes: exit code %d after message %d: %s", size, code, j.last, &k.messages)
		}
		j.ask(dir)
	}
	t.Logf("a disk of %d bytes was full after message %d", size, j.last)
	mount(t, disk, syscall.MS_REMOUNT, 256<<20)
	j.goOn(dir, j.last+scriptMessages)
}

// mount mounts a file system in memory, or changes its size in bytes.
func mount(t *testing.T, disk string, flags uintptr, size int) {
	t.Helper()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", flags, fmt.Sprintf("size=%d", size)); err != nil {
		t.Fatalf("mount a tmpfs of %d bytes: %v", size, err)
	}
}
