package thread

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/samestory/samestory/cluster/newton"
)

// LabelledEvent is an event with the thread that somebody put most of its stories in.
type LabelledEvent struct {
	Event
	Thread string
}

// LabelledSet is a collection of events that were sorted into threads by one rule. Every set weighs the same.
type LabelledSet struct {
	Name   string
	Events []LabelledEvent
	IDF    IDF // of the set
}

// ErrTrain reports labelled sets that nothing can be learned from.
var ErrTrain = errors.New("no follow-ups to learn from")

// Report says what the weights were learned from and how good they are there.
type Report struct {
	Sets []SetReport `json:"sets"`
	Loss float64     `json:"loss"` // mean log loss over the candidates, in nats, every set weighing the same
}

// SetReport is about the candidates of one set: pairs of an event and a core that pass the gates.
type SetReport struct {
	Name       string `json:"name"`
	Events     int    `json:"events"`
	Threads    int    `json:"threads"`
	Candidates int    `json:"candidates"`
	FollowUps  int    `json:"follow_ups"` // of the candidates, those of one thread
	Fit        Errors `json:"fit"`
	// LeftOut is the same by weights that were learned from the other sets alone; nil where there are none.
	LeftOut *Errors `json:"left_out,omitempty"`
}

// Errors counts the candidates that weights decide wrongly.
type Errors struct {
	Wrong  int `json:"wrong"`  // taken, and of another thread
	Missed int `json:"missed"` // not taken, and of the thread
}

// TrainParams are the choices of a training.
type TrainParams struct {
	// Share is how many of the candidates are follow-ups where the weights are used, 0 to 1. It differs a hundredfold
	// between collections: of a newsroom of many stories a few in a hundred, of a collection of sagas nearly all. So
	// every set has an offset for its own share while the weights are learned, and a set of nothing but follow-ups
	// teaches nothing.
	Share float64
	Ridge float64 // penalty for leaving the prior, against the mean log loss
}

// DefaultTrainParams returns the choices that the shipped weights were learned with.
func DefaultTrainParams() TrainParams { return TrainParams{Share: .45, Ridge: .01} }

// fitSteps bounds the Newton steps; a dozen are enough.
const fitSteps = 40

// prior are the weights that decide as the rule did which was measured before anything was learned: two names and kind
// words of a weight of 6, or one name, an event word and a similarity of .18. They agree with it on 94 of 100 candidates
// of the labelled sets, and stand for what the few labels there are say nothing about.
func prior() *Model {
	m := &Model{bias: -6.75}
	m.weights[followSecond] = 2
	m.weights[followEvents] = 2.35
	m.weights[followKinds] = 2.7
	m.weights[followSimilar] = 2.55
	return m
}

// lesson is one candidate.
type lesson struct {
	x    [followFeatures]float64
	same bool
}

// Train learns the weights. The events of a set are linked as they come, and by the labels: of the cores that pass the
// gates an event joins that of its thread, and each of them is an example. It is deterministic and needs no seed.
func Train(sets []LabelledSet, p TrainParams) (*Model, error) {
	lessons := make([][]lesson, len(sets))
	reports := make([]SetReport, len(sets))
	for i := range sets {
		lessons[i], reports[i] = sets[i].lessons()
	}
	m := fit(lessons, -1, p)
	if m == nil {
		return nil, fmt.Errorf("train on follow-ups: %w", ErrTrain)
	}
	for i := range reports {
		reports[i].Fit = m.errors(lessons[i])
		if without := fit(lessons, i, p); without != nil {
			e := without.errors(lessons[i])
			reports[i].LeftOut = &e
		}
	}
	m.report.Sets = reports
	return m, nil
}

// lessons links the events of a set by their labels.
func (s *LabelledSet) lessons() ([]lesson, SetReport) {
	r := SetReport{Name: s.Name, Events: len(s.Events)}
	events := make([]Event, len(s.Events))
	label := make(map[string]string, len(s.Events))
	threads := make(map[string]bool)
	for i := range s.Events {
		events[i] = s.Events[i].Event
		label[events[i].ID] = s.Events[i].Thread
		threads[s.Events[i].Thread] = true
	}
	r.Threads = len(threads)
	var out []lesson
	p := DefaultParams()
	p.Saga = 0 // what is held by text alone is no example
	order, _ := withStories(events)
	slices.SortFunc(order, compareEvents)
	l := newLinker(s.IDF, p)
	l.teach = func(d *draft, c *core, x *[followFeatures]float64) bool {
		same := label[d.ID] == label[l.threads[c.thread].links[0].Event]
		out = append(out, lesson{*x, same})
		if same {
			r.FollowUps++
		}
		return same
	}
	l.run(order, order)
	r.Candidates = len(out)
	return out, r
}

// fit learns from all sets but one, -1 for all, by Newton steps from the prior. It returns nil where no set has both
// follow-ups and others.
func fit(sets [][]lesson, but int, p TrainParams) *Model {
	const d = followFeatures + 1 // the bias last
	start := prior()
	w := append(start.weights[:], start.bias)
	from := append([]float64{}, w...)
	used := 0.0
	offset := make([]float64, len(sets))
	for i, set := range sets {
		same := 0
		for k := range set {
			if set[k].same {
				same++
			}
		}
		if i == but || len(set) == 0 {
			offset[i] = math.NaN()
			continue
		}
		used++
		share := float64(same+1) / float64(len(set)+2) // a set that has seen only one kind has not seen all
		offset[i] = math.Log(share/(1-share)) - math.Log(p.Share/(1-p.Share))
	}
	if used == 0 {
		return nil
	}
	loss := 0.0
	for range fitSteps {
		grad, hess := make([]float64, d), make([]float64, d*d)
		loss = 0
		for i, set := range sets {
			if math.IsNaN(offset[i]) {
				continue
			}
			weight := 1 / used / float64(len(set))
			for k := range set {
				x := append(append([]float64{}, set[k].x[:]...), 1)
				z, y := offset[i], 0.0
				for j := range d {
					z += w[j] * x[j]
				}
				if set[k].same {
					y = 1
				}
				q := logistic(z)
				loss += weight * (math.Log1p(math.Exp(-math.Abs(z))) + max(z, 0) - y*z)
				for j := range d {
					grad[j] += weight * (q - y) * x[j]
					for n := 0; n <= j; n++ {
						hess[j*d+n] += weight * q * (1 - q) * x[j] * x[n]
					}
				}
			}
		}
		for j := range d {
			grad[j] += p.Ridge * (w[j] - from[j])
			hess[j*d+j] += p.Ridge
		}
		if newton.Step(w, grad, hess) < 1e-9 {
			break
		}
	}
	m := &Model{bias: w[followFeatures]}
	copy(m.weights[:], w)
	m.report.Loss = loss
	return m
}

// errors counts what the weights decide wrongly where they are used.
func (m *Model) errors(set []lesson) Errors {
	var e Errors
	for k := range set {
		switch takes := m.score(&set[k].x) >= 0; {
		case takes && !set[k].same:
			e.Wrong++
		case !takes && set[k].same:
			e.Missed++
		}
	}
	return e
}
