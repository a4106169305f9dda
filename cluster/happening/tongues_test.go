package happening_test

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/cluster/thread"
)

// report is one line of a fixture.
type report struct {
	ID, Happening, Lang, Title, Text string
	Published                        time.Time
	Loose                            bool
}

// storyOf reads a report as the engine does.
func storyOf(r *report) happening.Story {
	table := text.LoadBackground(r.Lang)
	p := thread.NewProfile(thread.Doc{Lang: r.Lang, Title: r.Title, Text: r.Text, Table: table}, nil)
	d := happening.Doc{Lang: r.Lang, Title: r.Title, Lead: thread.Lead(r.Text), Heads: int(p.Title), Table: table}
	for i := range p.Names {
		d.Names = append(d.Names, p.Names[i].Text)
	}
	return happening.Story{Print: happening.NewPrint(d), Profile: &p}
}

// eventOf makes an event of one report.
func eventOf(r *report) happening.Event {
	return happening.Event{
		ID: r.ID, Lang: r.Lang, First: r.Published, Last: r.Published, Undated: r.Published.IsZero(), Loose: r.Loose,
		Stories: []happening.Story{storyOf(r)},
	}
}

func loadReports(t testing.TB, name string) []report {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []report
	for s := bufio.NewScanner(f); s.Scan(); {
		var r report
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			t.Fatalf("%s: %v", s.Text(), err)
		}
		out = append(out, r)
	}
	return out
}

func eventsOf(reports []report) []happening.Event {
	var out []happening.Event
	for i := range reports {
		out = append(out, eventOf(&reports[i]))
	}
	return out
}

func link(t testing.TB, events []happening.Event) []happening.Happening {
	t.Helper()
	m, err := happening.DefaultModel()
	if err != nil {
		t.Fatal(err)
	}
	return happening.Link(events, m, happening.DefaultParams())
}

// groups lists the events of each happening in alphabetical order.
func groups(hs []happening.Happening) []string {
	var out []string
	for i := range hs {
		ids := slices.Clone(hs[i].Events)
		slices.Sort(ids)
		out = append(out, strings.Join(ids, " "))
	}
	slices.Sort(out)
	return out
}

// Eight languages in five scripts. What must stay apart is of the same hours: another happening in the same city, the
// same person elsewhere on the same day and the same office two days later, the same kind of accident in another port.
func TestTongues(t *testing.T) {
	hs := link(t, eventsOf(loadReports(t, "testdata/tongues.jsonl")))
	want := []string{
		"bergen-de bergen-en bergen-es",
		"budget-en budget-fr budget-ru",
		"buses-de buses-en buses-ru",
		"ferry-ar ferry-de ferry-en ferry-es ferry-fr ferry-ja ferry-ru ferry-zh",
		"galvani-en galvani-fr galvani-ru",
		"quake-en quake-ja quake-zh",
		"rates-en rates-zh",
		"visit-de visit-en visit-es",
	}
	if diff := cmp.Diff(want, groups(hs)); diff != "" {
		t.Errorf("happenings (-want +got):\n%s", diff)
	}
}

// The events come from a store in any order.
func TestOrderDoesNotMatter(t *testing.T) {
	events := eventsOf(loadReports(t, "testdata/tongues.jsonl"))
	want := link(t, events)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		if diff := cmp.Diff(want, link(t, events)); diff != "" {
			t.Fatalf("in another order (-want +got):\n%s", diff)
		}
	}
}

func TestWhoHasNoCounterparts(t *testing.T) {
	all := loadReports(t, "testdata/tongues.jsonl")
	pick := func(change func(*report), ids ...string) []report {
		var out []report
		for _, r := range all {
			if slices.Contains(ids, r.ID) {
				if r.ID == ids[1] {
					change(&r)
				}
				out = append(out, r)
			}
		}
		return out
	}
	keep := func(*report) {}
	for _, c := range []struct {
		name   string
		want   int
		change func(*report)
	}{
		{"two languages", 1, keep},
		{"one language", 0, func(r *report) { r.Lang = "en" }},
		{"an unknown language", 0, func(r *report) { r.Lang = "und" }},
		{"a round-up", 0, func(r *report) { r.Loose = true }},
		{"a week later", 0, func(r *report) { r.Published = r.Published.Add(8 * 24 * time.Hour) }},
		{"without a date, against one with", 0, func(r *report) { r.Published = time.Time{} }},
	} {
		if got := link(t, eventsOf(pick(c.change, "ferry-en", "ferry-fr"))); len(got) != c.want {
			t.Errorf("%s: %d happenings, want %d", c.name, len(got), c.want)
		}
	}
	undated := pick(keep, "ferry-en", "ferry-fr")
	for i := range undated {
		undated[i].Published = time.Time{}
	}
	if got := link(t, eventsOf(undated)); len(got) != 1 {
		t.Errorf("both without a date: %d happenings, want 1", len(got))
	}
}

// What a reader is told is what the two texts say.
func TestSharedWords(t *testing.T) {
	for _, h := range link(t, eventsOf(loadReports(t, "testdata/tongues.jsonl"))) {
		for _, l := range h.Links {
			if l.A != "ferry-en" || l.B != "ferry-ru" {
				continue
			}
			want := []string{"43", "trieste", "galvani", "310", "aurelia ~ aureliya", "matteo"}
			if diff := cmp.Diff(want, l.Shared); diff != "" {
				t.Errorf("shared words (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"injure"}, l.Terms); diff != "" {
				t.Errorf("event words (-want +got):\n%s", diff)
			}
			if l.Gap != 80*time.Minute || l.P < .5 {
				t.Errorf("gap %s, probability %.2f", l.Gap, l.P)
			}
			return
		}
	}
	t.Error("the Russian report is not linked to the English one")
}

// What a few events tell does not depend on how few they are: the others say which words are common.
func TestOthersTellWhatIsCommon(t *testing.T) {
	events := eventsOf(loadReports(t, "testdata/tongues.jsonl"))
	m, err := happening.DefaultModel()
	if err != nil {
		t.Fatal(err)
	}
	differ := false
	for _, want := range link(t, events) {
		var part, others []happening.Event
		for _, e := range events {
			if slices.Contains(want.Events, e.ID) {
				part = append(part, e)
			} else {
				others = append(others, e)
			}
		}
		among := happening.LinkAmong(part, others, m, happening.DefaultParams())
		if diff := cmp.Diff([]happening.Happening{want}, among); diff != "" {
			t.Errorf("among the others (-want +got):\n%s", diff)
		}
		differ = differ || !cmp.Equal(among, link(t, part))
	}
	if !differ {
		t.Error("the others tell nothing")
	}
}
