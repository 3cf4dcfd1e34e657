package faults

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const plantedInShort = 3

// planted is a bug: a place in the source, what is put there, and the test that must fail of it.
type planted struct {
	name     string
	file     string // below the folder ledger
	old, new string
	folder   string // of the test
	test     string
}

// bugs are mistakes that anyone might make.
var bugs = []planted{
	{
		"ids are not looked up", "append.go",
		"first, same, err := l.lookUp(tx, b, a.Event)", "first, same, err := Seq(0), false, error(nil)",
		"ledger", "TestOneIDOneFact",
	}, {
		"ids are not looked up in the batch under way", "batch.go",
		"b.ids.Insert(b.hash, b.state.last)", "",
		"ledger", "TestOneIDOneFact",
	}, {
		"a conflict is taken for a duplicate", "append.go",
		"return b.addRejected(a, conflictWith(first)), nil", "return b.addDuplicate(first), nil",
		"ledger", "TestOneIDOneFact",
	}, {
		"acknowledged before it is on the disk", "log.go",
		"NoStatistics: true,", "NoStatistics: true, NoSync: true,",
		"ledger/faults", "TestNothingIsAcknowledgedBeforeItIsSynced",
	}, {
		"acknowledged though the commit failed", "log.go",
		"		l.failed = fmt.Errorf(\"%w: %w\", ErrStorage, err)\n", "",
		"ledger", "TestAfterAFailedWrite",
	}, {
		"the position is stored in another transaction", "append.go",
		"	l.expose(b)\n",
		"	err = l.update(func(tx *bolt.Tx) error { return writeState(tx, b.state) })\n" +
			"	if err != nil {\n		return nil, err\n	}\n	l.expose(b)\n",
		"ledger/faults", "TestFailingSyscalls",
	}, {
		"messages may be left out", "append.go",
		"n == 0 || n > last+1 || n > maxStreamSeq", "n == 0 || n > maxStreamSeq",
		"ledger", "TestAGapIsRefused",
	}, {
		"recorded times run backwards", "append.go",
		"return civil.Later(b.state.recorded, storable(a.Received)), true", "return storable(a.Received), true",
		"ledger", "TestRecordedTimeNeverRunsBackwards",
	}, {
		"hashes of the tree are not stored", "batch.go",
		"putPieces(bucketIn(tx, bucketTree), chunk, b.nodes, b.nodeEnds)", "error(nil)",
		"ledger", "TestVerifyCounts",
	}, {
		"the refused are dropped", "batch.go",
		"putEntries(bucketIn(tx, bucketRejected), b.rejected)", "error(nil)",
		"ledger", "TestQuarantineKeepsTheWholeMessage",
	}, {
		"checksums are not compared", "checksum.go",
		"if checksum(key, body) != binary.BigEndian.Uint32(value[n:]) {", "if false {",
		"ledger", "TestOpeningNoticesCorruption",
	}, {
		"the tree is not compared with the root committed", "log.go",
		"if l.tree.root() != l.state.root {", "if false {",
		"ledger", "TestOpeningNoticesForgery",
	}, {
		"a page in use may be listed as free", "boltcheck/walk.go",
		"		return w.FreeList()\n", "		return nil\n",
		"ledger", "TestAWrongListOfFreePagesIsRefused",
	}, {
		"another history is signed", "checkpoint/signer.go",
		"if root != was.Root || proof.CheckGrowth(older, newer, path) != nil {",
		"if false && (root != was.Root || proof.CheckGrowth(older, newer, path) != nil) {",
		"ledger/checkpoint", "TestAnotherHistoryIsNeverSigned",
	},
}

// alsoChanged are the further changes that some bugs need, by name.
var alsoChanged = map[string]planted{
	"the position is stored in another transaction": {file: "batch.go", old: "return writeState(tx, b.state)",
		new: "return nil"},
}

// TestPlantedBugs plants one bug at a time, into a build of its own, and asks that the test it names fails.
func TestPlantedBugs(t *testing.T) {
	many := points(plantedInShort, len(bugs))
	order := rand.New(rand.NewPCG(*seedFlag, 0)).Perm(len(bugs))
	s := sweep{t: t, name: "planted"}
	s.run(many, func(t *testing.T, point int, _ *rand.Rand) {
		bug := bugs[order[point%len(bugs)]]
		bug.plant(t)
	})
}

// The places where bugs are planted are all there, also those that no short run comes to.
func TestBugsCanBePlanted(t *testing.T) {
	for _, bug := range bugs {
		t.Run(bug.name, func(t *testing.T) { bug.change(t, map[string]string{}) })
	}
	for name, more := range alsoChanged {
		more.name = name
		t.Run(name, func(t *testing.T) { more.change(t, map[string]string{}) })
	}
}

// plant builds and runs the test with the bug.
func (p planted) plant(t *testing.T) {
	t.Helper()
	overlay := map[string]string{}
	p.change(t, overlay)
	if more, needed := alsoChanged[p.name]; needed {
		more.change(t, overlay)
	}
	text, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(list, text, 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.Command("go", "test", "-count=1", "-vet=off", "-overlay", list, "-run", "^"+p.test+"$",
		"zhangben/"+p.folder)
	output, err := run.CombinedOutput()
	if err == nil || !strings.Contains(string(output), "--- FAIL: "+p.test) {
		t.Fatalf("%q: %s does not catch it: %v\n%s", p.name, p.test, err, output)
	}
	t.Logf("%q is caught by %s", p.name, p.test)
}

// change puts a changed copy of the file into the overlay. What is to be changed must be there, once.
func (p planted) change(t *testing.T, overlay map[string]string) {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("..", p.file))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), p.old); n != 1 {
		t.Fatalf("%s has %q %d times instead of once: plant %q where that went", p.file, p.old, n, p.name)
	}
	changed := filepath.Join(t.TempDir(), filepath.Base(p.file))
	if err := os.WriteFile(changed, []byte(strings.Replace(string(source), p.old, p.new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	overlay[file] = changed
}
