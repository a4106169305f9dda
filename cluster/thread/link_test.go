package thread_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/cluster/thread"
)

func TestID(t *testing.T) {
	// The id of a thread is derived from its founding story and must never change.
	if got, want := thread.ID(""), "t80d0m3jvyx"; got != want {
		t.Errorf("ID of the empty story = %q, want %q", got, want)
	}
}

func TestLinkNothing(t *testing.T) {
	idf := &tables{background: text.LoadBackground("en")}
	if got := thread.Link(nil, idf, thread.DefaultParams()); len(got) != 0 {
		t.Errorf("no events: got %d threads", len(got))
	}
	// Stories without a word are alone.
	empty := []thread.Event{
		{ID: "a", Founder: "a", Stories: []thread.Story{{ID: "a"}}},
		{ID: "b", Founder: "b", Undated: true, Stories: []thread.Story{{ID: "b"}}},
		{ID: "c", Founder: "c"},
	}
	if got := thread.Link(empty, idf, thread.DefaultParams()); len(got) != 2 {
		t.Errorf("got %d threads, want 2: an event without stories is none", len(got))
	}
}

// Five stories without dates in an empty store: whatever their ids, and so their order, the two about the attack share
// a thread and the others share one with nothing.
func TestUndatedStories(t *testing.T) {
	stories := loadFixture(t, "testdata/undated.jsonl")
	ids := []string{"1", "2", "3", "4", "5"}
	permute(len(stories), func(order []int) {
		renamed := slices.Clone(stories)
		for i, k := range order {
			renamed[i].ID = ids[k]
		}
		events, idf := eventsOf(renamed)
		got := partition(thread.Link(events, idf, thread.DefaultParams()))
		want := []string{"e-" + renamed[0].ID, "e-" + renamed[1].ID}
		slices.Sort(want)
		if diff := cmp.Diff([][]string{want}, got); diff != "" {
			t.Fatalf("order %v (-want +got):\n%s", order, diff)
		}
	})
}

// When a story without a date arrived says nothing, also in an event whose other stories have one: what comes after a
// long silence does not follow because of it.
func TestUndatedStoryOfADatedEvent(t *testing.T) {
	events, idf := eventsOf(loadFixture(t, "testdata/station.jsonl"))
	for i := range events[1:] {
		e := &events[i+1]
		e.First, e.Last = e.First.AddDate(0, 3, 0), e.Last.AddDate(0, 3, 0)
		for k := range e.Stories {
			e.Stories[k].Time = e.Stories[k].Time.AddDate(0, 3, 0)
		}
	}
	first := events[0].Stories[0]
	linked := func(arrived time.Time) []thread.Thread {
		undated := first
		undated.ID, undated.Time, undated.Undated = "undated", arrived, true
		more := slices.Clone(events)
		more[0].Stories = []thread.Story{first, undated}
		return thread.Link(more, idf, thread.DefaultParams())
	}
	if diff := cmp.Diff(linked(first.Time), linked(first.Time.AddDate(20, 0, 0))); diff != "" {
		t.Errorf("arrived at once and after 20 years (-at once +late):\n%s", diff)
	}
}

