package api

import (
	"errors"
	"testing"
)

// Answers are counted in bytes from smallAnswer on, until the request is over.
func TestAnswersUnderWayAreBounded(t *testing.T) {
	l := newLimits()
	const size = 4 << 20
	var under []*answerWriter
	for range maxAnswers / size {
		answer := &answerWriter{limits: &l}
		if err := answer.holdAnswer(size); err != nil {
			t.Fatalf("after %d answers: %v", len(under), err)
		}
		under = append(under, answer)
	}
	another := &answerWriter{limits: &l}
	if err := another.holdAnswer(smallAnswer); !errors.Is(err, errAnswers) {
		t.Errorf("one more: %v", err)
	}
	if err := another.holdAnswer(smallAnswer - 1); err != nil {
		t.Errorf("a small one: %v", err)
	}
	under[0].release()
	if err := another.holdAnswer(size); err != nil {
		t.Errorf("after one was over: %v", err)
	}
	if err := another.holdAnswer(smallAnswer); !errors.Is(err, errAnswers) {
		t.Errorf("one more after that: %v", err)
	}
}
