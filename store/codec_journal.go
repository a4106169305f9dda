package store

import (
	"math"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
)

// The journal is kept in pages: the entries of one commit, in as many pages as they take, each page under the number of
// its first entry. A row for every entry would be longer than most entries.

// journalPage is the layout of a page. A page of the layout before is a single entry of schema 2.
const journalPage = codecVersion + 1

// pageSize is where a page ends and the next begins, in bytes of entries.
const pageSize = 4 << 10

// journaled is an entry as stored: story keys in place of story ids.
type journaled struct {
	cluster.Change                 // without what is below
	in, out             []storyKey // in place of In and Out, at levels of stories
	repBefore, repAfter storyKey   // in place of Before.Representative and After.Representative
	founder             bool       // object and thread are named after the only story of in
}

// ofStories reports whether the members at a level are stories.
func ofStories(level string) bool {
	return level == cluster.LevelGroup || level == cluster.LevelEvent || level == cluster.LevelSeries
}

// The words that are stored as one byte, by position; a zero byte has the word after it. Only ever append.
var (
	journalLevels = []string{
		"", cluster.LevelGroup, cluster.LevelEvent, cluster.LevelThread, cluster.LevelSeries, cluster.LevelOverride,
	}
	journalKinds = []string{
		"", cluster.Created, cluster.Grew, cluster.Shrank, cluster.Changed, cluster.Renamed, cluster.Split, cluster.Merged,
		cluster.Ended,
	}
	journalLinks = []string{
		"", "founding", "update", "follow-up", "reaction", "background", "anniversary", "saga", "reopened", "counterpart",
	}
	journalReasons = []string{
		"", "texts verified as copies of its representative", "no longer copies of its representative", "no copies are left",
		"its representative is a copy itself", "copies of stories in it", "another headline stands for it",
		"its stories went to several events", "an earlier story founds it", "its last story left",
		"no longer follows the founding event", "its founding event has another founder", reasonJoined, reasonEmptied,
		"further editions of the series", "editions of one template", "editions under one label", ReasonBaseline,
	}
)

func appendWord(b []byte, list []string, s string) []byte {
	if i := slices.Index(list, s); i > 0 {
		return append(b, byte(i))
	}
	return appendString(append(b, 0), s)
}

func (r *reader) word(list []string) string {
	i := int(r.byte())
	if i >= len(list) {
		r.fail("word %d of %d", i, len(list))
		return ""
	}
	if i == 0 {
		return r.string()
	}
	return list[i]
}

// What follows in an entry.
const (
	changeFounder = 1 << iota // object, thread and representative come from the only story that came
	changeIn
	changeOut
	changeOther
	changeBefore
	changeAfter
	changeReason
	changeMargin
	changeLinks
)

// What follows in a state.
const (
	stateRepresentative = 1 << iota
	stateThread
	stateTitle
	stateCohesion
	stateSame // representative and thread as before
)

func appendJournaled(b []byte, c *journaled) []byte {
	if c.founder {
		b = appendUint(b, changeFounder)
		return append(b, c.in[0][:]...)
	}
	flags := uint64(0)
	for i, set := range [...]bool{
		len(c.in)+len(c.In) > 0, len(c.out)+len(c.Out) > 0, c.Other != "", c.Before != (cluster.State{}),
		c.After != (cluster.State{}), c.Reason != "", c.Margin != nil, len(c.Links) > 0,
	} {
		if set {
			flags |= changeIn << i
		}
	}
	b = appendUint(b, flags)
	b = appendWord(b, journalLevels, c.Level)
	b = appendWord(b, journalKinds, c.Kind)
	b = appendString(b, c.Object)
	if flags&changeIn != 0 {
		b = appendMembers(b, c.Level, c.in, c.In)
	}
	if flags&changeOut != 0 {
		b = appendMembers(b, c.Level, c.out, c.Out)
	}
	if flags&changeOther != 0 {
		b = appendString(b, c.Other)
	}
	if flags&changeBefore != 0 {
		b = appendState(b, c.Level, &c.Before, c.repBefore, nil, storyKey{})
	}
	if flags&changeAfter != 0 {
		b = appendState(b, c.Level, &c.After, c.repAfter, &c.Before, c.repBefore)
	}
	if flags&changeReason != 0 {
		b = appendWord(b, journalReasons, c.Reason)
	}
	if flags&changeMargin != 0 {
		b = appendInt(b, int64(math.Round(*c.Margin*1000)))
	}
	if flags&changeLinks != 0 {
		b = appendUint(b, uint64(len(c.Links)))
		for _, kind := range c.Links {
			b = appendWord(b, journalLinks, kind)
		}
	}
	return b
}

