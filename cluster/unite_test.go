package cluster

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
)

// Threads are written as their events, the founding one first; happenings as theirs, the oldest first. The number of an
// event is its hour.
func TestUniteThreads(t *testing.T) {
	for _, c := range []struct {
		name, threads, told, want string
	}{
		{"nothing told twice", "a1 a2, b3", "", "a1 a2, b3"},
		{"a founding event elsewhere brings its thread", "a1 a4, b2 b5", "a1 b2", "a1 b2=counterpart a4 b5"},
		{"a follow-up comes alone", "a1 a4, b2 b5", "a4 b5", "a1 a4 b5=counterpart, b2"},
		{"both", "a1 a4, b2 b5", "a1 b2, a4 b5", "a1 b2=counterpart a4 b5"},
		{"a follow-up founds a thread of its own", "a1 a4, b5 b6", "a4 b5", "a1 a4 b5=counterpart b6"},
		{"the older of the two told is a follow-up of a younger thread", "a1, b2 b3, c4", "b3 c4", "a1, b2 b3 c4=counterpart"},
		{"a chain of threads", "a1, b2 b4, c5 c6", "a1 b2, b4 c5", "a1 b2=counterpart b4 c5=counterpart c6"},
		{"three tellings", "a1, b2, c3", "a1 b2 c3", "a1 b2=counterpart c3=counterpart"},
		{"an older founding event than the oldest told", "a1, b2 b3", "b3 a1", "a1 b3=counterpart, b2"},
	} {
		got := uniteThreads(threadsOf(c.threads), happeningsOf(c.told), hourOf)
		if diff := cmp.Diff(c.want, describe(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func hourOf(event string) time.Time { return time.Unix(int64(event[1]-'0')*3600, 0) }

func threadsOf(s string) []thread.Thread {
	var out []thread.Thread
	for one := range strings.SplitSeq(s, ", ") {
		var th thread.Thread
		for i, e := range strings.Fields(one) {
			kind := thread.FollowUp
			if i == 0 {
				kind = thread.Founding
			}
			th.Links = append(th.Links, thread.Relation{Event: e, Kind: kind, Score: .5})
		}
		out = append(out, th)
	}
	return out
}

func happeningsOf(s string) []happening.Happening {
	var out []happening.Happening
	for one := range strings.SplitSeq(s, ", ") {
		events := strings.Fields(one)
		if len(events) == 0 {
			continue
		}
		h := happening.Happening{Events: events}
		for _, e := range events[1:] {
			h.Links = append(h.Links, happening.Counterpart{A: events[0], B: e, P: .75})
		}
		out = append(out, h)
	}
	return out
}

func describe(threads []thread.Thread) string {
	var all []string
	for _, th := range threads {
		var links []string
		for _, l := range th.Links {
			s := l.Event
			if l.Kind == LinkCounterpart {
				s += "=" + l.Kind
			}
			links = append(links, s)
		}
		all = append(all, strings.Join(links, " "))
	}
	return strings.Join(all, ", ")
}
