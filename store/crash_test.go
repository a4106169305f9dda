package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

// padded makes a batch so large that it needs the redo log.
func padded(n, size int) Batch {
	r := rand.New(rand.NewPCG(1, 2))
	d := &cluster.Delta{}
	for i := range n {
		features := make([]byte, size)
		for j := range features {
			features[j] = byte(r.Uint32())
		}
		id := fmt.Sprintf("big-%04d", i)
		d.Stories = append(d.Stories, cluster.StoryChange{
			Story:     cluster.Story{ID: id, Title: "Ferry", Text: "The ferry is late.", Published: epoch, Arrived: epoch},
			Placement: cluster.Placement{Story: id, Group: "g" + id, Event: "e" + id}, Features: features,
		})
	}
	return Batch{Delta: d, At: epoch, Cursors: []Cursor{{Source: "archive", Data: []byte("after")}}}
}

// dump reads everything there is, key by key.
func dump(t *testing.T, s *Store) map[string]string {
	t.Helper()
	rows := map[string]string{}
	v := s.View()
	defer v.Close()
	for table := range 256 {
		if table == tabCommits {
			continue // the same content may have come in more batches
		}
		err := v.scan(byte(table), nil, nil, func(key, value []byte) (bool, error) {
			rows[string(rune(table))+string(key)] = string(value)
			return true, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

// copyStore copies a folder as a crash would leave it: the store in it is still open.
func copyStore(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	if out, err := exec.Command("cp", "-a", "--sparse=always", from+"/.", to).CombinedOutput(); err != nil {
		t.Skipf("cannot copy sparse files here: %v: %s", err, out)
	}
	return to
}

// A commit that is cut off at any of its steps is there in full or not at all when the store is opened again, and it
// is never half there for a reader.
func TestCrashAtEveryStep(t *testing.T) {
	t.Parallel()
	small := padded(3, 100)
	large := padded(30, 400<<10)
	for _, test := range []struct {
		name  string
		batch Batch
		steps []string
		kept  string // the first step after which the batch counts
	}{
		{"one transaction", small, []string{StepPlanned, StepDone}, StepDone},
		{
			"redo log", large,
			[]string{StepPlanned, StepStaged, StepSynced, StepMarked, StepApplied, StepSettled, StepCleared, StepDropped, StepDone},
			StepMarked,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := create(t)
			m := newModel(rand.New(rand.NewPCG(3, 4)).IntN)
			for range 3 {
				if err := s.Commit(t.Context(), m.tick()); err != nil {
					t.Fatal(err)
				}
			}
			before := dump(t, s)
			copies := map[string]string{}
			reached := []string{}
			s.seams.Step = func(name string) error {
				if _, ok := copies[name]; !ok {
					copies[name] = copyStore(t, s.dir)
					reached = append(reached, name)
				}
				return nil
			}
			if err := s.Commit(t.Context(), test.batch); err != nil {
				t.Fatal(err)
			}
			after := dump(t, s)
			if diff := gocmp.Diff(test.steps, reached); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			kept := false
			for _, name := range test.steps {
				kept = kept || name == test.kept
				want := before
				if kept {
					want = after
				}
				crashed := reopen(t, copies[name], Options{})
				if got := dump(t, crashed); !gocmp.Equal(want, got) {
					t.Errorf("after a crash when %s: %d rows, expected %d", name, len(got), len(want))
				}
				clean(t, crashed)
			}
		})
	}
}

func clean(t *testing.T, s *Store) {
	t.Helper()
	report, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !report.OK() {
		t.Errorf("check finds %+v", report.Findings)
	}
}

// A store whose commit failed in the middle answers with the error, not with half a batch, until it is opened again.
func TestFailedCommitShowsNothing(t *testing.T) {
	t.Parallel()
	for _, step := range []string{StepStaged, StepMarked, StepApplied, StepSettled, StepCleared} {
		t.Run(step, func(t *testing.T) {
			s := create(t)
			crash := errors.New("crash")
			s.seams.Step = func(name string) error {
				if name == step {
					return crash
				}
				return nil
			}
			if err := s.Commit(t.Context(), padded(30, 400<<10)); !errors.Is(err, crash) {
				t.Fatalf("commit: %v", err)
			}
			v := s.View()
			if _, err := v.Stats(); !errors.Is(err, crash) {
				t.Errorf("stats: %v", err)
			}
			v.Close()
			if err := s.Commit(t.Context(), padded(1, 1)); !errors.Is(err, crash) {
				t.Errorf("next commit: %v", err)
			}
			s.seams.Step = func(string) error { return nil }
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = reopen(t, s.dir, Options{})
			clean(t, s)
			v = s.View()
			defer v.Close()
			stats, err := v.Stats()
			if err != nil {
				t.Fatal(err)
			}
			want := 30
			if step == StepStaged {
				want = 0
			}
			if stats.Stories != want {
				t.Errorf("%d stories after opening again, expected %d", stats.Stories, want)
			}
		})
	}
}

// A reader that comes while a redo log is being applied waits and then sees all of it.
func TestReaderWaitsForRedo(t *testing.T) {
	t.Parallel()
	s := create(t)
	early := s.View()
	defer early.Close()
	seen := make(chan int, 1)
	started := false
	s.seams.Step = func(name string) error {
		if name == StepApplied && !started {
			started = true
			go func() {
				v := s.View()
				defer v.Close()
				stats, _ := v.Stats()
				seen <- stats.Stories
			}()
			select {
			case n := <-seen:
				t.Errorf("a reader saw %d stories while the log was being applied", n)
				seen <- n
			case <-time.After(20 * time.Millisecond):
			}
		}
		return nil
	}
	if err := s.Commit(t.Context(), padded(30, 400<<10)); err != nil {
		t.Fatal(err)
	}
	if n := <-seen; n != 30 {
		t.Errorf("the reader saw %d stories", n)
	}
	if stats, err := early.Stats(); err != nil || stats.Stories != 0 {
		t.Errorf("the snapshot of before sees %d stories, %v", stats.Stories, err)
	}
}

// victim commits ticks one after the other and says so on standard output, until it is killed. Every fourth batch is
// large.
func victim(dir string) {
	o := Options{Create: true, MinFree: 1}
	if os.Getenv(trustingVariable) != "" {
		o.Seams.Free = func(string) (int64, error) { return math.MaxInt64, nil }
	}
	s, err := Open(context.Background(), dir, o)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	v := s.View()
	last, err := v.Cursor("victim")
	v.Close()
	if err != nil {
		fmt.Println("error", err)
		return
	}
	n, _ := strconv.Atoi(string(last))
	for {
		n++
		b := victimBatch(n)
		if err := s.Commit(context.Background(), b); err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println(n)
	}
}

// victimBatch is the nth batch: ten stories, a journal entry and a cursor that says n.
func victimBatch(n int) Batch {
	size := 200
	if n%4 == 0 {
		size = 750 << 10
	}
	d := &cluster.Delta{Changes: []cluster.Change{{Kind: "created", Object: strconv.Itoa(n)}}}
	for i := range 10 {
		id := fmt.Sprintf("victim-%d-%d", n, i)
		d.Stories = append(d.Stories, cluster.StoryChange{
			Story:     cluster.Story{ID: id, Text: strings.Repeat("The port is closed. ", n%7), Published: epoch.Add(time.Duration(n) * time.Minute)},
			Placement: cluster.Placement{Story: id, Group: "g" + id, Event: "e" + id}, Features: make([]byte, size),
		})
	}
	return Batch{Delta: d, At: epoch, Cursors: []Cursor{{Source: "victim", Data: []byte(strconv.Itoa(n))}}}
}

// A process that is killed at a random moment loses nothing that was acknowledged and leaves nothing by halves.
func TestKill(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	dir := filepath.Join(t.TempDir(), "store")
	acknowledged := 0
	for round := range 5 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), victimVariable+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		until := acknowledged + 3 + round
		for lines.Scan() {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("round %d: %s", round, lines.Text())
			}
			acknowledged = n
			if n == until {
				// The next commit has begun when the signal arrives, or is about to.
				go func() {
					time.Sleep(time.Duration(round*7) * time.Millisecond)
					_ = cmd.Process.Kill()
				}()
			}
		}
		_ = cmd.Wait()
		s, err := Open(t.Context(), dir, Options{ReadOnly: round%2 == 0, MinFree: 1})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		clean(t, s)
		v := s.View()
		data, err := v.Cursor("victim")
		if err != nil {
			t.Fatal(err)
		}
		stats, err := v.Stats()
		if err != nil {
			t.Fatal(err)
		}
		v.Close()
		n, _ := strconv.Atoi(string(data))
		if n < acknowledged || n > acknowledged+1 {
			t.Errorf("round %d: %d batches are there, %d were acknowledged", round, n, acknowledged)
		}
		// Of every batch there is an entry of its own and one for each of its ten events.
		if stats.Stories != 10*n || stats.Changes != uint64(11*n) {
			t.Errorf("round %d: %d stories and %d changes after %d batches", round, stats.Stories, stats.Changes, n)
		}
		acknowledged = n
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
