package report

import (
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster/digest"
	language "github.com/samestory/samestory/cluster/text"
)

// digestTexts bounds how many texts of a thread are read for what is new and for its figures. Copies are not read.
const digestTexts = 300

// News is what a beat has that no earlier beat of the thread had.
type News struct {
	Names   []string    `json:"names"`
	Figures []Said      `json:"figures"`
	Terms   []string    `json:"terms"`
	Quotes  []QuoteLine `json:"quotes"`
}

// Said is a figure as a story writes it, with what it counts.
type Said struct {
	Text  string `json:"text"`
	Story string `json:"story"`
}

// QuoteLine is a quotation with its speaker.
type QuoteLine struct {
	Text    string `json:"text"`
	Speaker string `json:"speaker"`
	Story   string `json:"story"`
}

// Account is one matter on which the reports of a thread gave different figures.
type Account struct {
	Matter    string         `json:"matter"`    // in words: "injured", "damage in EUR"
	Contested bool           `json:"contested"` // figures stand against each other
	Values    []AccountValue `json:"values"`    // in order of who said them first
	LeftOut   int            `json:"left_out"`  // values that are not listed
}

// AccountValue is one figure of an account.
type AccountValue struct {
	Text      string    `json:"text"`  // as the first story writes it
	Value     float64   `json:"value"` // of a range the lower end
	Most      float64   `json:"most"`  // of a range the upper end, else value
	Bound     string    `json:"bound"` // exact, at least, at most, about
	Story     string    `json:"story"` // the first that said it
	Source    string    `json:"source"`
	First     time.Time `json:"first"`
	Precision string    `json:"first_precision"`
	Last      time.Time `json:"last"`
	Sources   int       `json:"independent_sources"` // outlets that say it in a text of their own
	State     string    `json:"state"`               // current, superseded, contested, compatible
}

// ReadLine says how much of a thread was read for its figures.
type ReadLine struct {
	Texts   int `json:"texts"`
	LeftOut int `json:"left_out"` // texts beyond the bound, copies not counted
}

var boundWords = [...]string{language.Exact: "exact", language.AtLeast: "at least", language.AtMost: "at most", language.About: "about", language.Further: "further"}

// digest reads the texts of a thread, so many of each event, and fills in what is new in each beat and the accounts.
func (v *ThreadView) digest(r Reader, c *course, n *namer) error {
	sizes := make([]int, len(c.events))
	own := make([][]int, len(c.events))
	precision := map[string]string{}
	total := 0
	for i, m := range c.events {
		for k := range m.stories {
			if m.origin[k] == k {
				own[i] = append(own[i], k)
			}
		}
		sizes[i] = len(own[i])
		total += sizes[i]
	}
	events := make([]digest.Event, len(c.events))
	for i, chosen := range digest.Sample(sizes, digestTexts) {
		m := c.events[i]
		kind := c.thread.Links[i].Kind
		events[i] = digest.Event{ID: m.line.ID, Apart: kind == "saga" || kind == "reopened"}
		for _, k := range chosen {
			s := &m.stories[own[i][k]]
			title, body, gone, err := textLeft(r, s.ID)
			if err != nil {
				return fmt.Errorf("text of story %s: %w", s.ID, err)
			}
			if !gone {
				v.Read.Texts++
			}
			precision[s.ID] = s.Precision.String()
			events[i].Stories = append(events[i].Stories, digest.Story{
				ID: s.ID, Source: s.Outlet(), Time: s.Published.UTC(), Lang: s.Lang, Title: title, Text: body,
			})
		}
	}
	v.Read.LeftOut = total - v.Read.Texts
	d := digest.Make(events, n.table)
	at := make(map[string]int, len(v.Beats))
	for i := range v.Beats {
		at[v.Beats[i].Event.ID] = i
	}
	for _, b := range d.Beats {
		fresh := &v.Beats[at[b.Event]].New
		fresh.Names, fresh.Terms = list(b.Names), list(b.Terms)
		for _, f := range b.Figures {
			fresh.Figures = append(fresh.Figures, Said(f))
		}
		for _, q := range b.Quotes {
			fresh.Quotes = append(fresh.Quotes, QuoteLine(q))
		}
	}
	for _, a := range d.Accounts {
		out := Account{Matter: a.Matter, Contested: a.Contested, LeftOut: a.LeftOut}
		for _, x := range a.Values {
			out.Values = append(out.Values, AccountValue{
				Text: x.Text, Value: x.Value, Most: x.Most, Bound: boundWords[x.Bound], Story: x.Story, Source: x.Source, First: x.First,
				Precision: precision[x.Story], Last: x.Last, Sources: x.Sources, State: x.State,
			})
		}
		v.Figures = append(v.Figures, out)
	}
	v.FiguresLeftOut = d.LeftOut
	return nil
}
