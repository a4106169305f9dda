package neardup

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Match is one live story that shares shingles with a text.
type Match struct {
	Placement        // of the live story
	Jaccard          float64
	Contained        float64 // share of the text's shingles that the story has
	Contains         float64 // share of the story's shingles that the text has
	Shared           int     // shingles
	Form             float64 // Jaccard of the template forms; 0 for texts too long to be editions
	Gap              time.Duration
	Verdict          string   // "exact", "copies", "editions", "apart" (alike, but slots contradict), "strangers"
	Conflicts        []string // numbers, entity, day, place, title
	Relation         Relation // for copies: what the text would be to this story
	IsRepresentative bool
}

// Matches is the answer of Lookup.
type Matches struct {
	Print   Print
	Group   string  // the group the text would join; empty where it would found one
	Copy    Copy    // its evidence against the representative of that group
	Series  string  // the series it would be an edition of
	Matches []Match // the most similar first, near misses included
}

// Lookup says what a text would be among the live stories, and stores nothing; a live story of the same id is left out.
// It may run while nothing else does.
func (d *Detector) Lookup(ctx context.Context, doc Doc, texts Texts) (Matches, error) {
	b := newBatch(d, texts, 1)
	s := &b.workers[0]
	out := Matches{Print: d.Prepare(doc, s)}
	at := stamp{doc.Time.UnixMilli(), doc.Undated}
	if out.Print.Kind == Empty {
		return out, nil
	}
	self, exact := d.exact[out.Print.Exact]
	var found []uint32
	if out.Print.Kind >= Short {
		found, _ = d.nearest(d.index.query(nil, at, &out.Print.Keys, d.params.BucketCap), none, at)
	}
	if exact && d.classes[self].head != none && !slices.Contains(found, self) {
		found = append(found, self)
	}
	mine := s.sheet(doc.Title, doc.Text, d.furniture[doc.Source])
	// The text stands as a story of its own while it is measured.
	probe := story{
		id: doc.ID, milli: at.milli, undated: doc.Undated, dateOnly: doc.DateOnly, source: none, class: none, next: none,
	}
	if n, ok := d.sources[doc.Source]; ok {
		probe.source = n
	}
	for _, c := range found {
		sheets, err := b.sheets(ctx, []uint32{c})
		if err != nil {
			return Matches{}, err
		}
		e := compareSets(mine, sheets[0])
		if d.params.slotsDecide(e, mine, sheets[0]) {
			if mine.slots == nil {
				mine.slots = s.findSlots(doc.Title, doc.Text, mine.words)
			}
			if sheets[0].slots == nil {
				if err := b.readSlots(ctx, []uint32{c}, sheets, []int{0}); err != nil {
					return Matches{}, err
				}
			}
			e.compareSlots(mine, sheets[0])
		}
		for n := d.classes[c].head; n != none; n = d.stories[n].next {
			if d.stories[n].id == doc.ID {
				continue
			}
			out.Matches = append(out.Matches, d.match(&probe, n, e, exact && c == self))
		}
	}
	slices.SortFunc(out.Matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Jaccard, a.Jaccard), cmp.Compare(b.Shared, a.Shared), cmp.Compare(a.ID, b.ID))
	})
	for i := range out.Matches {
		m := &out.Matches[i]
		switch m.Verdict {
		case "exact", "copies":
			if out.Group == "" && (m.IsRepresentative || m.Verdict == "exact") {
				out.Group = m.Group
				out.Copy = Copy{Relation: m.Relation, Jaccard: m.Jaccard, Contained: m.Contained, Contains: m.Contains}
			}
		case "editions":
			if out.Series == "" {
				out.Series = m.Series
			}
		}
	}
	return out, nil
}

func (d *Detector) match(probe *story, n uint32, e evidence, exact bool) Match {
	s := &d.stories[n]
	m := Match{
		Placement: d.placement(n), Jaccard: float64(e.jaccard), Contained: float64(e.contained), Contains: float64(e.contains),
		Shared: int(e.shared), Form: float64(e.form), Gap: gapOf(probe, s), IsRepresentative: s.rep == n,
	}
	for i, word := range [...]string{"numbers", "entity", "day", "place", "title"} {
		if e.conflicts&(1<<i) != 0 {
			m.Conflicts = append(m.Conflicts, word)
		}
	}
	v := d.params.decide(e, m.Gap)
	if exact && d.near(s, d.classes[s.class].kind, m.Gap, probe.undated) {
		m.Verdict, m.Relation, m.Jaccard, m.Contained, m.Contains = "exact", Identical, 1, 1, 1
		return m
	}
	m.Verdict = [...]string{"strangers", "copies", "editions", "apart"}[v]
	if v == copies {
		m.Relation = d.params.relate(e, s.source == probe.source, m.Gap).Relation
	}
	return m
}
