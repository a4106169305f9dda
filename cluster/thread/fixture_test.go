package thread_test

import (
	"bufio"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/cluster/thread"
)

// fixtureStory is one line of a fixture: thread is the thread it belongs to, empty where it must stay alone.
type fixtureStory struct {
	ID, Thread, Lang, Title, Text string
	Published                     time.Time
	Loose                         bool
}

// tables weighs terms the way a young store does: the background table pooled with the stories' own frequencies.
type tables struct {
	background *text.Background
	df         map[text.Term]int
	stories    int
}

func (t *tables) IDF(term text.Term) float64 {
	const mass = 1000
	return math.Log(mass+float64(t.stories)+1) - math.Log(mass*t.background.Share(term)+float64(t.df[term])+.5)
}

func loadFixture(t testing.TB, name string) []fixtureStory {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []fixtureStory
	for s := bufio.NewScanner(f); s.Scan(); {
		var d fixtureStory
		if err := json.Unmarshal(s.Bytes(), &d); err != nil {
			t.Fatalf("%s: %v", s.Text(), err)
		}
		out = append(out, d)
	}
	return out
}

// vectorOf counts the words of headline and lead.
func vectorOf(title, body, lang string) []thread.Entry {
	var terms []text.Term
	for _, s := range []string{title, body} {
		tokens := text.AppendTokens(nil, s)
		for i := range tokens {
			terms = text.AppendTerms(terms, &tokens[i], lang)
		}
	}
	slices.Sort(terms)
	var v []thread.Entry
	for i := 0; i < len(terms); {
		j := i
		for j < len(terms) && terms[j] == terms[i] {
			j++
		}
		v = append(v, thread.Entry{Term: terms[i], Weight: float32(1 + math.Log(float64(j-i)))})
		i = j
	}
	return v
}

// eventsOf makes an event of every story.
func eventsOf(stories []fixtureStory) ([]thread.Event, *tables) {
	idf := &tables{background: text.LoadBackground("en"), df: make(map[text.Term]int), stories: len(stories)}
	var events []thread.Event
	for _, d := range stories {
		v := vectorOf(d.Title, d.Text, d.Lang)
		for _, e := range v {
			idf.df[e.Term]++
		}
		doc := thread.Doc{Lang: d.Lang, Title: d.Title, Text: d.Text, Loose: d.Loose}
		if d.Lang == "en" {
			doc.Table = idf.background
		}
		events = append(events, thread.Event{
			ID: "e-" + d.ID, Founder: d.ID, Lang: d.Lang, First: d.Published, Last: d.Published,
			Undated: d.Published.IsZero(),
			Stories: []thread.Story{{ID: d.ID, Time: d.Published, Profile: thread.NewProfile(doc, nil), Vector: v}},
		})
	}
	return events, idf
}

// partition returns the events of each thread of more than one, in order of the threads.
func partition(threads []thread.Thread) [][]string {
	var out [][]string
	for _, t := range threads {
		if len(t.Links) < 2 {
			continue
		}
		var ids []string
		for _, l := range t.Links {
			ids = append(ids, l.Event)
		}
		out = append(out, ids)
	}
	return out
}

// The attack, what followed it for three months, and what must stay out of it: other business of the same premier,
// other news of the same station and city, the same crime elsewhere.
func TestStationAttack(t *testing.T) {
	stories := loadFixture(t, "testdata/station.jsonl")
	events, idf := eventsOf(stories)
	threads := thread.Link(events, idf, thread.DefaultParams())
	var want []string
	for _, d := range stories {
		if d.Thread == "station" {
			want = append(want, "e-"+d.ID)
		}
	}
	slices.Sort(want)
	got := partition(threads)
	if len(got) != 1 {
		t.Fatalf("got %d threads of several events, want 1: %q", len(got), got)
	}
	slices.Sort(got[0])
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("members of the thread (-want +got):\n%s", diff)
	}
	kinds := make(map[string]string)
	for _, th := range threads {
		for _, l := range th.Links {
			kinds[l.Event] = l.Kind
		}
	}
	for event, kind := range map[string]string{
		"e-attack-en-1": thread.Founding, "e-attack-en-2": thread.Update, "e-attack-zh": thread.Update,
		"e-prosecutors": thread.FollowUp, "e-condolences": thread.Reaction, "e-memorial": thread.FollowUp, "e-inquiry": thread.Reopened,
	} {
		if kinds[event] != kind {
			t.Errorf("%s is linked as %q, want %q", event, kinds[event], kind)
		}
	}
	for _, th := range threads {
		if th.Links[0].Event == "e-attack-en-1" {
			if len(th.Mentions) != 1 || th.Mentions[0].Event != "e-roundup" || th.Mentions[0].Kind != thread.Mention {
				t.Errorf("mentions: got %+v, want the round-up", th.Mentions)
			}
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	events, idf := eventsOf(loadFixture(t, "testdata/station.jsonl"))
	want := thread.Link(events, idf, thread.DefaultParams())
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		if diff := cmp.Diff(want, thread.Link(events, idf, thread.DefaultParams())); diff != "" {
			t.Fatalf("shuffled events (-want +got):\n%s", diff)
		}
	}
}

// One happening told in eight languages, with later news of the same two cities in three of them.
func TestLanguages(t *testing.T) {
	stories := loadFixture(t, "testdata/languages.jsonl")
	events, idf := eventsOf(stories)
	var want []string
	for _, d := range stories {
		if d.Thread != "" {
			want = append(want, "e-"+d.ID)
		}
	}
	got := partition(thread.Link(events, idf, thread.DefaultParams()))
	if diff := cmp.Diff([][]string{want}, got); diff != "" {
		t.Errorf("threads (-want +got):\n%s", diff)
	}
}
