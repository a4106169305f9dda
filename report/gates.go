package report

import (
	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/event"
)

// gates lists the rules that decide whatever the models say, with their verdicts.
func gates(x *cluster.PairExplanation) []GateLine {
	if x.A == x.B && x.B != "" {
		return []GateLine{{Name: "copy", Passed: true, Reason: "copies inherit the event of " + x.A}}
	}
	list := []GateLine{}
	for _, g := range x.Event.Gates {
		list = append(list, gateLine(g))
	}
	for _, g := range x.Verdict.Gates {
		list = append(list, gateLine(g))
	}
	return list
}

func gateLine(g event.Gate) GateLine {
	l := GateLine{Name: g.Name, Passed: g.Passed, AtMost: g.Most, Reason: gateReason(g.Name, g.Passed)}
	if g.Figures {
		measured, bound := round(g.Measured), round(g.Bound)
		l.Measured, l.Bound = &measured, &bound
	}
	return l
}

// gateReason says what a gate is for, and what follows where it is shut.
func gateReason(name string, passed bool) string {
	r, ok := gateReasons()[name]
	switch {
	case !ok:
		return ""
	case passed:
		return r.open
	}
	return r.shut
}

type reason struct{ open, shut string }

func gateReasons() map[string]reason {
	return map[string]reason{
		event.GateLanguage:  {"events are of one language", "they are written in different languages, and events are of one"},
		event.GateSeries:    {"they are not editions of one series", "editions of one series are never one event"},
		event.GateWindow:    {"they are near enough in time to be compared, in days", "they are too far apart in time to be compared, in days"},
		event.GateFloor:     {"the pair is likely enough to be looked at", "the pair is too unlikely to be looked at: its link is 0"},
		event.GateIndex:     {"the search of candidates proposed the pair", "the search of candidates did not propose the pair: its link is 0"},
		event.GateThin:      {"the texts share enough to be linked", "the texts share next to nothing: their link is 0 whatever else says"},
		event.GateLeast:     {"the link is strong enough to count", "the link is so weak that it counts as 0"},
		event.GateComponent: {"it is near enough to one story of the event to be considered", "no story of the event is near enough for it to be considered"},
		event.GateLinkage:   {"mean link to all stories of the event, over how tight the event is", "mean link to all stories of the event, over how tight the event is: too little"},
		event.GateRivals:    {"the two events do not agree on other names each", "most headlines of each event agree on a name that the other never has"},
		event.GateRoundups:  {"it does not hold several events, or joins this one alone", "a round-up or live page joins the event nearest to it, and brings no two together"},
	}
}
