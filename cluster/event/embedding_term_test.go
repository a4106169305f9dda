package event

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// embedded gives the invented stories embeddings as a model would that understands them: those of one happening are near
// each other. Of those in left every one goes without.
func embedded(t *testing.T, items []Item, left func(i int) bool) []Item {
	t.Helper()
	out := slices.Clone(items)
	for i := range out {
		happening, _, _ := strings.Cut(out[i].ID, "-")
		if left != nil && left(i) {
			continue
		}
		out[i].Embedding = directed(t, happening, out[i].ID)
	}
	return out
}

// directed is a direction that the topic gives, with a little of the story's own.
func directed(t *testing.T, topic, story string) *Embedding {
	t.Helper()
	numbers := make([]float64, 384)
	for _, part := range []struct {
		name  string
		share float64
	}{{topic, 1}, {story, .3}, {"news", .8}} {
		r := rand.New(rand.NewPCG(7, hash(part.name)))
		for i := range numbers {
			numbers[i] += part.share * r.NormFloat64()
		}
	}
	e, err := NewEmbedding(numbers)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func hash(s string) (h uint64) {
	for _, c := range s {
		h = h*1099511628211 + uint64(c)
	}
	return h
}

func settledOf(t *testing.T, items []Item) *Clusterer {
	t.Helper()
	c := mustNew(t)
	c.Add(items)
	settle(t, c, 1)
	return c
}

// Given the embeddings, the partition and its ids are a function of the set of stories, also where half of them have
// none, and wherever a story got its own after the fact.
func TestEmbeddedPartitionDoesNotDependOnOrderBatchesOrWorkers(t *testing.T) {
	plain := newsroom(31, 70, 6)
	for name, left := range map[string]func(int) bool{
		"all": nil, "every second": func(i int) bool { return i%2 == 1 }, "but a few": func(i int) bool { return i%8 != 0 },
	} {
		t.Run(name, func(t *testing.T) {
			items := embedded(t, plain, left)
			want := eventsOf(settledOf(t, items), items)
			r := rand.New(rand.NewPCG(2, 9))
			for workers := 1; workers <= 3; workers++ {
				shuffled := slices.Clone(items)
				r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
				c := mustNew(t)
				for part := range slices.Chunk(shuffled, 40) {
					late := part[0]
					part[0].Embedding = nil
					c.Add(part)
					clusterAll(t, c)
					if !c.Embed(late.ID, late.Embedding) {
						t.Fatalf("%s is not here", late.ID)
					}
				}
				settle(t, c, workers)
				if diff := cmp.Diff(want, eventsOf(c, items)); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
}

// murky invents stories that words alone do not keep apart: several happenings share the words of their topic and days,
// and have a few of their own.
func murky(seed uint64, topics int) []Item {
	r := rand.New(rand.NewPCG(seed, 4))
	syllables := []string{"bor", "dal", "fen", "gar", "hol", "kem", "lun", "mar", "nor", "pel", "quin", "rav", "sol", "tev"}
	words := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			for range 3 {
				out[i] += syllables[r.IntN(len(syllables))]
			}
		}
		return out
	}
	f, s := NewFeaturiser(), &Scratch{}
	var items []Item
	for topic := range topics {
		common := words(40)
		at := time.Date(2031, 5, 1+topic%20, 6, 0, 0, 0, time.UTC)
		for h := range 3 {
			own := words(30)
			for n := range 3 {
				pick := func(k int) string {
					var out []string
					for range k {
						from := common
						if r.IntN(5) < 3 {
							from = own
						}
						out = append(out, from[r.IntN(len(from))])
					}
					return strings.Join(out, " ")
				}
				d := Doc{
					ID: fmt.Sprintf("t%02dh%d-%d", topic, h, n), Title: pick(6), Text: pick(30), Lang: "en",
					Time: at.Add(time.Duration(r.IntN(20)) * time.Hour),
				}
				items = append(items, Item{ID: d.ID, Time: d.Time, Features: f.Features(d, s)})
			}
		}
	}
	return items
}

// Where words leave it open, a model that understands the stories decides, also where it has seen only half of them.
// Events with the same stories keep their ids.
func TestEmbeddingsDecideWhatWordsLeaveOpen(t *testing.T) {
	items := murky(8, 30)
	off := settledOf(t, items)
	byMembers := func(c *Clusterer) (events map[string]string, wrong int) {
		events = map[string]string{}
		for id, e := range c.cells {
			var members []string
			for _, m := range e.members {
				members = append(members, c.stories[m].id)
			}
			events[strings.Join(members, " ")] = id
		}
		for i, a := range items {
			for _, b := range items[:i] {
				one, _, _ := strings.Cut(a.ID, "-")
				if strings.HasPrefix(b.ID, one+"-") != (c.EventOf(a.ID) == c.EventOf(b.ID)) {
					wrong++
				}
			}
		}
		return events, wrong
	}
	want, before := byMembers(off)
	for _, run := range []struct {
		name  string
		left  func(int) bool
		share float64 // of the wrong pairs that may stay
	}{{"on", nil, .95}, {"half failed", func(i int) bool { return i%2 == 1 }, 1}} {
		got, wrong := byMembers(settledOf(t, embedded(t, items, run.left)))
		if float64(wrong) > run.share*float64(before) {
			t.Errorf("%s: %d pairs are wrong, without embeddings %d", run.name, wrong, before)
		}
		same := 0
		for members, id := range got {
			switch want[members] {
			case "":
			case id:
				same++
			default:
				t.Errorf("%s: event of %s is %s, without embeddings %s", run.name, members, id, want[members])
			}
		}
		if same == 0 || same == len(got) {
			t.Errorf("%s: %d of %d events are as they were: the fixture says nothing", run.name, same, len(got))
		}
	}
}

// What tells nothing apart changes nothing: one embedding for all texts, and fewer than a measure can be taken of.
func TestEmbeddingsWithoutEvidence(t *testing.T) {
	items := newsroom(31, 70, 6)
	want := eventsOf(settledOf(t, items), items)
	same := slices.Clone(items)
	for i := range same {
		same[i].Embedding = directed(t, "all", "alike")
	}
	few := embedded(t, items, func(i int) bool { return i >= 3 })
	for name, with := range map[string][]Item{"all alike": same, "few": few} {
		if diff := cmp.Diff(want, eventsOf(settledOf(t, with), items)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Two texts that share next to nothing are not joined, whatever their embeddings are.
func TestEmbeddingsAloneJoinNothing(t *testing.T) {
	items := embedded(t, newsroom(31, 70, 6), nil)
	f, s := NewFeaturiser(), &Scratch{}
	at := time.Date(2031, 5, 9, 6, 0, 0, 0, time.UTC)
	one := directed(t, "twin", "twin")
	for id, d := range map[string]Doc{
		"twin-a": {Title: "Glassmakers of Odlund strike over pay", Text: "Two hundred glassmakers laid down their tools in Odlund this morning."},
		"twin-b": {Title: "Ferry runs aground off Pirrin", Text: "Passengers were brought to the shore by fishing boats while divers looked at the hull."},
	} {
		d.ID, d.Lang, d.Time = id, "en", at
		items = append(items, Item{ID: id, Time: at, Features: f.Features(d, s), Embedding: one})
	}
	c := settledOf(t, items)
	if a, b := c.EventOf("twin-a"), c.EventOf("twin-b"); a == b || a == "" {
		t.Errorf("events %q and %q", a, b)
	}
	x, err := c.Explain("twin-a", "twin-b")
	if err != nil {
		t.Fatal(err)
	}
	if x.Link != 0 || !x.Thin {
		t.Errorf("link %v, thin %v", x.Link, x.Thin)
	}
	for _, p := range x.Parts {
		if p.Feature == "embedding" {
			t.Errorf("the embedding counts: %+v", p)
		}
	}
}

func TestEmbeddingsAreARowOfTheExplanation(t *testing.T) {
	items := embedded(t, newsroom(31, 70, 6), nil)
	c := settledOf(t, items)
	rows := 0
	for i, a := range items[:40] {
		for _, b := range items[:i] {
			x, err := c.Explain(a.ID, b.ID)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(sum(x.Parts)-x.Context) > 1e-3 {
				t.Errorf("%s and %s: parts add up to %.4f, the logit is %.4f", a.ID, b.ID, sum(x.Parts), x.Context)
			}
			for k, p := range x.Parts {
				if k > 0 && math.Abs(p.Amount) > math.Abs(x.Parts[k-1].Amount) {
					t.Errorf("%s and %s: %s is out of order", a.ID, b.ID, p.Feature)
				}
				if p.Feature != "embedding" {
					continue
				}
				rows++
				if p.Value < embeddingLeast || p.Value > embeddingMost {
					t.Errorf("%s and %s: %v standard deviations", a.ID, b.ID, p.Value)
				}
				back, err := c.Explain(b.ID, a.ID)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Contains(back.Parts, p) {
					t.Errorf("%s and %s: %+v one way and not the other", a.ID, b.ID, p)
				}
			}
		}
	}
	if rows == 0 {
		t.Error("no pair has a row")
	}
}
