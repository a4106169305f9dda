package store

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
)

// model is what a store should hold, kept in plain maps, and a stand-in for the engine: each tick changes it at random
// and gives the delta that an engine would.
type model struct {
	draw     func(n int) int // a number from 0 to n-1
	next     int
	stories  map[string]*modelStory
	groups   map[string]cluster.Group // of two or more
	events   map[string]cluster.Event
	threads  map[string]cluster.Thread // of two or more
	ticks    int
	sources  map[string]cluster.SourceProfile
	cursors  map[string][]byte
	runs     map[string]Run
	rejects  map[string]int
	alone    map[string]string // lone group ids and their stories
	wordList []string
}

type modelStory struct {
	versions []cluster.Story // the current one last
	place    cluster.Placement
	features []byte
	expired  bool
}

func (s *modelStory) current() *cluster.Story { return &s.versions[len(s.versions)-1] }

func newModel(draw func(n int) int) *model {
	return &model{
		draw: draw, stories: map[string]*modelStory{}, groups: map[string]cluster.Group{},
		events: map[string]cluster.Event{}, threads: map[string]cluster.Thread{}, sources: map[string]cluster.SourceProfile{},
		cursors: map[string][]byte{}, runs: map[string]Run{}, rejects: map[string]int{},
		wordList: strings.Fields("harbour ferry council strike bridge minister rain budget train northern market fire " +
			"water school vote 火災 港 crew night report police said after early quarter company workers river"),
	}
}

var epoch = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

func (m *model) text(words int) string {
	var b strings.Builder
	for range words {
		b.WriteString(m.wordList[m.draw(len(m.wordList))])
		b.WriteByte(' ')
	}
	return b.String()
}

