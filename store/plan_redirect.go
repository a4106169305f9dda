package store

import (
	"slices"
	"strings"

	"github.com/samestory/samestory/cluster"
)

// The reasons of redirects that the engine did not ask for.
const (
	// reasonJoined is given for ids of one member that gave way: nothing but the id has ended.
	reasonJoined = "joined"
	// reasonEmptied is given for ids whose last member went nowhere.
	reasonEmptied = "emptied"
)

// end notes that an id gave way to another, or to none.
func (p *planner) end(from, to string) {
	reason := reasonJoined
	if to == "" {
		reason = reasonEmptied
	}
	p.ends = append(p.ends, cluster.Redirect{From: from, To: to, Reason: reason})
}

// ended drops the records of ids that ended. Their redirects are written when the rest of the batch is known.
func (p *planner) ended() error {
	for _, r := range p.delta.Ended {
		if err := p.dropGroup(r.From); err != nil {
			return err
		}
		if _, err := p.dropEvent(r.From); err != nil {
			return err
		}
		if _, err := p.dropThread(r.From); err != nil {
			return err
		}
		if err := p.endSeries(r); err != nil {
			return err
		}
		if has, err := p.has(keyID(tabLone, r.From)); err != nil {
			return err
		} else if has {
			p.delete(keyID(tabLone, r.From))
		}
		p.ends = append(p.ends, r)
	}
	return nil
}

// stale ends the ids of one member that their only member has left.
func (p *planner) stale() error {
	for i := 0; i < len(p.left); i++ { // dropping an event may add a thread
		l := p.left[i]
		var to string
		var gone bool
		var err error
		switch l.kind {
		case tabGroup:
			to, gone, err = p.staleGroup(l)
		case tabEvent:
			to, gone, err = p.staleEvent(l)
		default:
			continue
		}
		if err != nil {
			return err
		}
		if gone {
			p.end(l.id, to)
		}
	}
	return nil
}

func (p *planner) staleGroup(l left) (to string, gone bool, err error) {
	row, found, err := p.loadLone(l.id)
	if err != nil || !found || row.kind != loneGroup || row.story != l.story {
		return "", false, err
	}
	to = p.placed[p.placedAt[l.story]].Group
	if to == l.id {
		return "", false, nil
	}
	p.delete(keyID(tabLone, l.id))
	return to, true, nil
}

func (p *planner) staleEvent(l left) (to string, gone bool, err error) {
	row, found, err := p.loadEvent(l.id)
	if err != nil || !found || len(row.members) != 1 || row.members[0] != l.story {
		return "", false, err
	}
	to = p.placed[p.placedAt[l.story]].Event
	if to == l.id {
		return "", false, nil
	}
	_, err = p.dropEvent(l.id)
	return to, true, err
}

func (p *planner) loadLone(id string) (l lone, found bool, err error) {
	value, err := p.get(keyID(tabLone, id))
	if err != nil || value == nil {
		return lone{}, false, err
	}
	l, err = decodeLone(value)
	return l, err == nil, err
}

// redirects writes where the ended ids went, events before the threads that follow them.
func (p *planner) redirects() error {
	slices.SortStableFunc(p.ends, func(a, b cluster.Redirect) int { return strings.Compare(a.From, b.From) })
	for _, r := range p.ends {
		if err := p.redirect(r); err != nil {
			return err
		}
	}
	others := len(p.ends)
	for _, l := range p.left {
		if l.kind != tabThread {
			continue
		}
		row, found, err := p.loadLone(l.id)
		if err != nil {
			return err
		}
		if !found || row.kind != loneThread || row.event != l.event {
			continue
		}
		to, err := p.threadOf(l.event)
		if err != nil {
			return err
		}
		if to == l.id {
			continue
		}
		p.delete(keyID(tabLone, l.id))
		p.end(l.id, to)
	}
	for _, r := range p.ends[others:] {
		if err := p.redirect(r); err != nil {
			return err
		}
	}
	return p.landed()
}

