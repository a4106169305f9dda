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

// sample is what of the texts of a thread is read, before it was.
type sample struct {
	events    []digest.Event
	precision map[string]string // by story
	total     int               // texts of their own, also those that are not read
	key       memoHash
}

// sample chooses the texts of a thread that are read, so many of each event.
func (c *course) sample() *sample {
	sizes := make([]int, len(c.events))
	own := make([][]int, len(c.events))
	x := &sample{precision: map[string]string{}, events: make([]digest.Event, len(c.events)), key: newMemoHash()}
	for i, m := range c.events {
		for k := range m.stories {
			if m.origin[k] == k {
				own[i] = append(own[i], k)
			}
		}
		sizes[i] = len(own[i])
		x.total += sizes[i]
	}
	for i, chosen := range digest.Sample(sizes, digestTexts) {
		m := c.events[i]
		kind := c.thread.Links[i].Kind
		x.events[i] = digest.Event{ID: m.line.ID, Apart: kind == "saga" || kind == "reopened"}
		x.key.text(m.line.ID, kind)
		for _, k := range chosen {
			s := &m.stories[own[i][k]]
			x.precision[s.ID] = s.Precision.String()
			x.events[i].Stories = append(x.events[i].Stories, digest.Story{ID: s.ID, Source: s.Outlet(), Time: s.Published.UTC(), Lang: s.Lang})
			x.key.story(s)
		}
	}
	return x
}

// read fills in the texts, and tells how many there were.
func (x *sample) read(r Reader) (texts int, err error) {
	for i := range x.events {
		for k := range x.events[i].Stories {
			s := &x.events[i].Stories[k]
			title, body, gone, err := textLeft(r, s.ID)
			if err != nil {
				return texts, fmt.Errorf("text of story %s: %w", s.ID, err)
			}
			if !gone {
				texts++
			}
			s.Title, s.Text = title, body
		}
	}
	return texts, nil
}

func (x *sample) accounts(list []digest.Account) []Account {
	out := make([]Account, 0, len(list))
	for _, a := range list {
		l := Account{Matter: a.Matter, Contested: a.Contested, LeftOut: a.LeftOut}
		for _, v := range a.Values {
			l.Values = append(l.Values, AccountValue{
				Text: v.Text, Value: v.Value, Most: v.Most, Bound: boundWords[v.Bound], Story: v.Story, Source: v.Source, First: v.First,
				Precision: x.precision[v.Story], Last: v.Last, Sources: v.Sources, State: v.State,
			})
		}
		out = append(out, l)
	}
	return out
}

// digest reads the texts of a thread and fills in what is new in each beat and the accounts.
func (v *ThreadView) digest(r Reader, c *course, n *namer) error {
	x := c.sample()
	read, err := memoOf(r).digestOf(x.key.sum(), func() (d digested, err error) {
		if d.texts, err = x.read(r); err == nil {
			d.digest = digest.Make(x.events, n.table)
		}
		return d, err
	})
	if err != nil {
		return err
	}
	v.Read.Texts, v.Read.LeftOut = read.texts, x.total-read.texts
	at := make(map[string]int, len(v.Beats))
	for i := range v.Beats {
		at[v.Beats[i].Event.ID] = i
	}
	for _, b := range read.digest.Beats {
		fresh := &v.Beats[at[b.Event]].New
		fresh.Names, fresh.Terms = list(b.Names), list(b.Terms)
		for _, f := range b.Figures {
			fresh.Figures = append(fresh.Figures, Said(f))
		}
		for _, q := range b.Quotes {
			fresh.Quotes = append(fresh.Quotes, QuoteLine(q))
		}
	}
	v.Figures, v.FiguresLeftOut = x.accounts(read.digest.Accounts), read.digest.LeftOut
	return nil
}

// ThreadFigures gives the accounts of a thread, and the thread as a list shows it, without names: what the page of one of
// its events needs of it.
func ThreadFigures(r Reader, id string, now time.Time) (ThreadLine, []Account, error) {
	c, err := readThread(r, id, now)
	if err != nil {
		return ThreadLine{}, nil, err
	}
	x := c.sample()
	accounts, err := memoOf(r).accountsOf(x.key.sum(), func() ([]digest.Account, error) {
		if _, err := x.read(r); err != nil {
			return nil, err
		}
		return digest.Accounts(x.events), nil
	})
	return c.line, x.accounts(accounts), err
}
