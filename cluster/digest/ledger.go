package digest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster/text"
)

// Value states.
const (
	Current    = "current"    // nobody says otherwise any more
	Superseded = "superseded" // a later value took its place
	Contested  = "contested"  // another value is said as well, and neither came later than all of the other
	Compatible = "compatible" // "at least 11" beside 14: no contradiction
)

// Account is one matter with the different values that were reported.
type Account struct {
	Matter    string // in words: "injured", "injured officers", "damage in EUR"
	Contested bool   // several values stand against each other
	Values    []Value
	LeftOut   int // values beyond those listed, of the fewest sources
}

// Value is one figure with who said it.
type Value struct {
	Text    string // as the first story writes it, with its qualifier
	Value   float64
	Most    float64 // of a range, else Value
	Bound   text.Bound
	Story   string // the first that said it
	Source  string // of that story
	First   time.Time
	Last    time.Time // of the last story that says it
	Sources int       // outlets that say it in a text of their own
	State   string
}

// matter is what a figure is about.
type matter struct {
	kind     text.FigureKind
	what, of string
}

type matterValue struct {
	matter
	value, most float64
}

func matterOf(f *text.Figure) matter { return matter{f.Kind, f.What, f.Of} }

// scope is a matter where its figures can be compared: within the thread, or within one event of it.
type scope struct {
	matter
	event int // -1 for the whole thread
}

const whole = -1

// matters that are one for a whole thread: what happened once has one number of dead. Arrests, amounts and votes come
// again with each event.
func threadWide(m matter) bool {
	switch {
	case m.kind == text.Measure:
		return m.what == "magnitude"
	case m.kind == text.Count:
		return m.what == "dead" || m.what == "injured" || m.what == "missing" || m.what == "hospital" || m.what == "aboard"
	}
	return false
}

// counted are the matters whose figures say by themselves what they are about.
func counted(m matter) bool {
	switch m.what {
	case "", "votes", "jobs":
		return false
	}
	return m.kind == text.Count || m.kind == text.Measure && m.what == "magnitude"
}

const (
	// alike is how far apart two figures may be, as a ratio, that are taken for the same matter where it says little.
	alike = 2
	// thingsLeast is the least number of things that is compared: small numbers of things are of anything.
	thingsLeast = 20
	// rounding is how far an "about" may be from what it rounds.
	rounding = .1
)

// claim is one value of one story.
type claim struct {
	scope
	figure text.Figure
	text   string
	words  string // what the figure counts, as written
	p      *passage
}

func ledger(passages []passage) (accounts []Account, leftOut int) {
	byScope := map[scope][]claim{}
	var scopes []scope
	for i := range passages {
		said := map[scope]bool{}
		p := &passages[i]
		take := func(s string, figures []text.Figure) {
			for _, f := range figures {
				c, ok := claimOf(p, s, f)
				if !ok || said[c.scope] {
					continue
				}
				said[c.scope] = true
				if byScope[c.scope] == nil {
					scopes = append(scopes, c.scope)
				}
				byScope[c.scope] = append(byScope[c.scope], c)
			}
		}
		take(p.Title, p.title)
		take(p.lead, p.figures)
	}
	type ranked struct {
		Account
		rank, claims, order int
	}
	var list []ranked
	people := map[string]bool{} // nouns of the injured and the others: what is said of them is said there
	for _, s := range scopes {
		if s.what != "" {
			people[s.of] = true
		}
	}
	for i, s := range scopes {
		if s.kind == text.Count && s.what == "" && people[s.of] {
			continue
		}
		for _, claims := range families(byScope[s]) {
			if a, ok := account(claims); ok {
				list = append(list, ranked{a, matterRank(s.matter), len(claims), i})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.claims, a.claims), cmp.Compare(a.order, b.order))
	})
	for _, a := range list[:min(len(list), MaxAccounts)] {
		accounts = append(accounts, a.Account)
	}
	return accounts, max(0, len(list)-MaxAccounts)
}

func matterRank(m matter) int {
	for i, what := range [...]string{"dead", "injured", "missing", "arrested", "magnitude"} {
		if m.what == what {
			if m.of != "" {
				return 2*i + 1
			}
			return 2 * i
		}
	}
	if counted(m) {
		return 20
	}
	return 21
}

