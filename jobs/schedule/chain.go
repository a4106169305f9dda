package schedule

import (
	"fmt"
	"strings"
)

// chainLog is how the chain's wrapper tells of a panic.
type chainLog struct {
	s *Scheduler
	j *job
}

func (chainLog) Info(string, ...any) {}

func (l chainLog) Error(err error, _ string, keysAndValues ...any) {
	p := &PanicError{Value: err}
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		if keysAndValues[i] == "stack" {
			p.Stack = strings.TrimPrefix(fmt.Sprint(keysAndValues[i+1]), "...\n")
		}
	}
	l.s.ended(l.j, p)
}
