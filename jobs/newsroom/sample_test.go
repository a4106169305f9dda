package newsroom

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

func TestSampleDecodes(t *testing.T) {
	stories, err := Decode(SampleJSONL())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stories, Sample()); diff != "" {
		t.Errorf("(-file +Sample)\n%s", diff)
	}
	if lines := bytes.Count(SampleJSONL(), []byte("\n")); lines != len(stories) || lines < 200 {
		t.Errorf("%d lines, %d stories", lines, len(stories))
	}
}

func TestSampleLabels(t *testing.T) { checkLabels(t, Sample()) }

func TestSampleIsAWeekInOrder(t *testing.T) {
	from := time.Date(2026, time.March, 2, 0, 0, 0, 0, time.FixedZone("", 3600))
	last := from
	ids, texts := map[string]bool{}, map[string]string{}
	for _, l := range Sample() {
		if l.Precision != cluster.Exact || l.Published.Before(last) || !l.Published.Before(from.AddDate(0, 0, 7)) {
			t.Errorf("%s was published %s, after %s", l.ID, l.Published, last)
		}
		last = l.Published
		if ids[l.ID] {
			t.Errorf("%s twice", l.ID)
		}
		ids[l.ID] = true
		if !strings.Contains(l.URL, ".example/") || l.Lang == "" {
			t.Errorf("%s: url %q, language %q", l.ID, l.URL, l.Lang)
		}
		if other, ok := texts[l.Text]; ok && l.Text != "" && l.Relation != "exact" {
			t.Errorf("%s has the text of %s", l.ID, other)
		}
		texts[l.Text] = l.ID
	}
}

// What the sample must contain to be worth showing: a change that loses one of these would weaken the end-to-end test.
func TestSampleCovers(t *testing.T) {
	count := map[string]int{}
	wordings, beatsOf := map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, l := range Sample() {
		count["lang "+l.Lang]++
		count["relation "+l.Relation]++
		if count["source "+l.Source]++; count["source "+l.Source] == 1 {
			count["sources"]++
		}
		if l.Series != "" {
			count["series "+l.Series]++
		}
		if l.Text == "" {
			count["headline only"]++
		}
		if strings.HasPrefix(l.Event, "roundup-") {
			count["round-ups"]++
		}
		into(wordings, l.Event, l.Duplicates)
		into(beatsOf, l.Thread, l.Event)
	}
	for _, w := range wordings {
		if len(w) >= 3 {
			count["events of three reports"]++
		}
	}
	for _, b := range beatsOf {
		if len(b) > 1 {
			count["threads"]++
		}
	}
	for what, least := range map[string]int{
		"sources": 12, "events of three reports": 20, "threads": 4, "round-ups": 2, "headline only": 5,
		"lang en": 150, "lang de": 10, "lang fr": 5, "lang es": 5, "lang zh": 5, "lang ja": 3, "lang ru": 3, "lang pt": 3, "lang ar": 3,
		"relation exact": 3, "relation reprint": 15, "relation edited": 4, "relation excerpt": 4, "relation update": 3,
		"series crown-fixing": 5, "series reservoir-levels": 7, "series league-table": 3, "series pollenflug": 7,
	} {
		if count[what] < least {
			t.Errorf("%s: %d, want at least %d", what, count[what], least)
		}
	}
	attack := beatsOf["sallow-gate-attack"]
	for _, beat := range []string{"sallow-gate-attack", "police-deployment", "marrant-visits-wounded", "victims-named", "copycat-threat", "pell-charged", "vigil"} {
		if !attack[beat] {
			t.Errorf("the thread of the attack lacks %s", beat)
		}
	}
	for _, other := range []string{"budget", "arcade-reopening", "kingsmere-signal", "wold-stabbing", "oskell-conference", "kestria-talks"} {
		if attack[other] || wordings[other] == nil {
			t.Errorf("%s must be there, outside the thread of the attack", other)
		}
	}
}

func into(m map[string]map[string]bool, key, value string) {
	if m[key] == nil {
		m[key] = map[string]bool{}
	}
	m[key][value] = true
}