func claimOf(p *passage, s string, f text.Figure) (claim, bool) {
	c := claim{scope: scope{matterOf(&f), p.event}, figure: f, p: p}
	if f.Aside || f.Bound == text.Further {
		return c, false
	}
	switch f.Kind {
	case text.Count:
		if f.What == "" && (f.Of == "" || f.Value < thingsLeast) {
			return c, false
		}
	case text.Money:
		if f.Of == "" {
			return c, false
		}
	case text.Percent:
		if f.Of != "turnout" { // rates come again each month
			return c, false
		}
	case text.Measure:
		if f.What != "magnitude" {
			return c, false
		}
	}
	if threadWide(c.matter) && !p.apart {
		c.event = whole
	}
	c.text, c.words = squeeze(s[f.Pos:f.End]), squeeze(s[f.End:f.To])
	return c, true
}

// families splits claims of a matter that says little into those of one order of size.
func families(claims []claim) [][]claim {
	slices.SortStableFunc(claims, func(a, b claim) int { return compareStories(*a.p.Story, *b.p.Story) })
	if counted(claims[0].matter) {
		return [][]claim{claims}
	}
	bySize := slices.Clone(claims)
	slices.SortStableFunc(bySize, func(a, b claim) int { return cmp.Compare(a.figure.Value, b.figure.Value) })
	var out [][]claim
	for from, i := 0, 1; i <= len(bySize); i++ {
		if i == len(bySize) || bySize[i].figure.Value > alike*bySize[from].figure.Value {
			out = append(out, bySize[from:i])
			from = i
		}
	}
	for _, f := range out {
		slices.SortStableFunc(f, func(a, b claim) int { return compareStories(*a.p.Story, *b.p.Story) })
	}
	return out
}

// tally is one value while it is gathered.
type tally struct {
	Value
	sources map[string]bool
}

func account(claims []claim) (Account, bool) {
	var values []*tally
	byValue := map[[2]float64]*tally{}
	for i := range claims {
		c := &claims[i]
		k := [2]float64{c.figure.Value, c.figure.Most}
		v := byValue[k]
		if v == nil {
			v = &tally{Value{
				Text: c.text, Value: c.figure.Value, Most: c.figure.Most, Bound: c.figure.Bound, Story: c.p.ID, Source: c.p.Source, First: c.p.Time,
			}, map[string]bool{}}
			byValue[k] = v
			values = append(values, v)
		}
		v.Last = c.p.Time
		source := c.p.Source
		if source == "" {
			source = "\x00" + c.p.ID // nobody knows whose it is: it speaks for itself
		}
		v.sources[source] = true
	}
	for _, v := range values {
		v.Sources = len(v.sources)
	}
	people := counted(claims[0].matter)
	if people {
		values = withoutStrays(values)
	} else if !slices.ContainsFunc(values, func(v *tally) bool { return v.Sources > 1 }) {
		return Account{}, false // as many figures as voices: they speak of different things
	}
	if len(values) < 2 {
		return Account{}, false
	}
	a := Account{Matter: matterName(claims)}
	a.judge(values, people)
	if !people && !slices.ContainsFunc(values, func(v *tally) bool { return v.State == Contested || v.State == Superseded }) {
		return Account{}, false // bounds of things that agree
	}
	a.list(values)
	return a, true
}

// list keeps the values with most sources where there are too many, in order of time.
func (a *Account) list(values []*tally) {
	if len(values) > maxValues {
		best := slices.Clone(values)
		slices.SortStableFunc(best, func(x, y *tally) int {
			return cmp.Or(-compareBool(x.State != Superseded, y.State != Superseded), cmp.Compare(y.Sources, x.Sources), y.Last.Compare(x.Last))
		})
		a.LeftOut = len(values) - maxValues
		best = best[:maxValues]
		values = slices.DeleteFunc(values, func(v *tally) bool { return !slices.Contains(best, v) })
	}
	for _, v := range values {
		a.Values = append(a.Values, v.Value)
	}
}

// matterName says in words what the figures of an account are of.
func matterName(claims []claim) string {
	m := claims[0].matter
	switch m.kind {
	case text.Money:
		return m.of + " in " + m.what
	case text.Percent:
		return m.of + " in percent"
	case text.Measure:
		return m.what
	}
	words := claims[0].words
	if m.what == "" {
		return words
	}
	what := matterWords[m.what]
	if what == "" {
		what = m.what
	}
	switch m.of {
	case "":
		return what
	case "severe":
		return "seriously " + what
	}
	for _, w := range strings.Fields(words) {
		if f := folds(w); len(f) == 1 && text.Stem(f[0], claims[0].p.Lang) == m.of {
			return what + ": " + strings.Trim(w, ",.;:")
		}
	}
	return what + ": " + m.of
}

// matterWords are keys that read otherwise.
var matterWords = map[string]string{"hospital": "in hospital", "hostage": "hostages"}
