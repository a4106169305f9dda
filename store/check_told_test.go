package store

import (
	"strings"
	"testing"

	"github.com/samestory/samestory/cluster"
)

// Events that are told in other languages agree with their counterparts, and where they do not it is found.
func TestCheckCounterparts(t *testing.T) {
	t.Parallel()
	event := func(id, thread, lang, happening string, counterparts ...cluster.Counterpart) cluster.Event {
		story := map[string]string{"e1": "a", "e2": "c", "e3": "d"}[id]
		e := cluster.Event{
			ID: id, Thread: thread, Lang: lang, Representative: story, Members: []string{story}, First: epoch, Last: epoch,
			Happening: happening, Counterparts: counterparts,
		}
		if id == "e1" {
			e.Members = []string{"a", "b"}
		}
		return e
	}
	to := func(id string, p float64) cluster.Counterpart {
		return cluster.Counterpart{Event: id, Probability: p, Shared: []string{"nord"}}
	}
	for _, test := range []struct {
		name, want string // what a finding says; empty where there is none
		events     []cluster.Event
	}{
		{"two that agree", "", []cluster.Event{event("e1", "t1", "en", "e1", to("e2", .5)), event("e2", "t1", "de", "e1", to("e1", .5))}},
		{"one that says nothing", "e1 names counterpart e2, which does not", []cluster.Event{event("e1", "t1", "en", "e1", to("e2", .5)), event("e2", "t1", "de", "")}},
		{"one that is not there", "e1 names counterpart e9, which does not", []cluster.Event{event("e1", "t1", "en", "e1", to("e9", .5))}},
		{"two probabilities", "e2 names counterpart e1, which does not", []cluster.Event{event("e1", "t1", "en", "e1", to("e2", .5)), event("e2", "t1", "de", "e1", to("e1", .4))}},
		{"one language", "counterparts in one language", []cluster.Event{event("e1", "t1", "en", "e1", to("e2", .5)), event("e2", "t1", "en", "e1", to("e1", .5))}},
		{"two happenings", "e1 and e2 are counterparts and report e1 and e2", []cluster.Event{event("e1", "t1", "en", "e1", to("e2", .5)), event("e2", "t1", "de", "e2", to("e1", .5))}},
		{"a happening of nobody", "e1 reports happening e9", []cluster.Event{event("e1", "t1", "en", "e9", to("e2", .5)), event("e2", "t1", "de", "e9", to("e1", .5))}},
		{"two threads", "e1 and e3 are counterparts and in threads t1 and t3", []cluster.Event{event("e1", "t1", "en", "e1", to("e3", .5)), event("e3", "t3", "de", "e1", to("e1", .5))}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := sound(t)
			if err := s.Commit(t.Context(), Batch{At: epoch, Delta: &cluster.Delta{Events: test.events}}); err != nil {
				t.Fatal(err)
			}
			report, err := s.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, f := range report.Findings {
				// That a round-up mentions a thread no more is not what this is about.
				if f.Kind == BadEvent || f.Kind == BadThread {
					said = append(said, f.Examples...)
				}
			}
			if all := strings.Join(said, "; "); test.want == "" && all != "" || !strings.Contains(all, test.want) {
				t.Errorf("found %q, want %q", all, test.want)
			}
		})
	}
}
