package doctor

import (
	"encoding/json"
	"fmt"
	"io"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
)

// Finding is what the doctor says of one thing.
type Finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	What  string `json:"what"`
	Do    string `json:"do,omitempty"` // what to do about it
}

// Findings are all of them. OK reports that there is nothing to do.
type Findings struct {
	OK   bool      `json:"ok"`
	List []Finding `json:"findings"`
}

// good notes that a thing is as it should be.
func (f *Findings) good(check, format string, args ...any) {
	f.List = append(f.List, Finding{Check: check, OK: true, What: fmt.Sprintf(format, args...)})
}

// bad notes that something is to be done.
func (f *Findings) bad(check, do, format string, args ...any) {
	f.OK = false
	f.List = append(f.List, Finding{Check: check, What: fmt.Sprintf(format, args...), Do: do})
}

// Print prints the findings. It fails with exit code 3 where there is something to do.
func (f *Findings) Print(w io.Writer, asJSON bool) error {
	if err := f.print(w, asJSON); err != nil {
		return err
	}
	if !f.OK {
		return exit.With(exit.Rejected, nil)
	}
	return nil
}

func (f *Findings) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(f)
	}
	t := new(render.Table)
	for _, x := range f.List {
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
