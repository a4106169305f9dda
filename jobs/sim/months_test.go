package sim

import (
	"flag"
	"fmt"
	"maps"
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
)

// Months of a daemon to whom everything happens that may: it loses nothing, doubles nothing, and ends where a backfill does.
func TestMonths(t *testing.T) {
	seeds := make([]uint64, 0, *simSeeds)
	for i := range uint64(*simSeeds) {
		seeds = append(seeds, i+1)
	}
	days := *simDays
	if testing.Short() {
		seeds, days = seeds[:1], min(days, 4)
	}
	if *simSeed != 0 {
		seeds = []uint64{*simSeed}
	}
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
			t.Fatalf("line %d\n%s\n%s", i+1, a[i], b[i])
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

func (s *simulation) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
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

// bad are lines that are no stories.
var bad = []string{"not a story\n", `{"id":"x"}` + "\n", `{"title":"cut off in the` + "\n", "this file is a second helping\n"}

func (s *simulation) rubbish() {
	s.press.bad += len(bad)
	_, err := s.press.print(folders[s.press.random.IntN(2)], bad)
	s.must(err)
}

// again delivers what was delivered before, in a file that begins with something else.
func (s *simulation) again(n int) {
	if len(s.press.archive) == 0 {
		return
	}
	at := n % len(s.press.archive)
	lines := append(bad[3:4:4], s.press.archive[at:min(at+10, len(s.press.archive))]...)
	for _, l := range lines {
		if slices.Contains(bad, l) {
			s.press.bad++
		}
	}
	_, err := s.press.print(drops, lines)
	s.must(err)
}

// end lets quiet days go by until everything has had its turn, and compares what there is then with a backfill of everything that was delivered.
func (s *simulation) end() {
	s.await(s.begun.Add(time.Duration(s.days)*24*time.Hour + time.Hour))
	s.diary.say("quiet")
	s.skew.Store(0)
	s.slow.Store(false)
	s.full.Store(false)
	s.panicked.Store(false)
	for _, f := range s.press.sites {
		f.feel("", 0)
	}
	s.countdown.Store(0)
	s.news("")
	s.stop()
	s.start()
	for len(s.pusher.waiting) > 0 {
		time.Sleep(101 * time.Second)
		synctest.Wait()
		s.pusher.push(whole)
	}
	s.press.archive = append(s.press.archive, s.pusher.acked...)
	time.Sleep(50*time.Hour + 17*time.Second)
	synctest.Wait()
	s.sound()
	s.readOnce(len(s.pusher.acked)+s.polled(), s.pusher.twice)
	s.apart()
	got := s.exactly(s.store)
	fetched := s.fetched()
	s.stop()
	for _, f := range s.press.sites {
		s.must(f.server.Close())
	}
	for id := range s.press.ids {
		if _, ok := got.Content[id]; !ok {
			s.Errorf("story %s is lost", id)
		}
	}
	if want := len(s.press.ids) + fetched; len(got.Content) != want {
		s.Errorf("%d stories are there, %d were delivered", len(got.Content), want)
	}
	s.same("the daemon ends elsewhere than a backfill", s.backfilled(), got)
}

// backfilled is what a backfill makes of all that was delivered.
func (s *simulation) backfilled() *content {
	db := s.open("backfill")
	defer db.Close()
	s.backfill(db, strings.Join(s.press.archive, ""))
	return s.exactly(db)
}

// polled is how many stories and versions of them came from feeds, as the daemon counts.
func (s *simulation) polled() (n int) {
	view := s.store.View()
	defer view.Close()
	list, err := view.Feeds()
	s.must(err)
	for _, f := range list {
		n += int(f.New + f.Revised)
		s.diary.say("%s: %d polls, %d not modified, %d new, %d revised", f.Name, f.Polls, f.NotModified, f.New, f.Revised)
	}
	return n
}

// fetched holds that every story that a feed showed is there once, as it was shown last. It returns how many there are, and
// puts them into the archive as the store has them: what a feed says becomes a story in a way of its own.
func (s *simulation) fetched() int {
	view := s.store.View()
	defer view.Close()
	want := served(s.press.sites)
	there := map[string]string{}
	for r, err := range view.AllStories() {
		s.must(err)
		l, ok := want[r.URL]
		if !ok {
			continue
		}
		if there[r.URL] != "" {
			s.Errorf("%s is there twice, as %s and %s", r.URL, there[r.URL], r.ID)
		}
		there[r.URL] = r.ID
		if r.Title != l.Title {
			s.Errorf("%s has the title %q, its feed says %q", r.URL, r.Title, l.Title)
		}
		versions, err := view.Versions(r.ID)
		s.must(err)
		for _, v := range versions {
			line, err := lineOf(newsroom.Labelled{Story: v.Story})
			s.must(err)
			s.press.archive = append(s.press.archive, line)
		}
	}
	for url := range want {
		if there[url] == "" {
			s.Errorf("%s was in a feed and is not there", url)
		}
	}
	return len(want)
}

func (s *simulation) summary() string {
	var words []string
	for _, w := range slices.Sorted(maps.Keys(s.diary.count)) {
		words = append(words, fmt.Sprintf("%s %d", w, s.diary.count[w]))
	}
	return fmt.Sprintf("%d stories, %s", s.last.Stories, strings.Join(words, ", "))
}
