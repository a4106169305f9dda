package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/fixture"
)

// told is the sample newsroom with two events of the attack told in other languages.
type told struct{ *fixture.Reader }

func (r told) Event(id string) (cluster.Event, error) {
	e, err := r.Reader.Event(id)
	switch e.ID {
	case fixture.Attack:
		e.Happening = fixture.Attack
		e.Counterparts = []cluster.Counterpart{
			{Event: fixture.Deployment, Probability: .91234, Shared: []string{"halden", "solvang ~ solwang"}, Terms: []string{"attack"}},
		}
	case fixture.Deployment:
		e.Lang, e.Happening = "de", fixture.Attack
		e.Counterparts = []cluster.Counterpart{{Event: fixture.Attack, Probability: .91234, Shared: []string{"halden"}}}
	case fixture.Statement:
		e.Lang, e.Happening = "zh", fixture.Attack
		e.Counterparts = []cluster.Counterpart{{Event: fixture.Deployment, Probability: .5}}
	}
	return e, err
}

func TestEventToldInOtherLanguages(t *testing.T) {
	v, err := EventByID(told{fixture.Newsroom()}, fixture.Attack, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	if v.Happening != fixture.Attack {
		t.Errorf("happening %s", v.Happening)
	}
	if diff := cmp.Diff([]string{"en", "de", "zh"}, v.Languages); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
	type line struct {
		Event, Shared, Terms string
		Probability          float64
	}
	var got []line
	for _, c := range v.Counterparts {
		l := line{Event: c.Event.ID, Shared: strings.Join(c.Shared, ", "), Terms: strings.Join(c.Terms, ", "), Probability: -1}
		if c.Probability != nil {
			l.Probability = *c.Probability
		}
		got = append(got, l)
	}
	want := []line{
		{fixture.Deployment, "halden, solvang ~ solwang", "attack", .9123},
		{fixture.Statement, "", "", -1}, // by way of the other
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counterparts (-want +got):\n%s", diff)
	}
	var b strings.Builder
	if err := Write(&b, v, Markdown, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"In other languages", "solwang, attack", "by others", "also told in"} {
		if !strings.Contains(b.String(), s) {
			t.Errorf("%q is not in\n%s", s, b.String())
		}
	}
}

func TestEventToldOnce(t *testing.T) {
	v, err := EventByID(fixture.Newsroom(), fixture.Bridge, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	if v.Happening != fixture.Bridge || len(v.Counterparts) != 0 || !cmp.Equal(v.Languages, []string{"en"}) {
		t.Errorf("happening %s, languages %v, counterparts %v", v.Happening, v.Languages, v.Counterparts)
	}
}

func TestCommonHappening(t *testing.T) {
	r := told{fixture.Newsroom()}
	for _, c := range []struct{ a, b, id, why string }{
		{fixture.Attack, fixture.Deployment, fixture.Attack, "probability 0.91, both have halden, solvang ~ solwang, attack"},
		{fixture.Attack, fixture.Statement, fixture.Attack, "each is linked to another event of it"},
		{fixture.Attack, fixture.Bridge, "", ""},
		{fixture.Attack, fixture.Attack, "", ""},
		{"", fixture.Attack, "", ""},
	} {
		id, why, err := commonHappening(r, c.a, c.b)
		if id != c.id || why != c.why || err != nil {
			t.Errorf("%s and %s: %q, %q, %v", c.a, c.b, id, why, err)
		}
	}
}