func appendMembers(b []byte, level string, keys []storyKey, ids []string) []byte {
	if !ofStories(level) {
		return appendStrings(b, ids)
	}
	b = appendUint(b, uint64(len(keys)))
	for i := range keys {
		b = append(b, keys[i][:]...)
	}
	return b
}

func appendState(b []byte, level string, s *cluster.State, rep storyKey, was *cluster.State, wasRep storyKey) []byte {
	flags := byte(0)
	for i, set := range [...]bool{
		s.Representative != "" || rep != (storyKey{}), s.Thread != "", s.Title != "", s.Cohesion != 0,
	} {
		if set {
			flags |= 1 << i
		}
	}
	if was != nil && flags&(stateRepresentative|stateThread) != 0 && rep == wasRep && s.Representative == was.Representative &&
		s.Thread == was.Thread {
		flags |= stateSame
	}
	b = appendUint(append(b, flags), uint64(s.Size))
	if flags&stateSame == 0 {
		if flags&stateRepresentative != 0 {
			if ofStories(level) {
				b = append(b, rep[:]...)
			} else {
				b = appendString(b, s.Representative)
			}
		}
		if flags&stateThread != 0 {
			b = appendString(b, s.Thread)
		}
	}
	if flags&stateTitle != 0 {
		b = appendString(b, s.Title)
	}
	if flags&stateCohesion != 0 {
		b = appendInt(b, int64(math.Round(s.Cohesion*1000)))
	}
	return b
}

func (r *reader) journaled() journaled {
	var c journaled
	flags := r.uint()
	if flags == changeFounder {
		c.founder, c.in = true, make([]storyKey, 1)
		copy(c.in[0][:], r.raw(len(storyKey{})))
		c.Level, c.Kind, c.repAfter = cluster.LevelEvent, cluster.Created, c.in[0]
		c.After = cluster.State{Size: 1, Cohesion: 1}
		return c
	}
	if flags&changeFounder != 0 || flags >= changeLinks<<1 {
		r.fail("flags %#x", flags)
	}
	c.Level, c.Kind, c.Object = r.word(journalLevels), r.word(journalKinds), r.string()
	if flags&changeIn != 0 {
		c.in, c.In = r.members(c.Level)
	}
	if flags&changeOut != 0 {
		c.out, c.Out = r.members(c.Level)
	}
	if flags&changeOther != 0 {
		c.Other = r.string()
	}
	if flags&changeBefore != 0 {
		c.Before, c.repBefore = r.state(c.Level, cluster.State{}, storyKey{})
	}
	if flags&changeAfter != 0 {
		c.After, c.repAfter = r.state(c.Level, c.Before, c.repBefore)
	}
	if flags&changeReason != 0 {
		c.Reason = r.word(journalReasons)
	}
	if flags&changeMargin != 0 {
		m := float64(r.int()) / 1000
		c.Margin = &m
	}
	if flags&changeLinks != 0 {
		c.Links = make([]string, r.length(1))
		for i := range c.Links {
			c.Links[i] = r.word(journalLinks)
		}
	}
	return c
}

func (r *reader) members(level string) (keys []storyKey, ids []string) {
	if ofStories(level) {
		return r.keys(), nil
	}
	return nil, r.strings()
}

