package store

import (
	"runtime"
	"strings"
)

// damaged is deferred where Badger reads. Badger looks into a block before it compares the checksum, and panics over some
// bytes that another has written there: that is damage to report, and no fault of the program. A panic of our own goes on.
func damaged(err *error) {
	r := recover()
	if r == nil {
		return
	}
	var calls [32]uintptr
	frames := runtime.CallersFrames(calls[:runtime.Callers(2, calls[:])])
	for {
		frame, more := frames.Next()
		switch {
		case strings.HasPrefix(frame.Function, "github.com/dgraph-io/badger/"):
			*err = corrupt("%v", r)
			return
		case !strings.HasPrefix(frame.Function, "runtime.") || !more:
			panic(r)
		}
	}
}
