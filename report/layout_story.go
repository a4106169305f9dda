package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/samestory/samestory/report/internal/typeset"
)

// passageRunes is how much of a text a table shows: enough to know which story it is.
const passageRunes = 900

func (v StoryView) layout() page {
	s := v.Story
	p := page{heading{text: headline(s.Title, 0).text, meta: "story " + typeset.Clean(s.ID)}}
	f := facts{{"source", typeset.Outlet(s.Source)}}
	add := func(name, value string) {
		if value = typeset.Clean(value); value != "" {
			f = append(f, fact{name, value})
		}
	}
	add("author", s.Author)
	add("published", typeset.When(s.Published, s.Precision, v.Now))
	if s.Updated != nil {
		add("updated", typeset.Absolute(*s.Updated, "", v.Now))
	}
	add("arrived", typeset.Absolute(s.Arrived, "", v.Now))
	add("language", s.Lang)
	add("words", typeset.Thousands(s.Words))
	add("address", s.URL)
	if x := v.Series; x != nil {
		parts := []string{typeset.Plural(x.Editions, "edition", "editions")}
		if x.Rhythm != "" {
			parts = append(parts, x.Rhythm)
		}
		add("edition of", fmt.Sprintf("%s: %s (%s)", x.ID, headline(x.Pattern, 0).text, strings.Join(parts, ", ")))
	}
	switch {
	case s.Relation != "origin" && v.Duplicates != nil:
		add("duplicates", fmt.Sprintf("%s of %s, by %s (Jaccard %.2f, contained %.2f, contains %.2f)", s.Relation,
			v.Duplicates.Representative.ID, typeset.Outlet(v.Duplicates.Representative.Source), s.Jaccard, s.Contained, s.Contains))
	case v.Duplicates != nil:
		add("duplicates", "origin of "+typeset.Plural(len(v.Duplicates.Copies), "copy", "copies"))
	default:
		add("duplicates", "none")
	}
	if v.Event == nil {
		add("event", "not yet assigned")
	} else {
		add("event", fmt.Sprintf("%s: %s, %s", v.Event.ID, headline(v.Event.Headline, 0).text,
			typeset.Plural(v.Event.Stories, "story", "stories")))
	}
	if v.Thread != nil {
		add("thread", fmt.Sprintf("%s: %s, %s", v.Thread.ID, headline(v.Thread.Headline, 0).text,
			typeset.Plural(v.Thread.Beats, "event", "events")))
	}
	p = append(p, f)
	if len(v.Versions) > 1 {
		g := grid{cols: []col{{name: "version", right: true}, {name: "arrived"}, {name: "words", right: true}, {name: "headline", flex: 24, soft: 40}}}
		for _, x := range v.Versions {
			g.rows = append(g.rows, []cell{number(x.Version), styled(typeset.Relative(x.Arrived, v.Now), dim), number(x.Words), headline(x.Title, 0)})
		}
		p = append(p, heading{text: "Versions", sub: true}, g)
	}
	if v.Duplicates != nil {
		g := grid{cols: copyCols()}
		g.rows = append(g.rows, groupRows(*v.Duplicates, v.Meta)...)
		p = append(p, heading{text: "Duplicates", meta: "group " + typeset.Clean(v.Duplicates.ID), sub: true}, g)
	}
	p = append(append(p, mentionBlocks(v.MentionedIn)...), mentionedBlocks(v.Mentions)...)
	if t := strings.TrimSpace(typeset.CleanText(s.Text)); t != "" {
		p = append(p, heading{text: "Text", sub: true}, passage(excerpt(t)))
	} else if s.Expired {
		p = append(p, heading{text: "Text", sub: true}, passage("It has expired, with all versions of it: "+
			typeset.Plural(s.Words, "word", "words")+" in the last."))
	}
	return p
}

// excerpt cuts a text for a table at the end of a word and says how much is left.
func excerpt(t string) string {
	if utf8.RuneCountInString(t) <= passageRunes*5/4 {
		return t
	}
	cut := string([]rune(t)[:passageRunes])
	if i := strings.LastIndexAny(cut, " \n"); i > len(cut)/2 {
		cut = cut[:i]
	}
	rest := utf8.RuneCountInString(t) - utf8.RuneCountInString(cut)
	return strings.TrimRight(cut, " \n") + " …\n(" + typeset.Thousands(rest) + " more characters; --json has the whole text)"
}

func (v StoryView) records() records {
	s := v.Story
	thread := ""
	if v.Thread != nil {
		thread = v.Thread.ID
	}
	return records{
		cols: []string{
			"story", "title", "source", "author", "url", "lang", "published", "precision", "updated", "arrived", "words",
			"story_version", "group", "relation", "jaccard", "contained", "contains", "event", "thread", "series", "text",
		},
		rows: [][]any{{
			s.ID, s.Title, s.Source, s.Author, s.URL, s.Lang, s.Published, s.Precision, s.Updated, s.Arrived, s.Words,
			s.Version, s.Group, s.Relation, s.Jaccard, s.Contained, s.Contains, s.EventID, thread, s.Series, s.Text,
		}},
	}
}

func (v StoryView) lines() []any { return []any{v} }
