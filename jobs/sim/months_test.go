package sim

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/samestory/samestory/jobs/newsroom"
)

var (
	simDays  = flag.Int("sim.days", 30, "how long each simulation is")
	simSeed  = flag.Uint64("sim.seed", 0, "the one seed to run; 0: the first ones")
	simDiary = flag.Bool("sim.diary", false, "print what happened, also where nothing fails")
	simSeeds = flag.Int("sim.seeds", 3, "how many seeds are run")
	simKeep  = flag.String("sim.keep", "", "an existing folder that keeps the stores and what was delivered")
)

// Months of a daemon to whom everything happens that may: it loses nothing, doubles nothing, and ends where a backfill does.
func TestMonths(t *testing.T) {
	seeds, days := chosen()
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			var s *simulation
			synctest.Test(t, func(t *testing.T) { s = simulate(t, seed, days) })
			t.Logf("%d days in %s: %s", days, time.Since(begun).Round(time.Millisecond), s.summary())
		})
	}
}

// chosen are the seeds to run, and how many days of each.
func chosen() (seeds []uint64, days int) {
	if *simSeed != 0 {
		return []uint64{*simSeed}, *simDays
	}
	if testing.Short() {
		return []uint64{1}, min(*simDays, 4)
	}
	for i := range uint64(*simSeeds) {
		seeds = append(seeds, i+1)
	}
	return seeds, *simDays
}

// The same seed, the same simulation: else a failure could not be looked into.
func TestSeedReplays(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates a week twice")
	}
	var diaries [][]string
	for range 2 {
		synctest.Test(t, func(t *testing.T) { diaries = append(diaries, simulate(t, 5, 8).diary.ordered()) })
	}
	a, b := diaries[0], diaries[1]
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("line %d\n%s\n\n%s", i+1, strings.Join(a[max(0, i-10):min(len(a), i+10)], "\n"), strings.Join(b[max(0, i-10):min(len(b), i+10)], "\n"))
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d and %d lines", len(a), len(b))
	}
}

// simulation is a seed under way.
type simulation struct {
	*world
	seed  uint64
	begun time.Time
	days  int

	pusher *pusher
}

