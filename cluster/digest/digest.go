package digest

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/samestory/samestory/cluster/text"
)

// Story is one text of an event, the representative of its duplicate group.
type Story struct {
	ID     string
	Source string
	Time   time.Time
	Lang   string
	Title  string
	Text   string
}

// Event is one event of a thread.
type Event struct {
	ID string
	// Apart marks an event that is held in the thread by its text alone: figures of it are not those of the others.
	Apart   bool
	Stories []Story
}

// Digest is what Make found.
type Digest struct {
	Beats    []Beat    // in order of the first story of each event
	Accounts []Account // what counts people first
	LeftOut  int       // accounts beyond MaxAccounts
}

const (
	// leadBytes is how much of a text is read. What stands further down is mostly background, with figures of other
	// events.
	leadBytes = 2000
	// MaxAccounts bounds Digest.Accounts, maxValues the values of one.
	MaxAccounts = 12
	maxValues   = 8
)

// passage is the part of a story that is read, with its figures.
type passage struct {
	*Story
	event   int
	apart   bool
	title   []text.Figure
	lead    string
	figures []text.Figure
}

// Make reads the stories. tables gives the background table of a language and may return nil.
func Make(events []Event, tables func(lang string) *text.Background) Digest {
	order, passages := readAll(events)
	d := Digest{Beats: beats(order, passages, tables)}
	d.Accounts, d.LeftOut = ledger(passages)
	return d
}

// Accounts reads the stories for figures alone, as Make does, which is less than half of the work.
func Accounts(events []Event) []Account {
	_, passages := readAll(events)
	list, _ := ledger(passages)
	return list
}

// readAll puts events and stories in order and reads them.
func readAll(events []Event) ([]*Event, []passage) {
	order := make([]*Event, 0, len(events))
	for i := range events {
		if len(events[i].Stories) > 0 {
			e := events[i]
			e.Stories = slices.Clone(e.Stories)
			slices.SortFunc(e.Stories, compareStories)
			order = append(order, &e)
		}
	}
	slices.SortFunc(order, func(a, b *Event) int {
		return cmp.Or(compareStories(a.Stories[0], b.Stories[0]), cmp.Compare(a.ID, b.ID))
	})
	var passages []passage
	var figures text.FigureReader
	for i, e := range order {
		for k := range e.Stories {
			passages = append(passages, read(&e.Stories[k], i, e.Apart, &figures))
		}
	}
	return order, passages
}

func compareStories(a, b Story) int {
	return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Text, b.Text))
}

func read(s *Story, event int, apart bool, figures *text.FigureReader) passage {
	frame := text.FindFrame(s.Text)
	p := passage{Story: s, event: event, apart: apart, lead: cut(s.Text[frame.From:frame.To], leadBytes)}
	ctx := text.AnchorContext{Lang: s.Lang, Year: s.Time.Year()}
	p.title = figures.Append(nil, s.Title, ctx)
	p.figures = figures.Append(nil, p.lead, ctx)
	return p
}

// cut shortens a text at the end of a sentence, or else of a word.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = strings.ToValidUTF8(s[:n], "")
	if k := strings.LastIndexAny(s, ".!?。！？\n"); k > n/2 {
		return s[:k+1]
	}
	if k := strings.LastIndexFunc(s, unicode.IsSpace); k > n/2 {
		return s[:k]
	}
	return s
}

// Sample chooses which of the stories of each event are read when there are more than most: each event gets its share,
// the first and the last stories of an event come before those between.
func Sample(sizes []int, most int) [][]int {
	take := make([]int, len(sizes))
	for left := most; left > 0; {
		before := left
		for i, n := range sizes {
			if left > 0 && take[i] < n {
				take[i]++
				left--
			}
		}
		if left == before {
			break
		}
	}
	out := make([][]int, len(sizes))
	for i, n := range sizes {
		for k := range take[i] {
			at := 0
			if take[i] > 1 {
				at = k * (n - 1) / (take[i] - 1)
			}
			out[i] = append(out[i], at)
		}
	}
	return out
}
