package crew

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Run calls work(0) to work(n-1), each on a goroutine of its own, and waits for all of them. If one panics Run does too, when
// all have ended, with what the first said and where.
func Run(n int, work func(worker int)) {
	var wait sync.WaitGroup
	var once sync.Once
	var panicked *Panic
	for w := range n {
		wait.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					stack := string(debug.Stack())
					once.Do(func() { panicked = &Panic{Value: p, Stack: stack} })
				}
			}()
			work(w)
		})
	}
	wait.Wait()
	if panicked != nil {
		panic(panicked)
	}
}

// Panic is what Run panics with.
type Panic struct {
	Value any
	Stack string // of the goroutine that panicked first
}

// Error says what was panicked with, and where.
func (p *Panic) Error() string { return fmt.Sprintf("%v\n%s", p.Value, p.Stack) }