// zones have their clocks changed at different hours, by different steps, or never.
var zones = []string{"UTC", "Europe/Rome", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"}

// perDay is how many stories a day brings.
const perDay = 12

func simulate(t *testing.T, seed uint64, days int) *simulation {
	random := rand.New(rand.NewPCG(seed, 1))
	zone, err := time.LoadLocation(zones[seed%uint64(len(zones))])
	if err != nil {
		t.Fatal(err)
	}
	// A bubble begins with the year 2000. Most of the seeds begin so that the clocks change soon after.
	time.Sleep([]time.Duration{75, 80, 290, 0}[random.IntN(4)] * 24 * time.Hour)
	s := &simulation{world: newWorld(t, zone), seed: seed, begun: time.Now(), days: days}
	t.Cleanup(func() {
		if t.Failed() || *simDiary {
			t.Logf("seed %d, %d days from %s, %s:\n%s", seed, days, s.begun.UTC().Format(time.DateOnly), zone, s.diary.text())
		}
	})
	mix := newsroom.DefaultMix()
	mix.Undated = 0 // their time is when they were read
	stories := slices.Collect(newsroom.Generate(newsroom.Options{
		Seed: seed, Stories: perDay * days, Start: s.begun, Days: days, Outlets: 12, TextBytes: 500, Languages: []string{"en", "de"}, Mix: &mix,
	}))
	if s.press, err = newPress(s.dir, seed, stories, s.now); err != nil {
		t.Fatal(err)
	}
	s.press.ways = append(folders[:len(folders):len(folders)], pushes, feeds)
	s.press.sites = found(s.world)
	s.served, s.pusher = true, newPusher(s.world)
	if seed%3 == 2 {
		s.keeps = keep
	}
	s.nudge = func() { s.pusher.push(whole) }
	s.start()
	for _, a := range plan(random, days) {
		s.await(s.begun.Add(a.at))
		s.do(a)
	}
	s.end()
	return s
}

// await lets time pass until an act is due. A process that was told to die at some step may do so meanwhile.
func (s *simulation) await(at time.Time) {
	for {
		select {
		case <-time.After(time.Until(at)):
			return
		case <-s.died:
			s.bury()
			time.Sleep(73 * time.Second)
			s.start()
			s.sound()
		}
	}
}

func (s *simulation) do(a act) {
	s.diary.tally(string(a.kind))
	if a.kind != news && a.kind != pushed {
		s.diary.say("%s", a)
	}
	synctest.Wait()
	switch a.kind {
	case news:
		s.news("")
	case pushed:
		s.pusher.push(max(0, a.n%(2*ways)-ways))
	case ill:
		s.press.sites[a.n%sites].feel(moods[a.n/sites%len(moods)], a.lasts)
		s.diary.say("%s: %s", s.press.sites[a.n%sites].host(), moods[a.n/sites%len(moods)])
	case rubbish:
		s.rubbish()
	case torn:
		s.news("torn")
	case again:
		s.again(a.n)
	case rotate:
		s.must(s.press.rotate())
	case sweep:
		n, err := s.press.sweep(12 * 24 * time.Hour)
		s.must(err)
		s.diary.say("%d files are deleted", n)
	case restart:
		s.stop()
		time.Sleep(a.lasts)
		s.start()
	case killed:
		s.countdown.Store(0)
		if !s.diary.dead.Load() {
			s.kill()
		} else {
			<-s.died
		}
		s.bury()
		time.Sleep(a.lasts)
		s.start()
		s.sound()
	case crash:
		s.countdown.CompareAndSwap(0, int64(a.n))
	case clock:
		s.skew.Store(int64(a.lasts))
	case fullDisk:
		s.full.Store(true)
		time.AfterFunc(a.lasts, func() { s.full.Store(false) })
	case slowDisk:
		s.slow.Store(true)
		time.AfterFunc(a.lasts, func() { s.slow.Store(false) })
	case panics:
		s.panicked.Store(true)
	case reload:
		if !s.diary.dead.Load() {
			s.reload(a.n)
		}
	case order:
		if !s.diary.dead.Load() {
			s.order(a.n)
		}
	case lookHard:
		if !s.diary.dead.Load() {
			s.sound()
		}
	}
	if !s.diary.dead.Load() {
		s.look()
		if d := s.box.Depth(); d.Stories > most.Stories || d.Bytes > most.Bytes {
			s.Fatalf("%d stories in %d bytes wait in an inbox for %d in %d", d.Stories, d.Bytes, most.Stories, most.Bytes)
		}
		// Polls that have begun may still bring what they bring.
		if n, bytes := s.daemon.Pending(); bytes > pendingMost+sites*shown*2000 {
			s.Fatalf("%d stories in %d bytes were polled and wait", n, bytes)
		}
	}
}

// news delivers what has arrived.
func (s *simulation) news(how string) {
	due, err := s.press.due(time.Now())
	s.must(err)
	s.pusher.add(due[pushes])
	for _, f := range folders {
		lines := due[f]
		if len(lines) == 0 {
			continue
		}
		s.diary.say("news: %d lines for %s", len(lines), f)
		if how == "torn" && f == wire {
			// The rest comes before anybody takes the end of the file for finished.
			last := lines[len(lines)-1]
			s.press.lines[f]--
			s.press.archive = append(s.press.archive, last)
			path, err := s.press.print(f, append(lines[:len(lines)-1:len(lines)-1], last[:len(last)/2]))
			s.must(err)
			s.press.archive = slices.DeleteFunc(s.press.archive, func(l string) bool { return l == last[:len(last)/2] })
			time.Sleep(4*time.Minute + 11*time.Millisecond)
			s.press.lines[f]++
			s.must(s.press.write(path, last[len(last)/2:]))
			continue
		}
		_, err := s.press.print(f, lines)
		s.must(err)
	}
}

func (s *simulation) rubbish() {
	_, err := s.press.print(folders[s.press.random.IntN(2)], s.press.rubbish("not a story", `{"id":"x"`, `{"title":"cut off in the`))
	s.must(err)
}

// again delivers what was delivered before, in a file that begins with something else.
func (s *simulation) again(n int) {
	if len(s.press.archive) == 0 {
		return
	}
	at := n % len(s.press.archive)
	lines := append(s.press.rubbish("this file is a second helping"), s.press.archive[at:min(at+10, len(s.press.archive))]...)
	_, err := s.press.print(drops, lines)
	s.must(err)
}
