package store

import (
	"time"

	"github.com/samestory/samestory/cluster"
)

// Member lists hold story keys in place of ids: 16 bytes each, whatever the ids look like.

func appendKeys(b []byte, ids []string) []byte {
	b = appendUint(b, uint64(len(ids)))
	for _, id := range ids {
		k := keyOf(id)
		b = append(b, k[:]...)
	}
	return b
}

func (r *reader) keys() []storyKey {
	list := make([]storyKey, r.length(len(storyKey{})))
	for i := range list {
		copy(list[i][:], r.raw(len(storyKey{})))
	}
	return list
}

// groupRow is a group as stored.
type groupRow struct {
	representative storyKey
	members        []storyKey
}

func encodeGroup(g *cluster.Group) []byte {
	rep := keyOf(g.Representative)
	b := append([]byte{codecVersion}, rep[:]...)
	return appendKeys(b, g.Members)
}

func decodeGroup(b []byte) (groupRow, error) {
	r := newReader("group", b)
	var g groupRow
	copy(g.representative[:], r.raw(len(g.representative)))
	g.members = r.keys()
	return g, r.done()
}

// eventRow is an event as stored; its Representative and Members are empty.
type eventRow struct {
	event          cluster.Event
	representative storyKey
	members        []storyKey
	began          uint64 // number of its first journal entry, 0 where the index of objects knows it
}

// eventRelated is the layout of an event that is told in other languages or mentions threads: codecVersion with the id of
// the happening, the counterparts and the mentions at the end. Every other event keeps the layout without them.
const eventRelated = codecVersion + 1

// eventBegan is added to either layout where the number of the first journal entry follows at the end: for most events it
// is the only one, and a row of the index for each would be most of the index.
const eventBegan = 2

// withBegan adds the number of the first journal entry to an encoded event.
func withBegan(b []byte, seq uint64) []byte {
	if seq == 0 {
		return b
	}
	b[0] += eventBegan
	return appendUint(b, seq)
}

func encodeEvent(e *cluster.Event) []byte {
	rep := keyOf(e.Representative)
	version := byte(codecVersion)
	if len(e.Counterparts) > 0 || len(e.Mentions) > 0 {
		version = eventRelated
	}
	b := append([]byte{version}, rep[:]...)
	b = appendKeys(b, e.Members)
	b = appendString(b, e.Thread)
	b = appendTime(b, e.First)
	b = appendTime(b, e.Last)
	b = appendString(b, e.Lang)
	b = appendStrings(b, e.Names)
	b = appendFloat(b, e.Cohesion)
	if version == eventRelated {
		b = appendMentions(appendCounterparts(b, e), e.Mentions)
	}
	return b
}

func appendCounterparts(b []byte, e *cluster.Event) []byte {
	if len(e.Counterparts) == 0 {
		return appendUint(appendString(b, ""), 0)
	}
	b = appendString(b, e.Happening)
	b = appendUint(b, uint64(len(e.Counterparts)))
	for i := range e.Counterparts {
		c := &e.Counterparts[i]
		b = appendString(b, c.Event)
		b = appendFloat(b, c.Probability)
		b = appendStrings(b, c.Shared)
		b = appendStrings(b, c.Terms)
	}
	return b
}

func appendMentions(b []byte, mentions []cluster.Mention) []byte {
	b = appendUint(b, uint64(len(mentions)))
	for i := range mentions {
		m := &mentions[i]
		b = appendString(b, m.Thread)
		b = appendFloat(b, m.Score)
		b = appendStrings(b, m.Names)
		b = appendStrings(b, m.Terms)
	}
	return b
}

func (r *reader) related(e *cluster.Event) {
	e.Happening = r.string()
	if n := r.length(11); n > 0 {
		e.Counterparts = make([]cluster.Counterpart, n)
	}
	for i := range e.Counterparts {
		e.Counterparts[i] = cluster.Counterpart{
			Event: r.string(), Probability: r.float(), Shared: r.strings(), Terms: r.strings(),
		}
	}
	if n := r.length(11); n > 0 {
		e.Mentions = make([]cluster.Mention, n)
	}
	for i := range e.Mentions {
		e.Mentions[i] = cluster.Mention{Thread: r.string(), Score: r.float(), Names: r.strings(), Terms: r.strings()}
	}
	switch {
	case len(e.Counterparts) == 0 && len(e.Mentions) == 0:
		r.fail("layout %d without counterparts and mentions", eventRelated)
	case len(e.Counterparts) == 0 && e.Happening != "":
		r.fail("happening %q without counterparts", e.Happening)
	}
}

