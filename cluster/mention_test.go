package cluster_test

import (
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
)

// A round-up mentions the thread that it touches, is in none with it, and lets go when it is rewritten, whether ticks link
// all events or what they touched.
func TestRoundUpsMentionThreads(t *testing.T) {
	for name, least := range map[string]int{"all": 1000, "part": 0} {
		t.Run(name, func(t *testing.T) { testMentions(t, least) })
	}
}

func testMentions(t *testing.T, relinkAll int) {
	at := time.Date(2031, 4, 4, 8, 0, 0, 0, time.UTC)
	story := func(id, source string, hours int, title, text string) cluster.Story {
		when := at.Add(time.Duration(hours) * time.Hour)
		return cluster.Story{ID: id, Source: source, Lang: "en", Title: title, Text: text, Published: when, Arrived: when}
	}
	budget := "The premier will present her child care budget today, and parents of toddlers hope for cheaper places in kindergartens.\nMachine tool makers fear tariffs on their exports and ask for credit.\nFreight trains run again after the signal fault at Meihua.\nAnd the lottery jackpot has climbed to a record of ninety million.\n"
	attack := story("attack", "Meridian", 0, "Two killed in knife attack at Qingsong station in Yunlong",
		"YUNLONG - A man with a knife killed two people at Qingsong station in Yunlong on Friday morning, police said. The attack began on the platform. Guards arrested the suspect, named as Rong Shibei.")
	roundup := story("roundup", "Courier", 45, "Morning briefing: child care budget, tariffs, trains and a lottery",
		budget+"Patrols have been doubled after the attack at Qingsong in Yunlong, where a knife killed two.\n")
	w, e := newWorld(), newEngine(t, 1)
	e.RelinkAll(relinkAll)
	run(t, e, w, cluster.Events, []cluster.Story{attack, roundup})
	eventOf := func(id string) cluster.Event { return w.events[w.current[id].Placement.Event] }

	was := eventOf("attack")
	got := eventOf("roundup").Mentions
	if len(got) != 1 || got[0].Thread != was.Thread || len(got[0].Names) < 2 || eventOf("roundup").Thread == was.Thread {
		t.Fatalf("the round-up mentions %+v, want thread %s", got, was.Thread)
	}
	if len(was.Mentions) != 0 {
		t.Errorf("the report mentions %+v", was.Mentions)
	}
	if d := run(t, e, w, cluster.Events, []cluster.Story{attack, roundup}); len(d.Events) != 0 {
		t.Errorf("the same batch again changed %+v", d.Events)
	}

	other := story("other", "Herald", 60, "Ferry line to Lintao closes for the winter",
		"LINTAO - The ferry line to Lintao closes until spring because ice has damaged the landing stage, the operator said.")
	run(t, e, w, cluster.Events, []cluster.Story{other})
	if again := eventOf("roundup").Mentions; len(again) != 1 || again[0].Thread != was.Thread {
		t.Errorf("after a tick about something else the round-up mentions %+v", again)
	}

	follow := story("follow", "Meridian", 70, "Suspect of Qingsong station knife attack charged with two killings",
		"YUNLONG - Rong Shibei was charged on Monday with killing two people with a knife at Qingsong station in Yunlong, prosecutors said. Police said the attack was planned.")
	run(t, e, w, cluster.Events, []cluster.Story{follow})
	if again := eventOf("roundup").Mentions; len(again) != 1 || again[0].Thread != eventOf("follow").Thread {
		t.Errorf("after a follow-up in thread %s the round-up mentions %+v", eventOf("follow").Thread, again)
	}

	roundup.Updated = roundup.Published.Add(time.Hour)
	roundup.Text = budget
	run(t, e, w, cluster.Events, []cluster.Story{roundup})
	if got := eventOf("roundup").Mentions; len(got) != 0 {
		t.Errorf("rewritten, the round-up still mentions %+v", got)
	}
}
