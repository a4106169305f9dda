package cluster_test

import (
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
)

// Two meetings of one premier in one city on one day are told in much the same words, and are two events: the headlines
// of each agree on a name that the other does not have.
func TestTwoMeetingsOfOneDay(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	e, w := newEngine(t, 1), newWorld()
	var stories []cluster.Story
	for i, s := range []struct{ id, source, title, text string }{
		{
			"fish0", "Meridian", "Premier Okonjo meets chancellor Brandvold in Torhaven",
			"Premier Amara Okonjo met chancellor Nils Brandvold in Torhaven on Tuesday to talk about fishing rights " +
				"in the northern straits. The two leaders agreed to reopen the Skarn fishery to boats from both shores, " +
				"officials said after two hours of talks at the Harbour Palace.",
		},
		{
			"fish1", "Courier", "Okonjo and Brandvold agree on fishing rights at Torhaven talks",
			"Talks in Torhaven between premier Amara Okonjo and chancellor Nils Brandvold ended with a deal on " +
				"fishing rights on Tuesday. Boats will be allowed back into the Skarn fishery from May, a joint statement " +
				"said.",
		},
		{
			"fish2", "Lantern", "Brandvold hails fishery deal with Okonjo",
			"Chancellor Nils Brandvold on Tuesday hailed the agreement on the Skarn fishery that he reached with " +
				"premier Amara Okonjo in Torhaven as the end of a quarrel of nine years. Fishermen on both shores " +
				"welcomed it.",
		},
		{
			"fish3", "Herald", "Torhaven summit: Okonjo, Brandvold settle Skarn fishery quarrel",
			"The quarrel over the Skarn fishery is settled. Premier Amara Okonjo and chancellor Nils Brandvold signed " +
				"an agreement at the Harbour Palace in Torhaven on Tuesday, after two hours of talks.",
		},
		{
			"gas0", "Meridian", "Premier Okonjo meets president Castellan in Torhaven",
			"Premier Amara Okonjo met president Ruy Castellan in Torhaven on Tuesday to talk about gas deliveries " +
				"through the Veld pipeline. The two leaders did not agree on a price, officials said after three hours of " +
				"talks at the Harbour Palace.",
		},
		{
			"gas1", "Courier", "Okonjo and Castellan fail to agree on gas price at Torhaven talks",
			"Talks in Torhaven between premier Amara Okonjo and president Ruy Castellan ended without a deal on gas " +
				"deliveries on Tuesday. The Veld pipeline will stay closed through the winter, a spokeswoman said.",
		},
		{
			"gas2", "Lantern", "Castellan leaves Torhaven without gas deal",
			"President Ruy Castellan left Torhaven on Tuesday night without an agreement with premier Amara Okonjo on " +
				"the price of gas from the Veld pipeline. He spoke of an honest exchange. Markets fell.",
		},
		{
			"gas3", "Herald", "Torhaven summit: no gas deal between Okonjo and Castellan",
			"The Veld pipeline stays closed. Premier Amara Okonjo and president Ruy Castellan parted at the Harbour " +
				"Palace in Torhaven on Tuesday without a price for gas, after three hours of talks.",
		},
	} {
		stories = append(stories, cluster.Story{
			ID: s.id, Source: s.source, Title: s.title, Text: s.text, Lang: "en", Published: day.Add(time.Duration(9+i) * time.Hour),
		})
	}
	run(t, e, w, cluster.Founded, stories)
	events := map[string]int{}
	for id, c := range w.current {
		if first := w.current[id[:len(id)-1]+"0"]; c.Placement.Event != first.Placement.Event {
			t.Errorf("%s is not in the event of %s", id, first.Story.ID)
		}
		events[c.Placement.Event]++
	}
	if len(events) != 2 {
		t.Errorf("%d events, want 2: %v", len(events), events)
	}
}
