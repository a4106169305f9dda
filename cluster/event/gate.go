package event

// Gate is a rule that decides whatever the models say, with what it measured. Explanations list every gate that was
// asked, also those that were passed.
type Gate struct {
	Name     string
	Measured float64
	Bound    float64 // in the unit of Measured
	Most     bool    // Bound is the most that passes, not the least
	Figures  bool    // Measured and Bound mean something
	Passed   bool
}

// The names of the gates.
const (
	GateLanguage  = "language"      // events are of one language
	GateSeries    = "series"        // editions of one series are never linked
	GateWindow    = "window"        // stories further apart than the window, in days, are not compared
	GateFloor     = "pair floor"    // a pair with a lower score by the pair model is no neighbour
	GateIndex     = "candidates"    // the search of candidates proposed the pair
	GateThin      = "shared words"  // article cosine below which nothing is linked
	GateLeast     = "least link"    // a weaker link counts as none in an average
	GateComponent = "nearest story" // link to the nearest story without which two are never brought together
	GateLinkage   = "linkage"       // mean link over tightness
	GateRivals    = "rival names"   // two events whose headlines agree on names that the other never has stay apart
	GateRoundups  = "no bridge"     // a round-up or live page brings no two events together
)

func least(name string, measured, bound float64) Gate {
	return Gate{Name: name, Measured: measured, Bound: bound, Figures: true, Passed: measured >= bound}
}

func rule(name string, passed bool) Gate { return Gate{Name: name, Passed: passed} }

// pairGates asks the gates of one pair; the explanation must be complete but for them.
func (c *Clusterer) pairGates(out *Explanation, s, o *story) []Gate {
	apart := s.series != "" && s.series == o.series
	if out.Series = ""; apart {
		out.Series = s.series
	}
	gates := []Gate{rule(GateLanguage, s.lang == o.lang), rule(GateSeries, !apart)}
	if s.lang != o.lang {
		return gates
	}
	if out.GapDays >= 0 {
		gates = append(gates, Gate{
			Name: GateWindow, Measured: out.GapDays, Bound: c.window, Most: true, Figures: true, Passed: out.GapDays <= c.window,
		})
	}
	floor := least(GateFloor, out.Pair, edgeFloor)
	gates = append(gates, floor)
	if floor.Passed && !apart {
		gates = append(gates, rule(GateIndex, out.Candidate))
	}
	return append(gates, least(GateThin, out.Article, thinArticle), least(GateLeast, out.Link, linkLeast))
}

// eventGates asks the gates between a story and an event.
func (c *Clusterer) eventGates(judged *Candidate, needed float64) []Gate {
	strongest := 0.
	if len(judged.Pairs) > 0 {
		strongest = judged.Pairs[0].Link
	}
	return []Gate{
		least(GateComponent, strongest, boundShare*c.threshold()),
		least(GateLinkage, judged.Score, needed),
	}
}