func permute(n int, visit func([]int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	var rec func(int)
	rec = func(k int) {
		if k == n {
			visit(order)
			return
		}
		for i := k; i < n; i++ {
			order[k], order[i] = order[i], order[k]
			rec(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}
	rec(0)
}

// Kind words are what keeps other news of the same place out: the reopening of a mall in the station has too few of them
// for the gate; with the gate open the head refuses it, and would take it with those of a true follow-up.
func TestKindWordsGuard(t *testing.T) {
	events, idf := eventsOf(loadFixture(t, "testdata/station.jsonl"))
	judge := func(event string, p thread.Params) thread.Judgement {
		j, ok := thread.Explain(events, idf, p, event, thread.ID("attack-en-1"))
		if !ok {
			t.Fatalf("%s cannot be explained", event)
		}
		return j
	}
	shut := slices.ContainsFunc(judge("e-mall", thread.DefaultParams()).Gates, func(g thread.Gate) bool {
		return g.Name == thread.GateKinds && !g.Passed
	})
	if !shut {
		t.Error("the gate of kind words is open for the mall")
	}
	p := thread.DefaultParams()
	p.KindsLeast = 0
	mall, follow := judge("e-mall", p), judge("e-prosecutors", p)
	if mall.Odds >= 0 || follow.Odds < 0 || len(mall.Features) == 0 {
		t.Fatalf("log odds of the mall %.2f and of the prosecutors %.2f: want one below and one above 0", mall.Odds, follow.Odds)
	}
	with := mall.Odds
	for i, f := range follow.Features {
		if f.Name == "event words" || f.Name == "kind words" {
			with += f.Weight * (f.Value - mall.Features[i].Value)
		}
	}
	if with < 0 {
		t.Errorf("log odds of the mall %.2f, with the kind words of the prosecutors %.2f: something else keeps it out", mall.Odds, with)
	}
}

// An event that shares nothing with the others changes nothing about them.
func TestUnrelatedEvent(t *testing.T) {
	stories := loadFixture(t, "testdata/station.jsonl")
	events, idf := eventsOf(stories)
	before := thread.Link(events, idf, thread.DefaultParams())
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[A-Z]?[b-df-hj-np-tv-z]{5,9}q`), 5, 40).Draw(t, "words")
		day := rapid.IntRange(-30, 120).Draw(t, "day")
		body := strings.Join(words, " ")
		at := stories[0].Published.AddDate(0, 0, day)
		extra := thread.Event{
			ID: "e-extra", Founder: "extra", Lang: "en", First: at, Last: at,
			Stories: []thread.Story{{
				ID: "extra", Time: at, Vector: vectorOf("", body, "en"),
				Profile: thread.NewProfile(thread.Doc{Lang: "en", Text: body}, nil),
			}},
		}
		after := thread.Link(append(slices.Clone(events), extra), idf, thread.DefaultParams())
		after = slices.DeleteFunc(after, func(t thread.Thread) bool { return t.Links[0].Event == "e-extra" })
		if diff := cmp.Diff(before, after, scoresMove); diff != "" {
			t.Fatalf("(-before +after):\n%s", diff)
		}
	})
}

// scoresMove compares weights of kind words to a tenth: one more story makes every kind word a little rarer.
var scoresMove = cmp.Comparer(func(a, b float64) bool { return a-b < .1 && b-a < .1 })

// Every event is in exactly one thread, and each thread begins with its founding event.
func TestEveryEventOnce(t *testing.T) {
	events, idf := eventsOf(loadFixture(t, "testdata/station.jsonl"))
	seen := make(map[string]int)
	for _, th := range thread.Link(events, idf, thread.DefaultParams()) {
		for i, l := range th.Links {
			seen[l.Event]++
			if (l.Kind == thread.Founding) != (i == 0) {
				t.Errorf("%s: link %d of its thread is %q", l.Event, i, l.Kind)
			}
		}
	}
	for _, e := range events {
		if seen[e.ID] != 1 {
			t.Errorf("%s is in %d threads", e.ID, seen[e.ID])
		}
	}
}

// An event of several stories counts as one: what a third of them name is what it is about.
func TestEventOfSeveralStories(t *testing.T) {
	stories := loadFixture(t, "testdata/station.jsonl")
	events, idf := eventsOf(stories)
	merged := slices.Clone(events[:1])
	for _, e := range events[1:] {
		if e.ID == "e-attack-en-2" {
			merged[0].Stories = append(slices.Clone(merged[0].Stories), e.Stories...)
			merged[0].Last = e.Last
			continue
		}
		merged = append(merged, e)
	}
	got := partition(thread.Link(merged, idf, thread.DefaultParams()))
	if len(got) != 1 || len(got[0]) != 12 {
		t.Errorf("got %q, want one thread of 12 events", got)
	}
}

// newsroom makes n events about a few hundred places and kinds of happenings, with follow-ups.
func newsroom(n int) ([]thread.Event, *tables) {
	start := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	var stories []fixtureStory
	syllables := []string{"ba", "do", "ke", "li", "mo", "nu", "ra", "si", "te", "vo"}
	place := func(i int) string {
		w := syllables[i%10] + syllables[i/10%10] + syllables[i/100%10] + syllables[i/1000%10] + "x"
		return strings.ToUpper(w[:1]) + w[1:]
	}
	crimes := []string{
		"stabbing", "blast", "flood", "derailment", "blaze", "earthquake", "robbery", "riot", "kidnapping", "landslide",
		"strike", "blackout", "shipwreck", "hoax", "outbreak", "tornado", "leak", "stampede", "coup", "eruption",
	}
	sequels := []string{"injured", "missing", "evacuated", "arrested", "threatened", "rescued", "mourning", "infected", "deported", "poisoned"}
	titles := []string{"%s shakes %s", "What we know of the %s of %s", "Inquiry opens into %s in %s"}
	bodies := []string{
		"A %s struck the district of %s in %s, where neighbours called for help: many %s.",
		"Families gathered after the %s near %s in %s as the mayor promised to help the %s.",
		"A judge began to look into the %s near %s in %s and asked why nobody warned the %s.",
	}
	for i := range n {
		story := i / 3 // three events each
		crime := crimes[story%len(crimes)]
		a, b := place(story), place(story+5000)
		stories = append(stories, fixtureStory{
			ID: fmt.Sprintf("s%06d", i), Lang: "en", Published: start.Add(time.Duration(i) * 7 * time.Minute),
			Title: fmt.Sprintf(titles[i%3], crime, a), Text: fmt.Sprintf(bodies[i%3], crime, b, a, sequels[story/len(crimes)%len(sequels)]),
		})
	}
	return eventsOf(stories)
}

func TestManyThreads(t *testing.T) {
	events, idf := newsroom(900)
	threads := thread.Link(events, idf, thread.DefaultParams())
	story := func(event string) int {
		var i int
		if _, err := fmt.Sscanf(event, "e-s%d", &i); err != nil {
			t.Fatal(err)
		}
		return i / 3
	}
	for _, th := range threads {
		for _, l := range th.Links {
			if story(l.Event) != story(th.Links[0].Event) {
				t.Errorf("%s is in the thread of %s", l.Event, th.Links[0].Event)
			}
		}
	}
	if len(threads) > 450 {
		t.Errorf("got %d threads for 300 stories", len(threads))
	}
}

// sagaStore makes a store with a saga: 60 stories of half a year that drop the names they began with, and 300 others.
type sagaStore struct {
	step   time.Duration // from one of the others to the next
	shared bool          // the others are about the same subject, all the time
}

func (o sagaStore) make() []fixtureStory {
	r := rand.New(rand.NewPCG(7, 7))
	word := func(n int) string { // one of n words
		k := r.IntN(n)
		return string([]byte{"bdfgklmnprstvz"[k%14], "aeiou"[k/14%5], "bdfgklmnprstvz"[k/70%14], "aeiou"[k/980%5], 'x'})
	}
	start := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	var stories []fixtureStory
	for i := range 60 {
		var b strings.Builder
		if i < 4 {
			b.WriteString("In the city of Ladov and in Belmar rebels were shelling the quarter. ")
		}
		for range 14 {
			fmt.Fprintf(&b, "saga%s ", word(40))
		}
		stories = append(stories, fixtureStory{ID: fmt.Sprintf("saga%02d", i), Lang: "en", Published: start.AddDate(0, 0, 3*i), Text: b.String()})
	}
	for i := range 300 {
		var b strings.Builder
		for range 16 {
			if o.shared {
				b.WriteString("saga")
				fmt.Fprintf(&b, "%s ", word(40))
				continue
			}
			fmt.Fprintf(&b, "%s ", word(3000))
		}
		stories = append(stories, fixtureStory{ID: fmt.Sprintf("other%03d", i), Lang: "en", Published: start.Add(time.Duration(i) * o.step), Text: b.String()})
	}
	return stories
}

// sagaOf counts what the thread of the saga's first story holds.
func sagaOf(t *testing.T, stories []fixtureStory, p thread.Params) (members, strangers int) {
	t.Helper()
	events, idf := eventsOf(stories)
	first := make(map[string]time.Time)
	for _, e := range events {
		first[e.ID] = e.First
	}
	for _, ids := range partition(thread.Link(events, idf, p)) {
		if ids[0] != "e-saga00" {
			continue
		}
		if !slices.IsSortedFunc(ids, func(a, b string) int { return first[a].Compare(first[b]) }) {
			t.Errorf("links are not in order of founding time: %q", ids)
		}
		for _, id := range ids {
			if strings.HasPrefix(id, "e-saga") {
				members++
			} else {
				strangers++
			}
		}
	}
	return members, strangers
}

// A story of months drops the names it began with. What holds it together is that its words belong to its time: the
// store has to reach beyond that time, and be about other things there.
func TestSaga(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name                 string
		store                sagaStore
		change               func(*thread.Params)
		least, most, strange int
	}{
		{"in a store of two years", sagaStore{step: 56 * time.Hour}, nil, 50, 60, 0},
		{"in a store that is not longer than the saga", sagaStore{step: 14 * time.Hour}, nil, 0, 6, 0},
		{"in a store that is about nothing else", sagaStore{step: 56 * time.Hour, shared: true}, nil, 0, 6, 0},
		{"in a store below the size for sagas", sagaStore{step: 56 * time.Hour}, func(p *thread.Params) { p.SagaStore = 1000 }, 0, 6, 0},
		{"at the largest size of a thread", sagaStore{step: 56 * time.Hour}, func(p *thread.Params) { p.SagaMost = 10 }, 8, 12, 0},
		{"where too few stories tell", sagaStore{step: 56 * time.Hour}, func(p *thread.Params) { p.SagaControl = 400 }, 0, 6, 0},
		{"with silences longer than the window", sagaStore{step: 56 * time.Hour}, func(p *thread.Params) { p.Window = 2 * day }, 0, 6, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := thread.DefaultParams()
			if tt.change != nil {
				tt.change(&p)
			}
			members, strangers := sagaOf(t, tt.store.make(), p)
			if members < tt.least || members > tt.most || strangers > tt.strange {
				t.Errorf("the saga holds %d of its 60 stories and %d strangers, want %d to %d and at most %d",
					members, strangers, tt.least, tt.most, tt.strange)
			}
		})
	}
}

// The threads of a store with sagas do not depend on the order in which its events are given.
func TestSagaOrder(t *testing.T) {
	events, idf := eventsOf(sagaStore{step: 56 * time.Hour}.make())
	want := partition(thread.Link(events, idf, thread.DefaultParams()))
	r := rand.New(rand.NewPCG(1, 2))
	for range 3 {
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		if diff := cmp.Diff(want, partition(thread.Link(events, idf, thread.DefaultParams()))); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}

func BenchmarkLink(b *testing.B) {
	for _, n := range []int{3000, 12000} {
		events, idf := newsroom(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				thread.Link(events, idf, thread.DefaultParams())
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/event")
		})
	}
}

func BenchmarkNewProfile(b *testing.B) {
	stories := loadFixture(b, "testdata/station.jsonl")
	body := stories[0].Text + "\n" + stories[1].Text + "\n" + stories[3].Text
	doc := thread.Doc{Lang: "en", Title: stories[0].Title, Text: body, Table: text.LoadBackground("en")}
	var s thread.Scratch
	b.ReportAllocs()
	for b.Loop() {
		thread.NewProfile(doc, &s)
	}
}
