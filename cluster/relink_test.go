package cluster_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

// told gives for every story which stories its event is a counterpart of, and which happening it tells, both by the first
// story of the events.
func told(w *world) map[string]string {
	first := func(event string) string { return w.events[event].Members[0] }
	out := map[string]string{}
	for id, c := range w.current {
		e := w.events[c.Placement.Event]
		if len(e.Counterparts) == 0 {
			continue
		}
		var others []string
		for _, x := range e.Counterparts {
			others = append(others, first(x.Event))
		}
		slices.Sort(others)
		out[id] = first(e.Happening) + ": " + strings.Join(others, " ")
	}
	return out
}

// A tick that links a part of the events leaves what others report in other languages as it was, and finds the same for
// those of the part as a tick that links all.
func TestPartialTicksKeepCounterparts(t *testing.T) {
	tongues := readNewsroom(t, "happening/testdata/tongues.jsonl")
	for i := range tongues {
		tongues[i].Source = tongues[i].ID
	}
	later := cluster.Story{
		ID: "ferry-en-later", Source: "Later", Lang: "en", Published: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC),
		Title: "Trieste ferry crash: 43 injured as the Aurelia hits pier",
		Text: "Forty-three passengers of the ferry Aurelia were injured when the ship struck a pier in the harbour of Trieste, " +
			"harbour master Matteo Galvani said.",
	}
	all, part := newWorld(), newWorld()
	a, b := newEngine(t, 1), newEngine(t, 1)
	b.RelinkAll(0)
	run(t, a, all, cluster.Settled, tongues)
	run(t, b, part, cluster.Settled, tongues)
	before := told(part)
	if len(before) < 20 {
		t.Fatalf("%d stories are told in several languages", len(before))
	}
	run(t, a, all, cluster.Events, []cluster.Story{later})
	d := run(t, b, part, cluster.Events, []cluster.Story{later})
	if len(d.Events) == 0 || len(d.Events) > len(part.events)/2 {
		t.Fatalf("%d of %d events changed: no part", len(d.Events), len(part.events))
	}
	if diff := cmp.Diff(told(all), told(part)); diff != "" {
		t.Errorf("linking all and linking a part (-all +part):\n%s", diff)
	}
	if now := told(part); now["ferry-de"] != before["ferry-de"] || now["ferry-en-later"] == "" {
		t.Errorf("the ferry was told as %q, is as %q, in the later report as %q", before["ferry-de"], now["ferry-de"], now["ferry-en-later"])
	}
}

// An event that is in a thread because it tells an event of it in another language is explained so, whatever the rule for
// one language says.
func TestCounterpartsAreExplained(t *testing.T) {
	tongues := readNewsroom(t, "happening/testdata/tongues.jsonl")
	w, e := newWorld(), newEngine(t, 1)
	run(t, e, w, cluster.Settled, tongues)
	asked := 0
	for _, th := range w.threads {
		for _, l := range th.Links {
			x, err := e.ExplainThread(l.Event, th.ID)
			if err != nil {
				t.Fatal(err)
			}
			if x.Link == nil || x.Link.Kind != l.Kind {
				t.Errorf("event %s is %s of thread %s, explained as %+v", l.Event, l.Kind, th.ID, x.Link)
			}
			if l.Kind == cluster.LinkCounterpart {
				asked++
			}
		}
	}
	if asked == 0 {
		t.Fatal("the fixture has no counterparts")
	}
}
