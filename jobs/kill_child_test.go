package jobs

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// killVariable makes a test binary carry out a script instead of tests: the value is an assignment as JSON.
const killVariable = "SAMESTORY_JOBS_SCRIPT"

func TestMain(m *testing.M) {
	if value := os.Getenv(killVariable); value != "" {
		var a assignment
		err := json.Unmarshal([]byte(value), &a)
		if err == nil {
			err = a.run(context.Background())
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// assignment is what a child process is to do.
type assignment struct {
	Dir     string
	Script  uint64
	Attempt int // of this script: no two have the same time
	// Work, Step and Nth say where it ends itself, as a crash would; with an empty Step nowhere.
	Work, Step string
	Nth        int
}

// report is a line of what a child says: a step that it reached, or what it has seen committed and read back, after
// which it may not be lost.
type report struct {
	Work, Step string `json:",omitempty"`
	Kept       *kept  `json:",omitempty"`
}

// kept counts what a store has.
type kept struct {
	Stories, Expired, Versions, Overrides int
	Changes                               uint64
	Done                                  int // work of the script that is complete
}

// workOpen stands for opening the store, with what is done then about an earlier crash.
const workOpen = "open"

func (a *assignment) run(ctx context.Context) error {
	out := bufio.NewWriter(os.Stdout)
	say := func(r report) error { return errors.Join(json.NewEncoder(out).Encode(r), out.Flush()) }
	script := newScript(a.Script)
	w := &worker{script: script, dir: a.Dir}
	done, err := w.progress()
	if err != nil {
		return err
	}
	doing, nth := workOpen, 0
	w.seams = store.Seams{Transaction: 8 << 10, Step: func(step string) error {
		r := report{Work: doing, Step: step}
		if step == store.StepPlanned && w.store != nil {
			// Everything before has been committed.
			var err error
			if r.Kept, err = keptIn(w.store, done); err != nil {
				return err
			}
		}
		if err := say(r); err != nil {
			return err
		}
		if doing == a.Work && step == a.Step {
			if nth++; nth == a.Nth {
				return errors.Join(syscall.Kill(os.Getpid(), syscall.SIGKILL), context.DeadlineExceeded)
			}
		}
		return nil
	}}
	if w.store, err = store.Open(ctx, filepath.Join(a.Dir, "db"), store.Options{Create: true, MinFree: 1, Seams: w.seams}); err != nil {
		return err
	}
	for ; done < len(script.work); done++ {
		doing = script.work[done]
		now := time.Date(2026, 1, 20, 0, a.Attempt, 0, 0, time.UTC).Add(time.Duration(done) * time.Hour)
		w.clock = func() time.Time {
			now = now.Add(time.Millisecond)
			return now
		}
		if err := w.do(ctx, done); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		k, err := keptIn(w.store, done+1)
		if err != nil {
			return err
		}
		if err := errors.Join(w.advance(done+1), say(report{Kept: k})); err != nil {
			return err
		}
	}
	return w.store.Close()
}

func (w *worker) progressFile() string { return filepath.Join(w.dir, "progress") }

// progress is how much of the script is done.
func (w *worker) progress() (int, error) {
	b, err := os.ReadFile(w.progressFile())
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(b))
}

func (w *worker) advance(done int) error {
	next := w.progressFile() + ".next"
	if err := os.WriteFile(next, []byte(strconv.Itoa(done)), 0o644); err != nil {
		return err
	}
	return os.Rename(next, w.progressFile())
}

func keptIn(s *store.Store, done int) (*kept, error) {
	v := s.View()
	defer v.Close()
	stats, err := v.Stats()
	if err != nil {
		return nil, err
	}
	list, err := allOverrides(v)
	return &kept{
		Stories: stats.Stories, Expired: stats.Expired, Versions: stats.Versions, Overrides: len(list), Changes: stats.Changes, Done: done,
	}, err
}

// content is what a store says, without what depends on when it was said.
type content struct {
	Counts    store.Counts
	Stories   map[string]place
	Events    []cluster.Event
	Threads   []cluster.Thread
	Groups    []cluster.Group
	Series    []cluster.Series
	Overrides []cluster.Override
	Titles    map[string]string
}

type place struct {
	cluster.Placement
	Content string
	Kept    int
	Expired bool
}

func contentOf(s *store.Store) (*content, error) {
	v := s.View()
	defer v.Close()
	c := &content{Stories: map[string]place{}, Titles: map[string]string{}}
	stats, err := v.Stats()
	if err != nil {
		return nil, err
	}
	c.Counts = stats.Counts
	c.Counts.Runs, c.Counts.Changes = 0, 0
	for r, err := range v.AllStories() {
		if err != nil {
			return nil, err
		}
		c.Stories[r.ID] = place{r.Placement, hex.EncodeToString(r.Content[:]), r.Versions, r.Expired}
	}
	for e, err := range v.Events(time.Time{}, time.Time{}) {
		if err != nil {
			return nil, err
		}
		// How well it hangs together is as of the weights when it was looked at last, which a new process weighs anew.
		e.Cohesion = 0
		c.Events = append(c.Events, e)
		if c.Titles[e.ID], err = v.Title(e.ID); err != nil {
			return nil, err
		}
	}
	for t, err := range v.Threads(time.Time{}, time.Time{}) {
		if err != nil {
			return nil, err
		}
		c.Threads = append(c.Threads, t)
	}
	for g, err := range v.Groups() {
		if err != nil {
			return nil, err
		}
		c.Groups = append(c.Groups, g)
	}
	for l, err := range v.AllSeries() {
		if err != nil {
			return nil, err
		}
		c.Series = append(c.Series, l)
	}
	if c.Overrides, err = allOverrides(v); err != nil {
		return nil, err
	}
	for i := range c.Overrides {
		o := &c.Overrides[i]
		o.At = time.Time{}
		if o.Undone != nil {
			o.Undone.At = time.Time{}
		}
	}
	return c, nil
}

// journalOf is a hash of the entries up to one, with their times and numbers.
func journalOf(s *store.Store, upTo uint64) (uint64, error) {
	v := s.View()
	defer v.Close()
	sum := fnv.New64a()
	to := json.NewEncoder(sum)
	next := uint64(1)
	for e, err := range v.Changes(0, upTo) {
		if err != nil {
			return 0, err
		}
		if e.Seq != next {
			return 0, fmt.Errorf("entry %d of the journal stands where %d should", e.Seq, next)
		}
		next++
		if err := to.Encode(e); err != nil {
			return 0, err
		}
	}
	return sum.Sum64(), nil
}

// sorted is for reports of how often something was.
func sorted(m map[string]int) []string {
	var lines []string
	for name, n := range m {
		lines = append(lines, fmt.Sprintf("%s %d", name, n))
	}
	slices.Sort(lines)
	return lines
}
