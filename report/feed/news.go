package feed

import (
	"fmt"
	"sync"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/report"
)

// newsKept is how many threads are remembered with what is new in their beats: it is read from up to some hundred texts.
const newsKept = 512

// newsroom remembers what is new in the beats of threads as long as their stories stay the same.
type newsroom struct {
	mu   sync.Mutex
	kept map[string]newsOf
}

type newsOf struct {
	state xxh3.Uint128
	beats map[string]report.News // by event
}

// of gives what is new in each event of a thread.
func (n *newsroom) of(r report.Reader, thread string) (map[string]report.News, error) {
	state, err := stateOf(r, thread)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	known, ok := n.kept[thread]
	n.mu.Unlock()
	if ok && known.state == state {
		return known.beats, nil
	}
	// Nothing of what is taken from the view depends on the clock.
	v, err := report.ThreadByID(r, thread, time.Unix(0, 0).UTC())
	if err != nil {
		return nil, err
	}
	known = newsOf{state, make(map[string]report.News, len(v.Beats))}
	for i := range v.Beats {
		known.beats[v.Beats[i].Event.ID] = v.Beats[i].New
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.kept == nil || len(n.kept) >= newsKept {
		n.kept = make(map[string]newsOf)
	}
	n.kept[thread] = known
	return known.beats, nil
}

// stateOf is a hash of everything that what is new in a thread is taken from.
func stateOf(r report.Reader, thread string) (xxh3.Uint128, error) {
	t, err := r.Thread(thread)
	if err != nil {
		return xxh3.Uint128{}, fmt.Errorf("thread %s: %w", thread, err)
	}
	h := xxh3.New()
	for _, l := range t.Links {
		e, err := r.Event(l.Event)
		if err != nil {
			return xxh3.Uint128{}, fmt.Errorf("thread %s: event %s: %w", thread, l.Event, err)
		}
		fmt.Fprintf(h, "%q %q\n", l.Event, l.Kind)
		for _, id := range e.Members {
			s, err := r.Story(id)
			if err != nil {
				return xxh3.Uint128{}, fmt.Errorf("event %s: story %s: %w", e.ID, id, err)
			}
			fmt.Fprintf(h, "%q %x %t %q %d\n", id, s.Content, s.Expired, s.Placement.Group, s.Placement.Copy.Relation)
		}
	}
	return h.Sum128(), nil
}
