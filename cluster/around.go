package cluster

import (
	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
)

// around narrows a linking down to what hangs together with the events that this tick has touched, by the threads of before
// or by those that were found. The others stay as they are: they were looked at as neighbours only, without all that speaks
// for them, or the store has drifted since it was settled, which is not what this tick is about.
//
// It returns the events, threads and happenings that are to be written down, and the mentions of threads that stay by
// round-ups that do not.
func (t *tick) around(part []thread.Event, found []thread.Thread, told []happening.Happening) (
	[]thread.Event, []thread.Thread, []happening.Happening, []thread.Thread,
) {
	h := newHangs(part)
	before := make(map[string]int) // an event of each thread
	for i := range part {
		ev := t.Engine.events[part[i].ID]
		if ev.Thread == "" || t.relink[ev.ID] {
			h.touch(i)
		}
		if ev.Thread == "" {
			continue
		}
		if _, left := t.left[ev.Thread]; left {
			h.touch(i)
		}
		if k, ok := before[ev.Thread]; ok {
			h.join(i, k)
		} else {
			before[ev.Thread] = i
		}
	}
	for i := range found {
		for _, l := range found[i].Links[1:] {
			h.join(h.at[found[i].Links[0].Event], h.at[l.Event])
		}
	}
	for i := range told {
		for _, id := range told[i].Events[1:] {
			h.join(h.at[told[i].Events[0]], h.at[id])
		}
	}
	// A round-up comes along where a thread that it mentions does.
	for grew := true; grew; {
		grew = false
		for i := range part {
			for _, m := range t.Engine.events[part[i].ID].Mentions {
				_, gone := t.left[m.Thread]
				if k, ok := before[m.Thread]; (gone || ok && h.touched(k)) && h.touch(i) {
					grew = true
				}
			}
		}
		for i := range found {
			if !h.touched(h.at[found[i].Links[0].Event]) {
				continue
			}
			for _, r := range found[i].Mentions {
				grew = h.touch(h.at[r.Event]) || grew
			}
		}
	}
	var events []thread.Event
	for i := range part {
		if h.touched(i) {
			events = append(events, part[i])
		}
	}
	var now, stay []thread.Thread
	for i := range found {
		f := found[i]
		if h.touched(h.at[f.Links[0].Event]) {
			now = append(now, f)
			continue
		}
		f.ID, f.Mentions = t.Engine.events[f.Links[0].Event].Thread, nil
		for _, r := range found[i].Mentions {
			if h.touched(h.at[r.Event]) {
				f.Mentions = append(f.Mentions, r)
			}
		}
		if len(f.Mentions) > 0 {
			stay = append(stay, f)
		}
	}
	var tell []happening.Happening
	for i := range told {
		if h.touched(h.at[told[i].Events[0]]) {
			tell = append(tell, told[i])
		}
	}
	return events, now, tell, stay
}

// hangs is which of some events hang together, and with which that were touched.
type hangs struct {
	at    map[string]int
	up    []int
	seeds []bool // by root
}

func newHangs(part []thread.Event) *hangs {
	h := &hangs{at: make(map[string]int, len(part)), up: make([]int, len(part)), seeds: make([]bool, len(part))}
	for i := range part {
		h.at[part[i].ID], h.up[i] = i, i
	}
	return h
}

func (h *hangs) root(i int) int {
	for h.up[i] != i {
		h.up[i] = h.up[h.up[i]]
		i = h.up[i]
	}
	return i
}

func (h *hangs) join(a, b int) {
	a, b = h.root(a), h.root(b)
	h.up[b] = a
	h.seeds[a] = h.seeds[a] || h.seeds[b]
}

// touch tells whether that is news.
func (h *hangs) touch(i int) bool {
	r := h.root(i)
	was := h.seeds[r]
	h.seeds[r] = true
	return !was
}

func (h *hangs) touched(i int) bool { return h.seeds[h.root(i)] }
