package main

import (
	"encoding/json"
	"fmt"
	"io"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
)

// finding is what the doctor says of one thing.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	What  string `json:"what"`
	Do    string `json:"do,omitempty"` // what to do about it
}

// findings are all of them. OK tells whether there is nothing to do.
type findings struct {
	OK       bool      `json:"ok"`
	Findings []finding `json:"findings"`
}

// good notes that a thing is as it should be.
func (f *findings) good(check, format string, args ...any) {
	f.Findings = append(f.Findings, finding{Check: check, OK: true, What: fmt.Sprintf(format, args...)})
}

// bad notes that something is to be done.
func (f *findings) bad(check, do, format string, args ...any) {
	f.OK = false
	f.Findings = append(f.Findings, finding{Check: check, What: fmt.Sprintf(format, args...), Do: do})
}

// tell prints the findings. It fails with exit code 3 where there is something to do.
func (f *findings) tell(w io.Writer, asJSON bool) error {
	if err := f.print(w, asJSON); err != nil {
		return err
	}
	if !f.OK {
		return exit.With(exit.Rejected, nil)
	}
	return nil
}

func (f *findings) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(f)
	}
	t := new(render.Table)
	for _, x := range f.Findings {
		mark := "ok"
		if !x.OK {
			mark = "!!"
		}
		t.Add(mark, x.Check, x.What)
		if x.Do != "" {
			t.Add("", "", "-> "+x.Do)
		}
	}
	return t.Write(w, "")
}
