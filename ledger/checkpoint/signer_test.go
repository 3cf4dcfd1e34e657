package checkpoint

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"zhangben/ledger"
	"zhangben/ledger/proof"
)

func TestTheEmptyLogIsSignedToo(t *testing.T) {
	l := opening(t, t.TempDir())
	s := signing(t, l)
	note, err := s.Newest()
	if err != nil {
		t.Fatal(err)
	}
	if c, err := proof.OpenCheckpoint(note, publicOf(t, s)); err != nil || c.Size != 0 || c.Root != sha256.Sum256(nil) {
		t.Errorf("%+v, %v", c, err)
	}
	payments(t, l, 1, 9)
	if c := checkpointed(t, s, 9); c.Size != 9 {
		t.Errorf("%+v", c)
	}
}

// TestSigningGoesOnAfterARestart asks for the same bytes again, and that what was signed is remembered.
func TestSigningGoesOnAfterARestart(t *testing.T) {
	dir := t.TempDir()
	l := opening(t, dir)
	payments(t, l, 1, 100)
	s := signing(t, l)
	before, err := s.Newest()
	if err != nil {
		t.Fatal(err)
	}
	key := publicOf(t, s)
	closing(t, l)

	l = opening(t, dir)
	s = signing(t, l)
	if publicOf(t, s).String() != key.String() {
		t.Errorf("the key was %v and is %v", key, publicOf(t, s))
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
	if again, err := s.Newest(); err != nil || string(again) != string(before) {
		t.Errorf("signed\n%s\nand again, %v\n%s", before, err, again)
	}
	payments(t, l, 101, 200)
	receipt, err := s.Receipt(50, 0)
	if err != nil {
		t.Fatal(err)
	}
	if proven, err := receipt.Verify(key); err != nil || proven.Checkpoint.Size != 100 {
		t.Errorf("proven with a checkpoint of %d records, %v", proven.Checkpoint.Size, err)
	}
	if c, err := s.Consistency(100, 0); err != nil || string(c.Older) != string(before) {
		t.Errorf("%v, from\n%s", err, c.Older)
	}
}

// TestAnotherHistoryIsNeverSigned puts other logs beside what was signed.
func TestAnotherHistoryIsNeverSigned(t *testing.T) {
	home := t.TempDir()
	l := opening(t, home)
	payments(t, l, 1, 100)
	checkpointed(t, signing(t, l), 100)
	for name, history := range map[string]struct {
		take func(*testing.T, *ledger.Log)
		want error
	}{
		"a record rewritten": {func(t *testing.T, l *ledger.Log) {
			payments(t, l, 1, 69)
			pay(t, l, 70, 99)
			payments(t, l, 71, 100)
		}, ErrForked},
		"a record rewritten, and more after": {func(t *testing.T, l *ledger.Log) {
			payments(t, l, 1, 69)
			pay(t, l, 70, 99)
			payments(t, l, 71, 200)
		}, ErrForked},
		"the last records gone": {func(t *testing.T, l *ledger.Log) { payments(t, l, 1, 99) }, ErrNotCaughtUp},
		"nothing there":         {func(*testing.T, *ledger.Log) {}, ErrNotCaughtUp},
	} {
		dir := t.TempDir()
		other := opening(t, dir)
		history.take(t, other)
		transplant(t, home, dir)
		s := signing(t, other)
		last := other.Last()
		for what, ask := range map[string]func() error{
			"checking":            s.Check,
			"the newest":          func() error { _, err := s.Newest(); return err },
			"an earlier one":      func() error { _, err := s.Checkpoint(last / 2); return err },
			"a receipt":           func() error { _, err := s.Receipt(max(last, 1), 0); return err },
			"a consistency proof": func() error { _, err := s.Consistency(last/2, last); return err },
		} {
			if what == "a receipt" && last == 0 {
				continue // of no record
			}
			if err := ask(); !errors.Is(err, history.want) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

// transplant copies key and signed checkpoints from one ledger's folder to another's.
func transplant(t *testing.T, from, to string) {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(from, KeyFileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, KeyFileName), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(to, folderName), os.DirFS(filepath.Join(from, folderName))); err != nil {
		t.Fatal(err)
	}
}

// TestALogThatCaughtUpIsSignedAgain goes on with a restored ledger once it holds again what was signed.
func TestALogThatCaughtUpIsSignedAgain(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	l := opening(t, home)
	payments(t, l, 1, 100)
	want := checkpointed(t, signing(t, l), 100)

	restored := opening(t, dir)
	payments(t, restored, 1, 60)
	transplant(t, home, dir)
	s := signing(t, restored)
	if _, err := s.Newest(); !errors.Is(err, ErrNotCaughtUp) {
		t.Errorf("before: %v", err)
	}
	payments(t, restored, 61, 120)
	if got := checkpointed(t, s, 100); got != want {
		t.Errorf("after: %+v, want %+v", got, want)
	}
	checkpointed(t, s, 120)
}

// TestWithoutAKeyWhatWasSignedIsGiven reads a folder whose key is kept elsewhere.
func TestWithoutAKeyWhatWasSignedIsGiven(t *testing.T) {
	l := opening(t, t.TempDir())
	payments(t, l, 1, 9)
	s := NewSigner(l, nil)
	for _, ask := range []func() error{
		func() error { _, err := s.Newest(); return err },
		func() error { _, err := s.Receipt(1, 0); return err },
		func() error { _, err := s.Key(); return err },
	} {
		if err := ask(); !errors.Is(err, ErrNoKey) {
			t.Errorf("never signed: %v", err)
		}
	}
	holder := signing(t, l)
	want := checkpointed(t, holder, 9)
	payments(t, l, 10, 20)
	s = NewSigner(l, nil)
	receipt, err := s.Receipt(5, 0)
	if err != nil {
		t.Fatal(err)
	}
	if proven, err := receipt.Verify(publicOf(t, holder)); err != nil || proven.Checkpoint != want {
		t.Errorf("%+v, %v", proven, err)
	}
	if _, err := s.Newest(); err != nil {
		t.Error(err)
	}
	if _, err := s.Checkpoint(8); !errors.Is(err, ErrNoKey) {
		t.Errorf("a size never signed: %v", err)
	}
	if _, err := s.Receipt(10, 0); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("a record after what was signed: %v", err)
	}
}

// TestNothingIsSignedThatCannotBeNoted has a file where the folder of signed checkpoints should be.
func TestNothingIsSignedThatCannotBeNoted(t *testing.T) {
	dir := t.TempDir()
	l := opening(t, dir)
	payments(t, l, 1, 9)
	s := signing(t, l)
	if err := os.WriteFile(filepath.Join(dir, folderName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if note, err := s.Newest(); err == nil {
		t.Errorf("signed all the same:\n%s", note)
	}
}

func TestCorruptedNotesStopSigning(t *testing.T) {
	dir := t.TempDir()
	l := opening(t, dir)
	payments(t, l, 1, 9)
	checkpointed(t, signing(t, l), 9)
	for _, content := range []string{
		"",
		"zhangben/1\n8\n",
		"zhangben/1\n8\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, folderName, fileName(9)), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := signing(t, l).Newest(); !errors.Is(err, ledger.ErrDamaged) {
			t.Errorf("%q: %v", content, err)
		}
	}
}

// TestOnlyTheLastCheckpointIsKept lets many be signed.
func TestOnlyTheLastCheckpointIsKept(t *testing.T) {
	dir := t.TempDir()
	l := opening(t, dir)
	s := signing(t, l)
	for n := 1; n <= 20; n++ {
		payments(t, l, n, n)
		checkpointed(t, s, ledger.Seq(n))
	}
	entries, err := os.ReadDir(filepath.Join(dir, folderName))
	if err != nil || len(entries) != 1 || entries[0].Name() != fileName(20) {
		t.Errorf("%v, %v", entries, err)
	}
}

// TestManyAskWhileTheLogGrows has receipts and checkpoints asked for by several at a time, by two signers of one
// folder.
func TestManyAskWhileTheLogGrows(t *testing.T) {
	l := opening(t, t.TempDir())
	payments(t, l, 1, 1)
	signers := []*Signer{signing(t, l), signing(t, l)}
	key := publicOf(t, signers[0])
	var asking sync.WaitGroup
	for _, s := range append(signers, signers...) {
		asking.Go(func() {
			for seq := ledger.Seq(1); seq < 300; seq = l.Last() {
				receipt, err := s.Receipt(seq, 0)
				if err == nil {
					_, err = receipt.Verify(key)
				}
				if err != nil {
					t.Errorf("record %d: %v", seq, err)
					return
				}
			}
		})
	}
	for n := 2; n <= 300; n++ {
		payments(t, l, n, n)
	}
	asking.Wait()
	if err := signers[0].Check(); err != nil {
		t.Error(err)
	}
}
