package faults

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

const (
	powerCutsInShort = 0 // loop devices are not to be had everywhere
	powerCutsInAll   = 200
	cutsOfLedger     = 5 // then a new one begins
	diskSize         = 128 << 20
)

// TestPowerCuts keeps the stream on an ext4 of its own, whose power is cut at random moments: what was not synced is
// lost. Of two disks one commits its journal each second, the other hardly ever by itself.
func TestPowerCuts(t *testing.T) {
	many := points(powerCutsInShort, powerCutsInAll)
	if many == 0 {
		return
	}
	inNamespace(t, func() {
		j := newJudge(t)
		disks := []*disk{newDisk(t, 1), newDisk(t, 1000)}
		s := sweep{t: t, name: "powercut"}
		acknowledged := 0
		s.run(many, func(t *testing.T, point int, random *rand.Rand) {
			d := disks[point/cutsOfLedger%len(disks)]
			if point%cutsOfLedger == 0 || point == *fromFlag {
				d.clear(t, j)
			}
			before := j.last
			d.cut(t, j, time.Duration(random.IntN(400))*time.Millisecond)
			if acknowledged += j.last - before; point%cutsOfLedger == cutsOfLedger-1 {
				d.goOn(t, j)
			}
		})
		t.Logf("%d messages acknowledged; of %d files written and not synced %d were lost", acknowledged, many,
			disks[0].lost+disks[1].lost)
		if acknowledged == 0 || disks[0].lost+disks[1].lost == 0 {
			t.Error("nothing was acknowledged, or the cuts cut nothing off")
		}
	})
}

// disk is an ext4 in a file.
type disk struct {
	image, at string
	commit    int // seconds between two commits of the journal
	lost      int // files that were not synced and did not survive
}

func newDisk(t *testing.T, commit int) *disk {
	t.Helper()
	d := &disk{image: filepath.Join(t.TempDir(), "image"), at: filepath.Join(t.TempDir(), "disk"), commit: commit}
	if err := os.Mkdir(d.at, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(d.image, diskSize); err != nil {
		t.Fatal(err)
	}
	command(t, "mkfs.ext4", "-q", "-F", d.image)
	return d
}

func command(t *testing.T, words ...string) {
	t.Helper()
	if output, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(words, " "), err, output)
	}
}

func (d *disk) mount(t *testing.T) {
	t.Helper()
	command(t, "mount", "-o", fmt.Sprintf("loop,commit=%d", d.commit), d.image, d.at)
}

func (d *disk) unmount(t *testing.T) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if err = syscall.Unmount(d.at, 0); err != syscall.EBUSY { // until the keeper has released its files
			break
		}
	}
	if err != nil {
		t.Fatalf("unmount %s: %v", d.at, err)
	}
}

func (d *disk) data() string { return filepath.Join(d.at, "data") }

// clear empties the disk.
func (d *disk) clear(t *testing.T, j *judge) {
	t.Helper()
	d.mount(t)
	defer d.unmount(t)
	if err := os.RemoveAll(d.data()); err != nil {
		t.Fatal(err)
	}
	j.forget()
}

// cut lets a keeper live for a while, cuts the power, and asks what the disk has when there is power again.
func (d *disk) cut(t *testing.T, j *judge, life time.Duration) {
	t.Helper()
	d.mount(t)
	k := newKeeper(t, d.data(), endless)
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(life)
	mark := filepath.Join(d.at, "mark")
	errMark := os.WriteFile(mark, []byte("not synced"), 0o600)
	errCut := shutDown(d.at)
	_ = k.cmd.Process.Kill()
	_ = k.cmd.Wait()
	d.unmount(t)
	if errMark != nil || errCut != nil {
		t.Fatalf("%v, %v; the keeper says: %s", errMark, errCut, &k.messages)
	}
	j.hear(k.acknowledged())
	d.mount(t)
	defer d.unmount(t)
	if text, err := os.ReadFile(mark); err != nil || len(text) == 0 {
		d.lost++
	}
	os.Remove(mark)
	j.ask(d.data())
}

// goOn has the keeper keep a few messages more, with no fault.
func (d *disk) goOn(t *testing.T, j *judge) {
	t.Helper()
	d.mount(t)
	defer d.unmount(t)
	position := j.ask(d.data())
	j.goOn(d.data(), position+scriptMessages)
}

// The ioctl that shuts a file system down, and its flag not to flush the journal: linux/fs/ext4/ext4.h.
const (
	ioctlShutdown   = 0x8004587d
	shutdownNoFlush = uint32(2)
)

// shutDown lets nothing reach the file system's disk any more.
func shutDown(at string) error {
	folder, err := os.Open(at)
	if err != nil {
		return err
	}
	defer folder.Close()
	flag := shutdownNoFlush
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, folder.Fd(), ioctlShutdown, uintptr(unsafe.Pointer(&flag)))
	if errno != 0 {
		return os.NewSyscallError("ioctl", errno)
	}
	return nil
}