// newStory invents a story. Some share a second, some have odd times.
func (m *model) newStory() cluster.Story {
	m.next++
	at := epoch.Add(time.Duration(m.draw(5*24*3600)) * time.Second)
	precision := cluster.Exact
	switch m.draw(8) {
	case 0:
		at, precision = at.Truncate(24*time.Hour), cluster.Day
	case 1:
		at = at.Add(time.Duration(m.draw(1e9)))
	case 2:
		at = time.Date(1+m.draw(2150), 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return cluster.Story{
		ID: fmt.Sprintf("story-%05d", m.next), URL: fmt.Sprintf("https://outlet.example/%d", m.next),
		Title: m.text(1 + m.draw(6)), Text: m.text(m.draw(60)), Source: []string{"Harbour Post", "Nord", ""}[m.draw(3)],
		Lang: "en", Published: at, Precision: precision, Arrived: m.now(),
	}
}

// now is the time of the tick.
func (m *model) now() time.Time { return epoch.Add(time.Duration(m.ticks) * time.Minute) }

func (m *model) ids() []string { return slices.Sorted(maps.Keys(m.stories)) }

// live are the stories that an engine may still change.
func (m *model) live() []string {
	return slices.DeleteFunc(m.ids(), func(id string) bool { return m.stories[id].expired })
}

// over tells whether an event has expired.
func (m *model) over(e cluster.Event) bool { return m.stories[e.Representative].expired }

// tick changes the model and returns the batch that tells the store.
func (m *model) tick() Batch {
	before := m.clone()
	m.ticks++
	delta := &cluster.Delta{}
	touched := map[string]bool{}
	for range m.draw(12) {
		s := m.newStory()
		m.stories[s.ID] = &modelStory{
			versions: []cluster.Story{s}, features: []byte(m.text(1 + m.draw(20))),
			place: cluster.Placement{Story: s.ID, Group: "g" + s.ID},
		}
		touched[s.ID] = true
		delta.Stories = append(delta.Stories, cluster.StoryChange{Story: s})
	}
	for range m.draw(3) {
		if v, ok := m.revise(); ok {
			touched[v.ID] = true
			delta.Stories = append(delta.Stories, cluster.StoryChange{Story: v})
		}
	}
	for range m.draw(8) {
		m.regroup()
	}
	for range m.draw(8) {
		m.reassign()
	}
	for range m.draw(4) {
		m.enlist()
	}
	m.rebuild()
	m.rethread()
	slices.SortStableFunc(delta.Stories, func(a, b cluster.StoryChange) int { return strings.Compare(a.Story.ID, b.Story.ID) })
	for i := range delta.Stories {
		c := &delta.Stories[i]
		c.Placement, c.Features = m.stories[c.Story.ID].place, m.stories[c.Story.ID].features
	}
	m.diff(before, delta, touched)
	return m.batch(delta)
}

// revise delivers another version of a story, later or earlier than those that are there.
func (m *model) revise() (cluster.Story, bool) {
	ids := m.live()
	if len(ids) == 0 {
		return cluster.Story{}, false
	}
	s := m.stories[ids[m.draw(len(ids))]]
	v := *s.current()
	v.Text = m.text(1+m.draw(40)) + fmt.Sprint(len(s.versions))
	v.Title += " (2)"
	v.Arrived = m.now()
	v.Updated = v.Published.Add(time.Duration(m.draw(20)-10) * time.Hour)
	if m.draw(3) == 0 {
		v.Published = v.Published.Add(time.Duration(m.draw(7200)-3600) * time.Second)
	}
	for i := range s.versions {
		if s.versions[i].ContentHash() == v.ContentHash() {
			return cluster.Story{}, false
		}
	}
	s.versions = append(s.versions, v)
	slices.SortFunc(s.versions, func(a, b cluster.Story) int {
		if cluster.Supersedes(&a, &b) {
			return 1
		}
		return -1
	})
	if s.current().ContentHash() == v.ContentHash() {
		s.features = []byte(m.text(5))
	}
	return v, true
}

// regroup moves a story into the group of another, or out of its group.
func (m *model) regroup() {
	ids := m.live()
	if len(ids) < 2 {
		return
	}
	a, b := m.stories[ids[m.draw(len(ids))]], m.stories[ids[m.draw(len(ids))]]
	if m.draw(4) == 0 {
		if g := "g" + a.place.Story; !m.gone(func(p *cluster.Placement) bool { return p.Group == g }) {
			a.place.Group, a.place.Copy = g, cluster.Copy{}
		}
		return
	}
	a.place.Group = b.place.Group
	a.place.Copy = cluster.Copy{Relation: cluster.Reprint, Jaccard: .75, Contained: .875, Contains: .8}
}

// enlist makes a story an edition of one of a few series, or of none.
func (m *model) enlist() {
	if ids := m.live(); len(ids) > 0 {
		m.stories[ids[m.draw(len(ids))]].place.Series = []string{"", "s1", "s2", "s22"}[m.draw(4)]
	}
}

// reassign gives a story its own event, the event of another, or none.
func (m *model) reassign() {
	ids := m.live()
	if len(ids) < 2 {
		return
	}
	a, b := m.stories[ids[m.draw(len(ids))]], m.stories[ids[m.draw(len(ids))]]
	// own is the event that a story founds, if its id and that of its thread are free.
	own := func(s *modelStory) string {
		id := "e" + s.place.Story
		if m.gone(func(p *cluster.Placement) bool { return p.Event == id || m.events[p.Event].Thread == "t"+id }) {
			return s.place.Event
		}
		return id
	}
	switch m.draw(8) {
	case 0:
		a.place.Event = ""
	case 1, 2, 3:
		a.place.Event = own(a)
	default:
		if b.place.Event == "" {
			b.place.Event = own(b)
		}
		a.place.Event = b.place.Event
	}
}

// gone tells whether an expired story is at some place: nobody else gets an id that it has.
func (m *model) gone(at func(*cluster.Placement) bool) bool {
	for _, s := range m.stories {
		if s.expired && at(&s.place) {
			return true
		}
	}
	return false
}

// rebuild makes groups and events from the placements.
func (m *model) rebuild() {
	groups, events := map[string][]string{}, map[string][]string{}
	for _, id := range m.ids() {
		p := &m.stories[id].place
		groups[p.Group] = append(groups[p.Group], id)
		if p.Event != "" {
			events[p.Event] = append(events[p.Event], id)
		}
	}
	byTime := func(a, b string) int {
		return cmp.Or(m.stories[a].current().Published.Compare(m.stories[b].current().Published), strings.Compare(a, b))
	}
	m.groups, m.alone = map[string]cluster.Group{}, map[string]string{}
	for id, members := range groups {
		if len(members) == 1 {
			m.alone[id] = members[0]
			continue
		}
		slices.SortFunc(members, byTime)
		m.groups[id] = cluster.Group{ID: id, Representative: members[0], Members: members}
	}
	threads := map[string]string{}
	for id, e := range m.events {
		threads[id] = e.Thread
	}
	old := m.events
	m.events = map[string]cluster.Event{}
	for _, id := range slices.Sorted(maps.Keys(events)) {
		members := events[id]
		if m.stories[members[0]].expired {
			m.events[id] = old[id]
			continue
		}
		slices.SortFunc(members, byTime)
		thread := threads[id]
		if thread == "" {
			thread = "t" + id
		}
		var mentions []cluster.Mention
		for range m.draw(3) {
			mentions = append(mentions, cluster.Mention{Thread: fmt.Sprintf("t%d", m.draw(4)*3+len(mentions)), Score: .25, Names: []string{"Nord"}})
		}
		m.events[id] = cluster.Event{
			ID: id, Thread: thread, Representative: members[len(members)/2], Members: members,
			First: m.stories[members[0]].current().Published, Last: m.stories[members[len(members)-1]].current().Published,
			Lang: "en", Names: []string{"Port of Nord"}, Cohesion: 1 / float64(len(members)),
			Mentions: mentions,
		}
	}
}

// rethread links and unlinks an event and makes threads from what the events say.
func (m *model) rethread() {
	ids := slices.Sorted(maps.Keys(m.events))
	live := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return m.over(m.events[id]) })
	if len(live) > 1 && m.draw(2) == 0 {
		a, b := m.events[live[m.draw(len(live))]], m.events[live[m.draw(len(live))]]
		a.Thread = b.Thread
		if m.draw(3) == 0 && !m.gone(func(p *cluster.Placement) bool { return m.events[p.Event].Thread == "t"+a.ID }) {
			a.Thread = "t" + a.ID
		}
		m.events[a.ID] = a
	}
	links := map[string][]string{}
	for _, id := range ids {
		links[m.events[id].Thread] = append(links[m.events[id].Thread], id)
	}
	m.threads = map[string]cluster.Thread{}
	for id, events := range links {
		if len(events) < 2 {
			continue
		}
		t := cluster.Thread{ID: id, First: m.events[events[0]].First, Last: m.events[events[0]].Last}
		for i, e := range events {
			l := cluster.Link{Event: e, Kind: "follow-up", Score: .5, Names: []string{"Nord"}}
			if i == 0 {
				l = cluster.Link{Event: e, Kind: "founding", Score: 1}
			}
			t.Links = append(t.Links, l)
			if first := m.events[e].First; first.Before(t.First) {
				t.First = first
			}
			if last := m.events[e].Last; last.After(t.Last) {
				t.Last = last
			}
		}
		m.threads[id] = t
	}
}

