package happening

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/samestory/samestory/cluster/eval"
	"github.com/samestory/samestory/cluster/text"
)

// LabelledEvent is an event with the happening that somebody said it reports.
type LabelledEvent struct {
	Event
	Happening string
}

// LabelledSet is a collection of events of several languages that one person sorted by one rule. Its events should be
// what a reader would call one, not what a program found: from fragments the model learns that half of what belongs
// together does not.
type LabelledSet struct {
	Name   string
	Events []LabelledEvent
}

// ErrTooFew reports a training set that nothing can be learned from.
var ErrTooFew = errors.New("too few happenings in several languages")

// Report says what a model was trained on and how good it is there.
type Report struct {
	Sets     []SetReport `json:"sets"`
	Examples int         `json:"examples"`
	LossIn   float64     `json:"loss"`          // mean log loss on the examples themselves
	LossOut  float64     `json:"loss_held_out"` // the same, each example judged by weights that have not seen its happenings
}

// SetReport is about one set. The scores count every story of the set's events; those that end in Out are of weights
// that have not seen the happenings they link.
type SetReport struct {
	Name       string  `json:"name"`
	Events     int     `json:"events"`
	Happenings int     `json:"happenings"` // in several languages
	Pairs      int     `json:"pairs"`      // of events of one happening
	Candidates int     `json:"candidates"` // of these, found by the index
	Apart      Quality `json:"apart"`      // without any link: the most that a system of single languages can reach
	Linked     Quality `json:"linked"`
	LinkedOut  Quality `json:"linked_held_out"`
}

// Quality is the agreement of happenings with the labels, in F1, 0 to 1.
type Quality struct {
	BCubed   float64 `json:"bcubed"`
	Pairwise float64 `json:"pairwise"`
}

// folds is how many parts the happenings are cut into; a pair is judged by weights that have seen neither part.
const folds = 5

// foldOf puts a happening into a part by its label alone.
func foldOf(label string) int { return int(text.TermOf("fold "+label) % folds) }

// Train learns the weights of a pair from labelled events. It is deterministic; every set counts the same.
func Train(sets []LabelledSet, p Params) (*Model, error) {
	var all []example
	surveys := make([]labelledSurvey, len(sets))
	m := &Model{}
	for i := range sets {
		surveys[i] = surveyOf(&sets[i], &p)
		all = append(all, surveys[i].examples...)
		m.report.Sets = append(m.report.Sets, surveys[i].report)
	}
	// Every set weighs the same, whatever its size, and together they weigh as much as their pairs.
	at := 0
	for i := range surveys {
		n := len(surveys[i].examples)
		for k := range n {
			all[at+k].weight = float64(len(all)) / float64(len(sets)*n)
		}
		at += n
	}
	same := 0
	for i := range all {
		if all[i].same {
			same++
		}
	}
	if same < folds || same == len(all) {
		return nil, fmt.Errorf("%w: %d pairs of %d candidates", ErrTooFew, same, len(all))
	}
	m.weights = fit(all)
	var held [folds][folds]weights
	for a := range folds {
		for b := range a + 1 {
			held[a][b] = fit(slices.DeleteFunc(slices.Clone(all), func(e example) bool {
				return e.fold[0] == a || e.fold[1] == a || e.fold[0] == b || e.fold[1] == b
			}))
			held[b][a] = held[a][b]
		}
	}
	m.report.Examples = len(all)
	m.report.LossIn = round(logLoss(all, func(e *example) float64 { return m.weights.probability(&e.x) }))
	m.report.LossOut = round(logLoss(all, func(e *example) float64 { return held[e.fold[0]][e.fold[1]].probability(&e.x) }))
	for i := range surveys {
		s, r := &surveys[i], &m.report.Sets[i]
		r.Apart = s.quality(nil)
		r.Linked = s.quality(s.link(&p, func(_, _ int, x *[features]float64) float64 { return m.weights.probability(x) }))
		r.LinkedOut = s.quality(s.link(&p, func(a, b int, x *[features]float64) float64 { return held[a][b].probability(x) }))
	}
	return m, nil
}

// labelledSurvey is a set with its candidate pairs.
type labelledSurvey struct {
	*surroundings
	set      *LabelledSet
	labels   map[string]string // of events
	examples []example
	report   SetReport
}

func surveyOf(set *LabelledSet, p *Params) labelledSurvey {
	s := labelledSurvey{set: set, labels: make(map[string]string), report: SetReport{Name: set.Name, Events: len(set.Events)}}
	events := make([]Event, len(set.Events))
	langs := make(map[string]map[string]int)
	for i := range set.Events {
		e := &set.Events[i]
		events[i] = e.Event
		s.labels[e.ID] = e.Happening
		if langs[e.Happening] == nil {
			langs[e.Happening] = make(map[string]int)
		}
		langs[e.Happening][e.Lang]++
	}
	for _, label := range slices.Sorted(maps.Keys(langs)) {
		if len(langs[label]) < 2 {
			continue
		}
		s.report.Happenings++
		all, within := 0, 0
		for _, n := range langs[label] {
			all += n
			within += n * (n - 1) / 2
		}
		s.report.Pairs += all*(all-1)/2 - within
	}
	s.surroundings = survey(prepare(near(events, p.Window)), p.Window)
	for _, c := range s.pairs {
		la, lb := s.labels[s.all[c.a].ID], s.labels[s.all[c.b].ID]
		e := example{same: la == lb, weight: 1, fold: [2]int{foldOf(la), foldOf(lb)}}
		s.measure(&e.x, c.a, c.b)
		s.examples = append(s.examples, e)
		if e.same {
			s.report.Candidates++
		}
	}
	return s
}

// link joins the events of the set with weights that may depend on the folds of a pair.
func (s *labelledSurvey) link(p *Params, probability func(foldA, foldB int, x *[features]float64) float64) []Happening {
	return join(s.surroundings, func(a, b int32) float64 {
		var x [features]float64
		s.measure(&x, a, b)
		return probability(foldOf(s.labels[s.all[a].ID]), foldOf(s.labels[s.all[b].ID]), &x)
	}, p)
}

// quality scores what was linked, every story of an event with the label of the event.
func (s *labelledSurvey) quality(linked []Happening) Quality {
	of := make(map[string]string)
	for i := range linked {
		for _, e := range linked[i].Events {
			of[e] = linked[i].ID()
		}
	}
	var js []eval.Judgement
	for i := range s.set.Events {
		e := &s.set.Events[i]
		system := e.ID
		if h, ok := of[e.ID]; ok {
			system = h
		}
		for range e.Stories {
			js = append(js, eval.Judgement{Gold: e.Happening, System: system})
		}
	}
	score := eval.Compare(js)
	return Quality{BCubed: round(score.BCubed.F1), Pairwise: round(score.Pairwise.F1)}
}

func round(f float64) float64 { return math.Round(f*1e4) / 1e4 }
