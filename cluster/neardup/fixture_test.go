package neardup_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster/neardup"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// prose writes n words that no other seed writes, in lines of about a dozen.
func prose(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	syllables := strings.Fields("ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za bre cla dri fle gro")
	var b strings.Builder
	for i := range n {
		for range 2 + r.IntN(3) {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		if i%12 == 11 {
			b.WriteString(".\n ")
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// edit replaces every step-th word.
func edit(s string, step int) string {
	words := strings.Split(s, " ")
	for i := step; i < len(words); i += step {
		words[i] = fmt.Sprintf("changed%d", i)
	}
	return strings.Join(words, " ")
}

// cutTo keeps the first n words.
func cutTo(s string, n int) string { return strings.Join(strings.Split(s, " ")[:n], " ") }

func doc(id, source string, at time.Duration, title, text string) neardup.Doc {
	return neardup.Doc{ID: id, Source: source, Title: title, Text: text, Lang: "en", Time: noon.Add(at)}
}

// newsroom keeps what a store would: the texts, the items and the last word on each story.
type newsroom struct {
	t          testing.TB
	d          *neardup.Detector
	docs       map[string]neardup.Doc
	items      map[string]neardup.Item
	placed     map[string]neardup.Placement
	groups     map[string]neardup.Group
	asked      int
	lastChange neardup.Changes
	given      map[string]bool // ids of groups, also of stories alone
	profiles   map[string]neardup.SourceProfile
}

func newNewsroom(t testing.TB, change ...func(*neardup.Params)) *newsroom {
	t.Helper()
	p := neardup.DefaultParams()
	for _, f := range change {
		f(&p)
	}
	d, err := neardup.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return &newsroom{
		t: t, d: d, docs: map[string]neardup.Doc{}, items: map[string]neardup.Item{},
		placed: map[string]neardup.Placement{}, groups: map[string]neardup.Group{}, given: map[string]bool{},
		profiles: map[string]neardup.SourceProfile{},
	}
}

func (n *newsroom) StoryText(_ context.Context, id string) (title, text string, err error) {
	n.asked++
	d, ok := n.docs[id]
	if !ok {
		return "", "", fmt.Errorf("no story %q", id)
	}
	return d.Title, d.Text, nil
}

func (n *newsroom) add(docs ...neardup.Doc) neardup.Changes {
	n.t.Helper()
	n.d.Learn(docs)
	var s neardup.Scratch
	items := make([]neardup.Item, len(docs))
	for i, d := range docs {
		items[i] = d.Item(n.d.Prepare(d, &s))
		n.docs[d.ID], n.items[d.ID] = d, items[i]
	}
	changes, err := n.d.Add(context.Background(), items, neardup.TextsFunc(n.StoryText), 1)
	if err != nil {
		n.t.Fatal(err)
	}
	for _, p := range changes.Placements {
		n.placed[p.ID] = p
	}
	for _, e := range changes.Ended {
		if !n.given[e.From] {
			n.t.Errorf("group %s ended and was none", e.From)
		}
		delete(n.given, e.From)
		delete(n.groups, e.From)
	}
	for _, g := range changes.Groups {
		if n.groups[g.ID] = g; len(g.Members) == 1 {
			delete(n.groups, g.ID)
		}
	}
	for id := range n.given {
		if !slices.ContainsFunc(slices.Collect(maps.Values(n.placed)), func(p neardup.Placement) bool { return p.Group == id }) {
			n.t.Errorf("group %s has no story any more and did not end", id)
		}
	}
	clear(n.given)
	for _, p := range n.placed {
		n.given[p.Group] = true
	}
	for _, p := range changes.Profiles {
		n.profiles[p.Source] = p
	}
	n.lastChange = changes
	n.consistent()
	return changes
}

func (n *newsroom) remove(id string) {
	n.d.Remove(id)
	delete(n.docs, id)
	delete(n.items, id)
	delete(n.placed, id)
}

// consistent checks that placements and groups tell the same.
func (n *newsroom) consistent() {
	n.t.Helper()
	members := map[string][]string{}
	for id, p := range n.placed {
		members[p.Group] = append(members[p.Group], id)
	}
	for id, list := range members {
		g, ok := n.groups[id]
		if !ok && len(list) == 1 && n.placed[list[0]].Copy.Relation == neardup.Origin {
			continue
		}
		want := slices.Sorted(slices.Values(list))
		if got := slices.Sorted(slices.Values(g.Members)); !slices.Equal(got, want) {
			n.t.Errorf("group %s has members %v, placements say %v", id, got, want)
		}
		if ok && n.placed[g.Representative].Copy.Relation != neardup.Origin {
			n.t.Errorf("group %s is represented by %s, %v", id, g.Representative, n.placed[g.Representative])
		}
	}
	for id := range n.groups {
		if len(members[id]) < 2 {
			n.t.Errorf("group %s has a record and %d members", id, len(members[id]))
		}
	}
}

// restart makes a detector of the stored state, as after the end of a process.
func (n *newsroom) restart(change ...func(*neardup.Params)) *newsroom {
	n.t.Helper()
	next := newNewsroom(n.t, change...)
	var items []neardup.Item
	for id, it := range n.items {
		p := n.placed[id]
		it.Title, it.Text = "", ""
		it.Group, it.Series, it.Copy = p.Group, p.Series, p.Copy
		items = append(items, it)
	}
	if err := next.d.RestoreProfiles(slices.Collect(maps.Values(n.profiles))); err != nil {
		n.t.Fatal(err)
	}
	if err := next.d.Restore(items); err != nil {
		n.t.Fatal(err)
	}
	next.docs, next.items, next.placed, next.groups, next.given = n.docs, n.items, n.placed, n.groups, n.given
	next.profiles = n.profiles
	return next
}

// partition renders who is together, and as what.
func (n *newsroom) partition() string {
	var lines []string
	for id, p := range n.placed {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %.3f %.3f %.3f", p.Group, id, p.Series, p.Copy.Relation, p.Copy.Jaccard, p.Copy.Contained, p.Copy.Contains))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func (n *newsroom) together(a, b string) bool { return n.placed[a].Group == n.placed[b].Group }