func (m *model) clone() *model {
	c := *m
	c.stories = map[string]*modelStory{}
	for id, s := range m.stories {
		c.stories[id] = &modelStory{place: s.place}
	}
	return &c // groups, events and threads are made anew by each tick
}

// diff lists what differs from before, as an engine does.
func (m *model) diff(before *model, d *cluster.Delta, touched map[string]bool) {
	for _, id := range m.ids() {
		if old := before.stories[id]; old != nil && !touched[id] && old.place != m.stories[id].place {
			d.Moved = append(d.Moved, m.stories[id].place)
		}
	}
	d.Groups = changed(before.groups, m.groups)
	d.Events = changed(before.events, m.events)
	d.Threads = changed(before.threads, m.threads)
	for _, id := range slices.Sorted(maps.Keys(before.groups)) {
		rep := before.groups[id].Representative
		if _, ok := m.groups[id]; !ok && m.alone[id] == "" {
			d.Ended = append(d.Ended, cluster.Redirect{From: id, To: m.stories[rep].place.Group, Reason: "dissolved"})
		} else if !ok {
			d.Groups = append(d.Groups, cluster.Group{ID: id, Representative: m.alone[id], Members: []string{m.alone[id]}})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before.events)) {
		if _, ok := m.events[id]; !ok {
			d.Ended = append(d.Ended, cluster.Redirect{From: id, To: m.stories[before.events[id].Members[0]].place.Event, Reason: "merged"})
		}
	}
	inUse := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(m.events)) {
		inUse[m.events[id].Thread] = id
	}
	for _, id := range slices.Sorted(maps.Keys(before.threads)) {
		if _, ok := m.threads[id]; ok {
			continue
		}
		if e, ok := inUse[id]; ok {
			d.Threads = append(d.Threads, cluster.Thread{ID: id, Links: []cluster.Link{{Event: e, Kind: "founding", Score: 1}}})
			continue
		}
		to := ""
		for _, l := range before.threads[id].Links {
			if e, ok := m.events[l.Event]; ok {
				to = e.Thread
				break
			}
		}
		d.Ended = append(d.Ended, cluster.Redirect{From: id, To: to, Reason: "unlinked"})
	}
	for _, e := range d.Events {
		d.Changes = append(d.Changes, cluster.Change{Level: cluster.LevelEvent, Object: e.ID, Reason: "tick"})
	}
	slices.SortFunc(d.Ended, func(a, b cluster.Redirect) int { return strings.Compare(a.From, b.From) })
}