func (r *reader) state(level string, was cluster.State, wasRep storyKey) (s cluster.State, rep storyKey) {
	flags := r.byte()
	s.Size = r.count()
	switch {
	case flags&stateSame != 0:
		s.Representative, s.Thread, rep = was.Representative, was.Thread, wasRep
	case flags&stateRepresentative != 0 && ofStories(level):
		copy(rep[:], r.raw(len(rep)))
	case flags&stateRepresentative != 0:
		s.Representative = r.string()
	}
	if flags&(stateSame|stateThread) == stateThread {
		s.Thread = r.string()
	}
	if flags&stateTitle != 0 {
		s.Title = r.string()
	}
	if flags&stateCohesion != 0 {
		s.Cohesion = float64(r.int()) / 1000
	}
	return s, rep
}

// pageHead is what the entries of a page have in common.
type pageHead struct {
	at  time.Time
	run string
}

// encodePage writes a page of entries that are encoded already.
func encodePage(h pageHead, n int, entries []byte) []byte {
	b := appendTime([]byte{journalPage}, h.at)
	b = appendString(b, h.run)
	b = appendUint(b, uint64(n))
	return append(b, entries...)
}

// openPage reads the head of a page and says how many entries follow.
func openPage(b []byte) (r *reader, h pageHead, n int) {
	r = newReaderOf("journal", b, journalPage)
	h = pageHead{at: r.time(), run: r.string()}
	n = r.length(1)
	return r, h, n
}

func decodePage(b []byte) (pageHead, []journaled, error) {
	if len(b) > 0 && b[0] == codecVersion {
		return decodeEntry(b)
	}
	r, h, n := openPage(b)
	list := make([]journaled, 0, n)
	for range n {
		list = append(list, r.journaled())
		if r.err != nil {
			break
		}
	}
	return h, list, r.done()
}

// decodeEntry reads an entry of schema 2.
func decodeEntry(b []byte) (pageHead, []journaled, error) {
	r := newReader("journal entry", b)
	h := pageHead{at: r.time(), run: r.string()}
	var c journaled
	c.Kind, c.Object = r.string(), r.string()
	stories := r.strings()
	c.Other, c.Reason = r.string(), r.string()
	c.Level = levelOf(c.Kind, c.Object)
	for _, id := range stories {
		c.in = append(c.in, keyOf(id))
	}
	switch c.Kind {
	case "shrank", "merged", "split", "removed", "refounded":
		if c.Kind != "split" || c.Other == "" {
			c.in, c.out = nil, c.in
		}
	}
	if !ofStories(c.Level) {
		c.in, c.out, c.In = nil, nil, stories
	}
	return h, []journaled{c}, r.done()
}

// levelOf tells what an entry of schema 2 is about, which it does not say itself.
func levelOf(kind, object string) string {
	switch {
	case kind == "grouped" || kind == "dissolved":
		return cluster.LevelGroup
	case kind == "linked" || kind == "unlinked":
		return cluster.LevelThread
	case len(object) > 0 && object[0] == 'e':
		return cluster.LevelEvent
	default:
		return cluster.LevelSeries
	}
}

// encodeSeqs is the value of the index of objects: the numbers of the entries of one, rising, as steps.
func encodeSeqs(list []uint64) []byte {
	b := appendUint([]byte{codecVersion}, uint64(len(list)))
	last := uint64(0)
	for _, seq := range list {
		b = appendUint(b, seq-last)
		last = seq
	}
	return b
}

func decodeSeqs(b []byte) ([]uint64, error) {
	r := newReader("index of the journal", b)
	list := make([]uint64, 0, r.length(1))
	last := uint64(0)
	for range cap(list) {
		step := r.uint()
		if step == 0 && r.err == nil || last+step < last {
			r.fail("step %d", step)
		}
		last += step
		list = append(list, last)
	}
	return list, r.done()
}
