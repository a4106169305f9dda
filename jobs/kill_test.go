package jobs

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/samestory/samestory/store"
)

var (
	killRounds = flag.Int("kill.rounds", 15, "rounds of scripts whose process is killed")
	killSeed   = flag.Uint64("kill.seed", 1, "seed of the first round; the others count on from it")
)

// perScript is how many rounds with a script share the run that nothing interrupts.
const perScript = 15

// A process that is killed at any step of what it writes, or at any moment, loses nothing that was committed and leaves
// nothing by halves; when the same work is taken up again, it ends where it ends without a crash.
//
// go test ./jobs -run TestKilledAnywhere -kill.rounds 1 -kill.seed N does the round with the seed N again.
func TestKilledAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	kills := map[string]int{}
	references := map[uint64]*reference{}
	for seed := *killSeed; seed < *killSeed+uint64(*killRounds); seed++ {
		number := (seed + perScript - 1) / perScript
		if references[number] == nil {
			references[number] = uninterrupted(t, number)
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := &round{T: t, seed: seed, script: number, reference: references[number], kills: kills, dir: t.TempDir()}
			r.run()
		})
	}
	total := 0
	for _, n := range kills {
		total += n
	}
	t.Logf("%d rounds, %d kills:\n%s", *killRounds, total, strings.Join(sorted(kills), "\n"))
}

// reference is a run of a script that nothing interrupts.
type reference struct {
	content *content
	points  []point // every step, by name
	took    time.Duration
}

// point is a step of some work and how often it is reached.
type point struct {
	work, step string
	times      int
}

func uninterrupted(t *testing.T, script uint64) *reference {
	t.Helper()
	dir := t.TempDir()
	begun := time.Now()
	reports, err := spawn(t, assignment{Dir: dir, Script: script}, 0)
	if err != nil {
		t.Fatalf("script %d: %v", script, err)
	}
	ref := &reference{took: time.Since(begun)}
	for _, r := range reports {
		if r.Step == "" {
			continue
		}
		at := slices.IndexFunc(ref.points, func(p point) bool { return p.work == r.Work && p.step == r.Step })
		if at < 0 {
			at = len(ref.points)
			ref.points = append(ref.points, point{work: r.Work, step: r.Step})
		}
		ref.points[at].times++
	}
	s := openKilled(t, dir, false)
	defer s.Close()
	sound(t, s)
	if ref.content, err = contentOf(s); err != nil {
		t.Fatal(err)
	}
	return ref
}

// spawn runs a child to its end, or until it has killed itself, or kills it after a while if that is not zero.
func spawn(t *testing.T, a assignment, after time.Duration) (reports []report, err error) {
	t.Helper()
	value, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), killVariable+"="+string(value))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var r report
		if json.Unmarshal(lines.Bytes(), &r) == nil { // the last line may be cut
			reports = append(reports, r)
		}
	}
	if err := cmd.Wait(); err != nil {
		if stderr.Len() > 0 {
			t.Errorf("%s", stderr.String())
		}
		return reports, err
	}
	return reports, nil
}

func openKilled(t *testing.T, dir string, readOnly bool) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(dir, "db"), store.Options{ReadOnly: readOnly, MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// round is one script that is killed some times.
type round struct {
	*testing.T
	seed, script uint64
	reference    *reference
	dir          string
	kills        map[string]int

	attempt int
	last    kept
	entries uint64 // of the journal, when it was last looked at, with their hash
	journal uint64
}

func (r *round) run() {
	random := rand.New(rand.NewPCG(r.seed, 2))
	// Over the rounds every step of every work has its turn.
	points := r.reference.points
	p := points[int(r.seed*7)%len(points)]
	r.kill(assignment{Work: p.work, Step: p.step, Nth: 1 + random.IntN(p.times)}, 0)
	recovers := []string{store.StepApplied, store.StepSettled, store.StepCleared, store.StepDropped}
	unfinished := []string{store.StepStaged, store.StepSynced, store.StepMarked, store.StepApplied, store.StepSettled}
	if slices.Contains(unfinished, p.step) && random.IntN(2) == 0 {
		// Once more, while the new process puts in order what the first has left.
		r.kill(assignment{Work: workOpen, Step: recovers[random.IntN(len(recovers))], Nth: 1}, 0)
	}
	r.look(random.IntN(2) == 0)
	for range 1 + random.IntN(2) {
		r.kill(assignment{}, time.Duration(random.Float64()*float64(r.reference.took)))
		r.look(random.IntN(2) == 0)
	}
	r.kill(assignment{}, 0)
	r.look(false)
	s := openKilled(r.T, r.dir, true)
	defer s.Close()
	got, err := contentOf(s)
	if err != nil {
		r.Fatal(err)
	}
	if diff := gocmp.Diff(r.reference.content, got, cmpopts.EquateEmpty()); diff != "" {
		r.Errorf("the interrupted script %d ends elsewhere (-uninterrupted +interrupted):\n%s", r.script, diff)
	}
}

// kill lets a child go on with the script until it is killed or done.
func (r *round) kill(a assignment, after time.Duration) {
	r.Helper()
	a.Dir, a.Script, a.Attempt = r.dir, r.script, r.attempt
	r.attempt++
	reports, err := spawn(r.T, a, after)
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit) && !exit.Exited():
		where := "before anything"
		if len(reports) > 0 {
			last := reports[len(reports)-1]
			where = last.Work + " " + last.Step
			if last.Kept != nil && last.Step == "" {
				where = "between work"
			}
		}
		if after > 0 {
			where = "at random, after " + where
		}
		r.kills[where]++
		r.Logf("killed: %s", where)
	default:
		r.Fatalf("attempt %d: %v", a.Attempt, err)
	}
	for _, rep := range reports {
		if rep.Kept != nil {
			r.last = *rep.Kept
		}
	}
}

// look opens the store after a crash: check is content, and what was there is there.
func (r *round) look(readOnly bool) {
	r.Helper()
	s, err := store.Open(r.Context(), filepath.Join(r.dir, "db"), store.Options{ReadOnly: readOnly, MinFree: 1})
	if errors.Is(err, store.ErrNoStore) && r.last == (kept{}) {
		return // it was killed before there was one
	}
	if err != nil {
		r.Fatal(err)
	}
	defer s.Close()
	sound(r.T, s)
	now, err := keptIn(s, 0)
	if err != nil {
		r.Fatal(err)
	}
	// An expiry that was cut off may have been committed in part; it takes older versions along.
	versions := now.Expired == r.last.Expired && now.Versions < r.last.Versions
	if now.Stories < r.last.Stories || now.Expired < r.last.Expired || versions || now.Overrides < r.last.Overrides || now.Changes < r.last.Changes {
		r.Errorf("the store has %+v, %+v was committed", *now, r.last)
	}
	was, err := journalOf(s, r.entries)
	if err != nil {
		r.Fatal(err)
	}
	if r.entries > 0 && was != r.journal {
		r.Errorf("the first %d entries of the journal have changed", r.entries)
	}
	if r.entries = now.Changes; r.entries > 0 {
		if r.journal, err = journalOf(s, r.entries); err != nil {
			r.Fatal(err)
		}
	}
}