// changed lists the values that are new or other than before, in the order of their ids.
func changed[T any](before, now map[string]T) []T {
	var list []T
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if old, ok := before[id]; !ok || fmt.Sprint(old) != fmt.Sprint(now[id]) {
			list = append(list, now[id])
		}
	}
	return list
}

// batch adds what the jobs around an engine would.
func (m *model) batch(d *cluster.Delta) Batch {
	b := Batch{Delta: d, At: m.now()}
	if m.draw(2) == 0 {
		c := Cursor{Source: []string{"feeds", "archive"}[m.draw(2)], Data: []byte(m.text(3))}
		m.cursors[c.Source] = bytes.Clone(c.Data)
		b.Cursors = append(b.Cursors, c)
		p := cluster.SourceProfile{Source: "Nord", Data: []byte(m.text(4))}
		m.sources[p.Source] = p
		d.Sources = append(d.Sources, p)
	}
	r := Run{ // none under way: whoever opens the store again ends these
		ID: fmt.Sprintf("run-%d", m.draw(4)), Job: "backfill", Started: epoch.Add(time.Duration(m.draw(3)) * time.Hour),
		Status: RunPartial, Read: m.draw(100), New: len(d.Stories), Notes: []string{"a note"},
	}
	m.runs[r.ID] = r
	b.Run = &r
	for range m.draw(3) {
		b.Rejects = append(b.Rejects, Reject{Path: "in.jsonl", Line: 7, Reason: "no text", Excerpt: "{}"})
	}
	m.rejects[r.ID] += len(b.Rejects)
	for _, c := range d.Stories {
		if m.draw(2) == 0 {
			b.Brought = append(b.Brought, Brought{Feed: []string{"source:nord", "source:sued"}[m.draw(2)], Story: c.Story.ID})
		}
	}
	return b
}
