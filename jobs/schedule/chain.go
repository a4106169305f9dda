package schedule

import (
	"fmt"
	"strings"
)

// chainLog is how the chain's wrappers tell what they did: a skip by Info, a panic by Error.
type chainLog struct {
	s *Scheduler
	j *job
}

func (l chainLog) Info(string, ...any) {
	l.s.mu.Lock()
	l.j.status.Skipped++
	total := l.j.status.Skipped
	l.s.mu.Unlock()
	if l.s.options.Skipped != nil {
		l.s.options.Skipped(l.j.Name, total)
	}
}

func (l chainLog) Error(err error, _ string, keysAndValues ...any) {
	p := &PanicError{Value: err}
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		if keysAndValues[i] == "stack" {
			p.Stack = strings.TrimPrefix(fmt.Sprint(keysAndValues[i+1]), "...\n")
		}
	}
	l.s.ended(l.j, p)
}
