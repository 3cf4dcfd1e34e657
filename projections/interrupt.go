package projections

import "context"

// A fold works for a caller, and ends soon after its context does. The context only stops the work, it never changes a
// figure, so the package stays a function of facts and an instant.

// interrupt notices that the caller is gone.
type interrupt struct {
	ctx   context.Context
	steps uint
}

// stepsPerLook is after how many steps the context is looked at: some tens of microseconds of work.
const stepsPerLook = 256

// interrupted is what a panic carries from the innermost loop to stopped.
type interrupted struct{ err error }

// step is called in every loop over facts, or what they left. It unwinds the fold when the caller is gone.
func (i *interrupt) step() {
	if i.steps++; i.steps%stepsPerLook == 0 {
		if err := i.ctx.Err(); err != nil {
			panic(interrupted{err})
		}
	}
}

// stopped, deferred by every entry point, turns an interrupted fold into the context's error. Any other panic goes on.
func stopped(err *error) {
	switch p := recover().(type) {
	case nil:
	case interrupted:
		*err = p.err
	default:
		panic(p)
	}
}
