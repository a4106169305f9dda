package thread

import "time"

// Gate is a condition of the linking rule with what was measured.
type Gate struct {
	Name     string
	Measured float64
	Bound    float64
	Most     bool // Bound is the most that passes, not the least
	Figures  bool // Measured and Bound mean something
	Passed   bool
}

// The names of the gates.
const (
	GateRoundup  = "no round-up"         // round-ups and live pages are mentioned by threads and are no members
	GateOlder    = "founded before"      // the thread was there when the event had its turn
	GateFounder  = "founded by a report" // what a round-up founds takes nothing
	GateNames    = "names"               // specific names of the core that recur
	GateKinds    = "kind words"          // weight of the words of the core that say what happened
	GateEvents   = "event words"         // how many words say what happened
	GateHeadline = "name in headline"    // one of the names stands in a headline
	GateSimilar  = "similarity"          // of the texts, after a long silence
	GateFollow   = "follow-up"           // probability by what the event takes up of the core
	GateSilence  = "silence"             // days since the last story of the thread
	GateNative   = "first in language"   // in a language that the thread has, that core decides
	GateText     = "text alone"          // a thread that has lasted some days takes what is like it, the other gates aside
	GateBest     = "best thread"         // no other thread that takes the event is nearer to it
)

// Judgement says how an event stands to a thread.
type Judgement struct {
	Event, Thread string
	Link          *Relation // the event's place in the thread; nil where it has none
	common        shared
	Score         float64 // similarity to the core
	Gap           time.Duration
	// Named and Text say which of the two ways into a thread were open: by names and kind words, or by text alone.
	Named, Text bool
	Gates       []Gate
	// Features are what decided on GateFollow, with Bias; Odds is their sum, the log odds; empty where it was not asked.
	Features   []Feature
	Bias, Odds float64
	Rival      string // thread that takes the event and is nearer to it; empty where there is none
	RivalScore float64
}

// Names are the specific names of the core that recur.
func (j *Judgement) Names() []string { return j.common.names }

// Terms are the kind words of the core that recur.
func (j *Judgement) Terms() []string { return kindNames(j.common.kinds) }

// Probability is that of a follow-up, where it was asked.
func (j *Judgement) Probability() float64 { return logistic(j.Odds) }

func kindNames(kinds []Kind) []string {
	var out []string
	for _, k := range kinds {
		out = append(out, k.String())
	}
	return out
}

// Explain links the events as Link does and says what the rule found when the event had its turn with the thread: with
// its core of the event's language where it has one. The last result is false where there is no such event or thread.
func Explain(events []Event, idf IDF, p Params, event, thread string) (Judgement, bool) {
	out := Judgement{Event: event, Thread: thread}
	asked := false
	threads := link(events, events, idf, p, func(l *linker, d *draft, found []candidate) {
		if d.ID == event {
			asked = true
			out.judged(l, d, found)
		}
	})
	known := false
	for i := range threads {
		if threads[i].ID != thread {
			continue
		}
		known = true
		for k := range threads[i].Links {
			if threads[i].Links[k].Event == event {
				out.Link = &threads[i].Links[k]
			}
		}
	}
	return out, asked && known
}

// judged asks every gate between an event and the thread, in the order in which the rule does.
func (j *Judgement) judged(l *linker, d *draft, found []candidate) {
	add := func(name string, measured, bound float64) bool {
		j.Gates = append(j.Gates, Gate{Name: name, Measured: measured, Bound: bound, Figures: true, Passed: measured >= bound})
		return measured >= bound
	}
	rule := func(name string, passed bool) bool {
		j.Gates = append(j.Gates, Gate{Name: name, Passed: passed})
		return passed
	}
	rule(GateRoundup, !d.loose)
	i := j.core(l, d)
	if !rule(GateOlder, i >= 0) {
		return
	}
	c, t := &l.cores[i], &l.threads[l.cores[i].thread]
	rule(GateFounder, !t.loose)
	if !d.Undated && !t.last.IsZero() {
		j.Gap = max(0, d.First.Sub(t.last))
	}
	days := func(d time.Duration) float64 { return d.Hours() / 24 }
	native := sameLanguage(c.lang, d.Lang)
	j.common = matchNames(&c.gist, &d.gist, native)
	l.matchKinds(&j.common, &c.gist, &d.gist, native, native && unspaced(d.Lang))
	if native {
		j.Score = c.similarity(d.center)
	}
	silence := l.Window
	if !native {
		silence = l.Languages
	}
	marks := native && l.anniversary(d, c)
	late := j.Gap > silence && !marks
	names, kinds := 1, l.KindsLeast
	if !native || late {
		names, kinds = l.Names, l.Kinds
	}
	if !native {
		rule(GateNative, !l.hasLanguage(t, d.Lang))
	}
	if late && !native {
		j.Gates = append(j.Gates, Gate{Name: GateSilence, Measured: days(j.Gap), Bound: days(silence), Most: true, Figures: true})
	}
	open := add(GateNames, float64(j.common.count), float64(names))
	open = add(GateKinds, j.common.weight, kinds) && open
	if native && late {
		add(GateEvents, float64(len(j.common.kinds)), 2)
	}
	if native {
		open = rule(GateHeadline, j.common.anchored) && open
	}
	switch {
	case native && late:
		add(GateSimilar, j.Score, l.Reopen)
	case native && open:
		j.asked(l, d, c, marks)
		add(GateFollow, logistic(j.Odds), .5)
	}
	verdict, ok := l.judge(d, i)
	ok = ok && !t.loose
	j.Named, j.Text = ok && verdict.kind != Saga, ok && verdict.kind == Saga
	if !j.Named && l.Saga > 0 && native && l.grown(t) {
		add(GateText, j.Score, l.Saga)
		j.Gates[len(j.Gates)-1].Passed = j.Text
	}
	if len(found) > 0 && l.cores[found[0].core].thread != c.thread {
		j.Rival, j.RivalScore = ID(l.threads[l.cores[found[0].core].thread].founder), found[0].score
	}
	if ok {
		rule(GateBest, j.Rival == "")
	}
}

// asked measures what the model of follow-ups goes by.
func (j *Judgement) asked(l *linker, d *draft, c *core, marks bool) {
	gap := j.Gap
	if marks {
		gap = 0
	}
	x := followVector(d, c, &candidate{score: j.Score, shared: j.common}, gap)
	j.Features, j.Bias, j.Odds = l.Follow.features(&x), l.Follow.bias, l.Follow.score(&x)
}

// core finds the core of the thread that an event is judged against, -1 where the thread is not there yet.
func (j *Judgement) core(l *linker, d *draft) int {
	for t := range l.threads {
		if ID(l.threads[t].founder) != j.Thread || len(l.threads[t].cores) == 0 {
			continue
		}
		for _, i := range l.threads[t].cores {
			if sameLanguage(l.cores[i].lang, d.Lang) {
				return i
			}
		}
		return l.threads[t].cores[0]
	}
	return -1
}
