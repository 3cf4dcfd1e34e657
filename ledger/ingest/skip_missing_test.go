package ingest

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"zhangben/ledger"
)

// spoil changes a byte of a message in the storage of a stream whose server is down.
func spoil(t *testing.T, folder string, message []byte) {
	t.Helper()
	spoilt := false
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".blk" {
			return err
		}
		content, err := os.ReadFile(path)
		if at := bytes.Index(content, message); err == nil && at >= 0 {
			content[at+len(message)/2] ^= 1
			spoilt, err = true, os.WriteFile(path, content, 0o600)
		}
		return err
	})
	if err != nil || !spoilt {
		t.Fatalf("the message is in no file: %v", err)
	}
}

// A consumer leaves out a message that rotted in the stream's storage, and says nothing. The log stops before it,
// status tells which it is, and only an operator can go on without it: it stands in quarantine then.
func TestRottenMessageIsNotPassedOver(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	var rotten []byte
	for n := range 8 {
		e := topUp("acct-1", "10.00")
		s.put("billing.events.acct-1.wallet.topped_up", nil, e)
		if n == 4 {
			rotten = e
		}
	}
	s.restartServer(func() { spoil(t, s.natsDir, rotten) })
	s.startLog()
	s.wantHalt(ledger.ErrGap)
	if at := s.log.Position().StreamSeq; at != 4 {
		t.Errorf("stopped after message %d", at)
	}
	status, err := Inspect(s.ctx(), s.js, s.log)
	if err != nil || status.Condition != Gap || status.What != "the stream has lost message 5" {
		t.Errorf("%+v %v", status, err)
	}
	s.stopLog()
	s.startLog()
	s.wantHalt(ledger.ErrGap)

	many, err := SkipMissing(s.ctx(), s.ensure(StreamOptions{}), s.log)
	if err != nil || many != 1 {
		t.Errorf("%d lost, %v", many, err)
	}
	s.stopLog()
	s.startLog()
	for n := uint64(6); n <= 8; n++ {
		s.outcome(n)
	}
	s.wantLast(7)
	kept, err := s.log.Rejected(0, 9)
	if err != nil || len(kept) != 1 || kept[0].ID != 5 || kept[0].Message != missingMessage.Message {
		t.Errorf("%+v %v", kept, err)
	}
}

// Where the stream is whole nothing is given up.
func TestNothingIsGivenUpThatIsThere(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(3)...)
	if many, err := SkipMissing(s.ctx(), s.ensure(StreamOptions{}), s.log); err != nil || many != 0 {
		t.Errorf("%d lost, %v", many, err)
	}
}