func decodeEvent(id string, b []byte) (eventRow, error) {
	r, version := newReaderUpTo("event", b, eventRelated+eventBegan)
	began := version > eventRelated
	if began {
		version -= eventBegan
	}
	var e eventRow
	copy(e.representative[:], r.raw(len(e.representative)))
	e.members = r.keys()
	e.event = cluster.Event{
		ID: id, Thread: r.string(), First: r.time(), Last: r.time(), Lang: r.string(), Names: r.strings(),
		Cohesion: r.float(),
	}
	if version == eventRelated {
		r.related(&e.event)
	}
	if began {
		if e.began = r.uint(); e.began == 0 {
			r.fail("its first entry is 0")
		}
	}
	return e, r.done()
}

func encodeThread(t *cluster.Thread) []byte {
	b := []byte{codecVersion}
	b = appendTime(b, t.First)
	b = appendTime(b, t.Last)
	b = appendUint(b, uint64(len(t.Links)))
	for i := range t.Links {
		l := &t.Links[i]
		b = appendString(b, l.Event)
		b = appendString(b, l.Kind)
		b = appendFloat(b, l.Score)
		b = appendStrings(b, l.Names)
		b = appendStrings(b, l.Terms)
	}
	return b
}

func decodeThread(id string, b []byte) (cluster.Thread, error) {
	r := newReader("thread", b)
	t := cluster.Thread{ID: id, First: r.time(), Last: r.time()}
	t.Links = make([]cluster.Link, r.length(12))
	for i := range t.Links {
		t.Links[i] = cluster.Link{
			Event: r.string(), Kind: r.string(), Score: r.float(), Names: r.strings(), Terms: r.strings(),
		}
	}
	return t, r.done()
}

// seriesRow is a series as stored; its Founder is empty.
type seriesRow struct {
	series  cluster.Series
	founder storyKey
}

func encodeSeries(s *cluster.Series) []byte {
	founder := keyOf(s.Founder)
	b := append([]byte{codecVersion}, founder[:]...)
	return appendString(b, s.Pattern)
}

func decodeSeries(id string, b []byte) (seriesRow, error) {
	r := newReader("series", b)
	var s seriesRow
	copy(s.founder[:], r.raw(len(s.founder)))
	s.series = cluster.Series{ID: id, Pattern: r.string()}
	return s, r.done()
}

// encodeHead is the value of the time indexes of events and threads. Last and id are in the key.
func encodeHead(first time.Time, members int) []byte {
	b := appendInt([]byte{codecVersion}, first.Unix())
	return appendUint(b, uint64(members))
}

func decodeHead(b []byte) (first time.Time, members int, err error) {
	r := newReader("time index", b)
	first = time.Unix(r.int(), 0).UTC()
	members = r.count()
	return first, members, r.done()
}

// The kinds of lone ids.
const (
	loneGroup  = 'g'
	loneThread = 't'
)

// lone is the row of a group of one story or a thread of one event.
type lone struct {
	kind  byte
	story storyKey // of a group
	event string   // of a thread
}

func encodeLone(l lone) []byte {
	b := []byte{codecVersion, l.kind}
	if l.kind == loneGroup {
		return append(b, l.story[:]...)
	}
	return append(b, l.event...)
}

func decodeLone(b []byte) (lone, error) {
	r := newReader("lone id", b)
	l := lone{kind: r.byte()}
	switch l.kind {
	case loneGroup:
		copy(l.story[:], r.raw(len(l.story)))
	case loneThread:
		l.event = string(r.raw(len(r.b)))
	default:
		r.fail("kind %d", l.kind)
	}
	return l, r.done()
}

func encodeRedirect(rd *Redirect) []byte {
	b := appendString([]byte{codecVersion}, rd.To)
	b = appendString(b, rd.Reason)
	return appendTime(b, rd.At)
}

func decodeRedirect(from string, b []byte) (Redirect, error) {
	r := newReader("redirect", b)
	rd := Redirect{Redirect: cluster.Redirect{From: from, To: r.string(), Reason: r.string()}, At: r.time()}
	return rd, r.done()
}
