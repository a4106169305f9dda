package sim

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// diary is what happened in a simulation, in order: the acts of the world and the log of the daemon.
type diary struct {
	dir   string      // of the world, which has another name each time
	dead  atomic.Bool // the daemon is, and says nothing any more
	mu    sync.Mutex
	lines []string
	jobs  []span
	count map[string]int // of words that the summary tells
}

// span is one run of a job, by the clock of the schedule.
type span struct {
	job      string
	from, to time.Time
}

func (d *diary) say(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	line := time.Now().UTC().Format("2006-01-02 15:04:05.000 ") + fmt.Sprintf(format, args...)
	d.lines = append(d.lines, strings.ReplaceAll(line, d.dir, "DIR"))
}

func (d *diary) tally(word string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count[word]++
}

func (d *diary) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.lines, "\n")
}

// ordered is the diary with what happened at the same moment in the order of the words: who comes first then is for the
// machine to say.
func (d *diary) ordered() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(slices.Values(d.lines))
}

// Enabled implements slog.Handler.
func (d *diary) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (d *diary) Handle(_ context.Context, r slog.Record) error {
	if d.dead.Load() {
		return nil
	}
	var b strings.Builder
	var job string
	var took time.Duration
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "job":
			job = a.Value.String()
		case "took":
			took = a.Value.Duration()
		case "stack", "bytes", "bytes_before", "bytes_after": // what a file is packed into is not the same each time
			return true
		}
		if a.Value.Kind() == slog.KindTime { // the clock counts how often it was asked, below that
			a.Value = slog.TimeValue(a.Value.Time().Truncate(time.Millisecond))
		}
		fmt.Fprintf(&b, " %s=%v", a.Key, a.Value)
		return true
	})
	switch r.Message {
	case "job ended", "job failed", "job panicked":
		d.mu.Lock()
		d.jobs = append(d.jobs, span{job, r.Time.Add(-took), r.Time})
		d.mu.Unlock()
		d.tally(r.Message)
	}
	// When jobs are due is logged by who may not know it yet.
	if r.Level > slog.LevelDebug && r.Message != "job is scheduled" {
		d.say("  %s %s%s", r.Level, r.Message, b.String())
	}
	return nil
}

// WithAttrs implements slog.Handler.
func (d *diary) WithAttrs(attrs []slog.Attr) slog.Handler { return &noted{d, attrs} }

// WithGroup implements slog.Handler; the daemon's log has no groups.
func (d *diary) WithGroup(string) slog.Handler { return d }

// noted is a diary with attributes before those of each record.
type noted struct {
	*diary
	attrs []slog.Attr
}

// Handle implements slog.Handler.
func (n *noted) Handle(ctx context.Context, r slog.Record) error {
	with := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	with.AddAttrs(n.attrs...)
	r.Attrs(func(a slog.Attr) bool {
		with.AddAttrs(a)
		return true
	})
	return n.diary.Handle(ctx, with)
}

// WithAttrs implements slog.Handler.
func (n *noted) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &noted{n.diary, append(n.attrs[:len(n.attrs):len(n.attrs)], attrs...)}
}
