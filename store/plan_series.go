package store

import (
	"bytes"
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster"
)

// recurs is what a batch does to one series.
type recurs struct {
	places []place // of stories that are editions now
	lost   bool    // an edition has left, or has another place
}

func (p *planner) recurring(id string) *recurs {
	r := p.recurs[id]
	if r == nil {
		r = &recurs{}
		p.recurs[id] = r
	}
	return r
}

// edition moves a story from one series to another; either may be none.
func (p *planner) edition(at place, was, to string) {
	if was != "" && was != to {
		p.delete(keyEdition(was, at))
		p.recurring(was).lost = true
	}
	if to != "" {
		p.put(keyEdition(to, at), nil)
		r := p.recurring(to)
		r.places = append(r.places, at)
	}
}

// endSeries drops the record of a series that went into another and takes along the editions that the engine did not
// have at hand.
func (p *planner) endSeries(r cluster.Redirect) error {
	existed, err := p.has(keyID(tabSeries, r.From))
	if err != nil || !existed {
		return err
	}
	p.delete(keyID(tabSeries, r.From))
	if r.To == "" {
		return nil
	}
	for _, key := range p.stored(prefixEditions(r.From)) {
		_, at, err := decodeEdition(key[1:])
		if err != nil {
			return err
		}
		m, at, found, err := p.load(at.story())
		if err != nil {
			return err
		}
		if !found {
			return corrupt("series %s has an edition %x that is not in the store", r.From, at.story())
		}
		to := m.placement
		to.Series = r.To
		if err := p.home(m, at, to); err != nil {
			return err
		}
	}
	return nil
}

// series stores the changed series. One that came without a record gets one named after its first edition, and one
// without an edition ends.
func (p *planner) series() error {
	records := make(map[string]*cluster.Series, len(p.delta.Series))
	for i := range p.delta.Series {
		s := &p.delta.Series[i]
		records[s.ID] = s
		p.recurring(s.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(p.recurs)) {
		if err := p.oneSeries(id, records[id]); err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) oneSeries(id string, now *cluster.Series) error {
	existed, err := p.has(keyID(tabSeries, id))
	if err != nil {
		return err
	}
	if existed && now == nil && !p.recurs[id].lost {
		return nil
	}
	first, found, err := p.firstEdition(id)
	if err != nil {
		return err
	}
	switch {
	case !found && now != nil:
		return invalid("series %s has no edition", id)
	case !found && existed:
		p.delete(keyID(tabSeries, id))
		p.end(id, "")
		return nil
	case !found, now == nil && existed:
		return nil
	case now == nil:
		m, _, ok, err := p.load(first.story())
		if err != nil {
			return err
		}
		if !ok {
			return corrupt("series %s has an edition %x that is not in the store", id, first.story())
		}
		now = &cluster.Series{ID: id, Founder: m.story.ID, Pattern: m.story.Title}
	}
	if has, err := p.has(keyStory(tabIndex, keyOf(now.Founder))); err != nil {
		return err
	} else if !has {
		return invalid("series %s is founded by story %q, which is not in the store", id, now.Founder)
	}
	if !existed {
		if err := p.revive(id); err != nil {
			return err
		}
	}
	p.put(keyID(tabSeries, id), encodeSeries(now))
	return nil
}

// firstEdition finds the first edition of a series after this batch.
func (p *planner) firstEdition(id string) (first place, found bool, err error) {
	consider := func(at place) {
		if !found || bytes.Compare(at[:], first[:]) < 0 {
			first, found = at, true
		}
	}
	for _, key := range p.stored(prefixEditions(id)) {
		_, at, err := decodeEdition(key[1:])
		if err != nil {
			return place{}, false, err
		}
		consider(at)
	}
	for _, at := range p.recurs[id].places {
		if has, err := p.has(keyEdition(id, at)); err != nil {
			return place{}, false, err
		} else if has {
			consider(at)
		}
	}
	return first, found, nil
}
