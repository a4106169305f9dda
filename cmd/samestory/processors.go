package main

import "runtime"

// whoAnswers is how many goroutines may run for each processor in a process that works and answers at once.
//
// The scheduler of Go lets a goroutine that computes go on for ten milliseconds, and looks as seldom for requests while all
// that may run do. The system shares its processors a hundred times finer, and lets those go first who have waited. So there
// is room for the workers of a tick on all processors, and as much again for who answers.
const whoAnswers = 2

// makeRoom has requests answered beside a tick, until undo is called. Where GOMAXPROCS is set, whoever set it knows better.
func (a *app) makeRoom() (undo func()) {
	if a.getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	a.processors = runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(whoAnswers * a.processors)
	return func() { runtime.GOMAXPROCS(a.processors) }
}