// threadOf gives the thread of an event or of the event that it went to.
func (p *planner) threadOf(event string) (string, error) {
	event, err := p.resolve(event)
	if err != nil {
		return "", err
	}
	row, _, err := p.loadEvent(event)
	return row.event.Thread, err
}

// resolve follows redirects to their end.
func (p *planner) resolve(id string) (string, error) {
	for range maxHops {
		value, err := p.get(keyID(tabRedirect, id))
		if err != nil || value == nil {
			return id, err
		}
		r, err := decodeRedirect(id, value)
		if err != nil || r.To == "" {
			return id, err
		}
		id = r.To
	}
	return "", corrupt("redirects of %s do not end", id)
}

// maxHops is far above what path-compressed redirects need: reaching it means a circle.
const maxHops = 16

// redirect writes one redirect, takes the ones that led here on to the new target, and drops one of an earlier life of
// the id.
func (p *planner) redirect(r cluster.Redirect) error {
	to, err := p.resolve(r.To)
	if err != nil {
		return err
	}
	if to == r.From {
		return invalid("redirecting %s to %s makes a circle", r.From, r.To)
	}
	if err := p.forget(r.From); err != nil {
		return err
	}
	if err := p.point(Redirect{Redirect: cluster.Redirect{From: r.From, To: to, Reason: r.Reason}, At: p.at}); err != nil {
		return err
	}
	for _, from := range p.leadingTo(r.From) {
		value, err := p.get(keyID(tabRedirect, from))
		if err != nil {
			return err
		}
		old, err := decodeRedirect(from, value)
		if err != nil {
			return err
		}
		if err := p.forget(from); err != nil {
			return err
		}
		old.To = to
		if err := p.point(old); err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) point(r Redirect) error {
	if err := checkID("redirected id", r.From); err != nil {
		return err
	}
	p.counts.Redirects++
	p.put(keyID(tabRedirect, r.From), encodeRedirect(&r))
	p.put(keyRedirectTo(r.To, r.From), nil)
	p.redirectsTo[r.To] = append(p.redirectsTo[r.To], r.From)
	return nil
}

// forget drops a redirect, if there is one.
func (p *planner) forget(from string) error {
	value, err := p.get(keyID(tabRedirect, from))
	if err != nil || value == nil {
		return err
	}
	r, err := decodeRedirect(from, value)
	if err != nil {
		return err
	}
	p.counts.Redirects--
	p.delete(keyID(tabRedirect, from))
	p.delete(keyRedirectTo(r.To, from))
	p.redirectsTo[r.To] = slices.DeleteFunc(p.redirectsTo[r.To], func(id string) bool { return id == from })
	return nil
}

// revive drops the redirect of an id that is in use again.
func (p *planner) revive(id string) error {
	if p.counts.Redirects == 0 {
		return nil
	}
	return p.forget(id)
}

// leadingTo lists the ids that are redirected to one, in order.
func (p *planner) leadingTo(id string) []string {
	prefix := prefixRedirectTo(id)
	list := slices.Clone(p.redirectsTo[id])
	for _, key := range p.stored(prefix) {
		list = append(list, string(key[len(prefix):]))
	}
	slices.Sort(list)
	return list
}

// landed checks that the redirects of this batch lead from nothing to something.
func (p *planner) landed() error {
	for _, r := range p.ends {
		if live, err := p.live(r.From); err != nil {
			return err
		} else if live {
			return invalid("%s has ended and is still in use", r.From)
		}
		if r.To == "" {
			continue
		}
		to, err := p.resolve(r.To)
		if err != nil {
			return err
		}
		live, err := p.live(to)
		if err != nil {
			return err
		}
		if !live {
			// Its target may itself have ended without a successor.
			if live, err = p.has(keyID(tabRedirect, to)); err != nil {
				return err
			}
		}
		if !live {
			return invalid("%s is redirected to %q, which is not in the store", r.From, r.To)
		}
	}
	return nil
}

// live reports whether an id has a record or a lone row.
func (p *planner) live(id string) (bool, error) {
	for _, table := range []byte{tabGroup, tabEvent, tabThread, tabSeries, tabLone} {
		if ok, err := p.has(keyID(table, id)); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}
