package live

import (
	"container/heap"

	"zhangben/events/civil"
)

// ending is an instant from which figures of an account are not good any more. One that is not that of the account's
// own figures counts for nothing.
type ending struct {
	until  civil.Instant
	number uint32
}

// endings is a heap, earliest first.
type endings []ending

func (e *endings) push(end ending) { heap.Push(e, end) }
func (e *endings) pop() ending     { return heap.Pop(e).(ending) }

// Len, Less, Swap, Push and Pop are for package heap.
func (e endings) Len() int           { return len(e) }
func (e endings) Less(i, j int) bool { return e[i].until.Before(e[j].until) }
func (e endings) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *endings) Push(end any)      { *e = append(*e, end.(ending)) }
func (e *endings) Pop() any {
	all := *e
	end := all[len(all)-1]
	*e = all[:len(all)-1]
	return end
}
