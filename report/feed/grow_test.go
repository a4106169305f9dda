package feed

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Whatever stories come and whatever turns out to be one, a reader is shown each thing once: when it is first told. Each step
// knows what is new in it.
func TestNothingIsShownTwice(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w, r := newWorld(t), rand.New(rand.NewPCG(seed, 1))
			coast, all := w.subscribe("/feeds/folder/Coast.atom?limit=1000"), w.subscribe("/feeds/all.json?limit=1000")
			outlets := []string{"velm", "tarn", "orrin"} // the last of another folder
			var events []string                          // told, each in a beat of its own
			onCoast := map[string]bool{}                 // those that the folder has told
			for step := range 40 {
				outlet := outlets[r.IntN(len(outlets))]
				id, title := fmt.Sprintf("%s-%d", outlet, step), fmt.Sprintf("Headline %d", step)
				pick := func() string { return events[r.IntN(len(events))] }
				brought := []string{outlet + " " + id}
				var inAll, inCoast []string
				what := r.IntN(6)
				if len(events) < 2 {
					what = 0
				}
				event := ""
				switch what {
				case 0, 1: // something new, alone or as a follow-up from the first
					event = "e" + id
					w.tell(id, event, title)
					if what == 1 {
						w.link(event, pick(), "follow-up")
					}
					events, inAll = append(events, event), []string{title}
				case 2:
					event = pick()
					w.tell(id, event, title)
				case 3:
					event = pick()
					w.copied(id, w.someStory(event), title)
				case 4: // two things are one
					i := r.IntN(len(events))
					gone := events[i]
					events = append(events[:i], events[i+1:]...)
					kept := pick()
					w.merge(gone, kept)
					onCoast[kept] = onCoast[kept] || onCoast[gone]
					brought = nil
				case 5: // two threads are one
					from, to := pick(), pick()
					if a, b := w.threadOf(from), w.threadOf(to); a != b && len(w.threads[a]) == 1 {
						w.link(from, to, "follow-up")
					}
					brought = nil
				}
				if event != "" && outlet != "orrin" && !onCoast[event] {
					onCoast[event], inCoast = true, []string{title}
				}
				w.commit(brought...)
				coast.want(fmt.Sprintf("step %d, %d", step, what), inCoast...)
				all.want(fmt.Sprintf("step %d, %d", step, what), inAll...)
			}
		})
	}
}

func (w *world) someStory(event string) string {
	first := ""
	for id, e := range w.events {
		if e == event && (first == "" || id < first) {
			first = id
		}
	}
	return first
}
