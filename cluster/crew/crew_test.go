package crew

import (
	"strings"
	"sync/atomic"
	"testing"
)

func TestRun(t *testing.T) {
	var sum atomic.Int64
	Run(4, func(w int) { sum.Add(int64(w)) })
	if sum.Load() != 6 {
		t.Errorf("the workers add up to %d, want 6", sum.Load())
	}
	Run(0, func(int) { t.Error("nobody was asked to work") })
}

// Whoever called can recover, and learns where it was; the others end their work.
func TestPanicComesHome(t *testing.T) {
	var done atomic.Int64
	defer func() {
		p, ok := recover().(*Panic)
		if !ok || p.Value != "broken" || !strings.Contains(p.Stack, "TestPanicComesHome") {
			t.Errorf("panicked with %v", p)
		}
		if done.Load() != 3 {
			t.Errorf("%d others ended, want 3", done.Load())
		}
	}()
	Run(4, func(w int) {
		if w == 2 {
			panic("broken")
		}
		done.Add(1)
	})
	t.Error("Run returned")
}
