package thread

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster/text"
)

// flat finds every term equally rare.
type flat float64

func (f flat) IDF(text.Term) float64 { return float64(f) }

// randomEvents have a few names, kind words and words each, out of few, so that many of them meet.
func randomEvents(seed uint64, n int) []Event {
	r := rand.New(rand.NewPCG(seed, 1))
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	events := make([]Event, n)
	for i := range events {
		lang := []string{"en", "en", "en", "de", "und"}[r.IntN(5)]
		var p Profile
		for range 1 + r.IntN(5) {
			k := r.IntN(60)
			term := text.TermOf(fmt.Sprint("name", k))
			if !slices.ContainsFunc(p.Names, func(n Name) bool { return n.Term == term }) {
				p.Names = append(p.Names, Name{Text: fmt.Sprint("Name", k), Term: term, Keys: []text.Term{term}})
			}
		}
		p.Title = uint8(1 + r.IntN(len(p.Names)))
		p.Anniversary = r.IntN(10) == 0
		for range r.IntN(5) {
			p.Kinds = append(p.Kinds, Kind(1+r.IntN(12)))
		}
		p.Kinds = sortKinds(p.Kinds)
		var v []Entry
		for k := range 40 {
			if r.IntN(3) == 0 {
				v = append(v, Entry{text.TermOf(fmt.Sprint("word", k)), 1})
			}
		}
		slices.SortFunc(v, compareTerms)
		at := start.Add(time.Duration(r.IntN(500*24)) * time.Hour)
		id := fmt.Sprintf("s%03d", i)
		events[i] = Event{
			ID: "e" + id, Founder: id, Lang: lang, First: at, Last: at, Undated: r.IntN(20) == 0,
			Stories: []Story{{ID: id, Time: at, Profile: p, Vector: v}},
		}
	}
	return events
}

// What the flat table turns down, the rule does not take: every core that it takes by names is among the candidates.
func TestNothingIsTurnedDownThatTheRuleTakes(t *testing.T) {
	taken := 0
	for seed := range uint64(5) {
		events := randomEvents(seed, 300)
		link(events, events, flat(5), DefaultParams(), func(l *linker, d *draft, found []candidate) {
			for i := range l.cores {
				if l.threads[l.cores[i].thread].loose {
					continue
				}
				c, ok := l.judge(d, i)
				if !ok || c.kind == Saga {
					continue
				}
				taken++
				if !slices.ContainsFunc(found, func(f candidate) bool { return f.core == i && f.kind == c.kind }) {
					t.Errorf("seed %d: %s: the rule takes core %d as %s by %q, the search does not find it", seed, d.ID, i, c.kind, c.names)
				}
			}
		})
	}
	if taken < 100 {
		t.Errorf("the rule took %d cores: too few to tell", taken)
	}
}

// The best few come in order, the same whatever order they are offered in.
func TestFew(t *testing.T) {
	masses := []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8}
	want := []int32{5, 11, 7, 4, 8, 10, 2, 0}
	order := rand.New(rand.NewPCG(1, 2)).Perm(len(masses))
	f := few{}
	for _, i := range order {
		if f.wants(masses[i]) {
			f.offer(int32(i), masses[i])
		}
	}
	if got := f.numbers(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
