package main

import "runtime"

// whoAnswers is how many goroutines may run for each processor in a process that works and answers at once.
//
// The scheduler of Go lets a goroutine that computes go on for ten milliseconds, and looks as seldom for requests while all
// that may run do. The system shares its processors a hundred times finer, and lets those go first who have waited. So there
// is room for the workers of a tick, and as much again and more for who answers and for the collection of garbage.
const whoAnswers = 2

// makeRoom has requests answered beside a tick, until undo is called: more goroutines may run than there are processors, and
// the workers of a tick leave one of these to who answers, where there are several. Where GOMAXPROCS is set, whoever set it
// knows better.
func (a *app) makeRoom() (undo func()) {
	if a.getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	a.processors = runtime.GOMAXPROCS(0)
	a.workers = max(1, a.processors-1)
	runtime.GOMAXPROCS(whoAnswers * a.processors)
	return func() { runtime.GOMAXPROCS(a.processors) }
}
