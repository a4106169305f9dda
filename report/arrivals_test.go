package report

import (
	"testing"
	"time"

	"github.com/samestory/samestory/report/internal/fixture"
)

func TestArrivals(t *testing.T) {
	r := fixture.Newsroom()
	v, err := ArrivalsOf(r, fixture.Attack)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := r.Event(fixture.Attack)
	if len(v.Arrived) != len(e.Members) || len(v.Published) == 0 {
		t.Errorf("%d arrived of %d", len(v.Arrived), len(e.Members))
	}
	for i := 1; i < len(v.Published); i++ {
		if v.Published[i].Before(v.Published[i-1]) {
			t.Error("not in order")
		}
	}
	if n := v.Since(time.Time{}); n != len(e.Members) {
		t.Errorf("%d since ever", n)
	}
	if n := v.Since(fixture.Now); n != 0 {
		t.Errorf("%d since now", n)
	}
}

func TestReasonsAreThoseOfTheLastTime(t *testing.T) {
	r := fixture.Newsroom()
	e, _ := r.Event(fixture.Attack)
	got, err := Reasons(r, fixture.Attack, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(e.Members) {
		t.Errorf("reasons of %d stories of %d", len(got), len(e.Members))
	}
	if a, b := got[e.Members[0]].Reason, got[e.Members[2]].Reason; a != "mean link .71, needs .46" || b != "mean link .62, needs .46" {
		t.Errorf("%q and %q", a, b)
	}
	if got, err := Reasons(r, fixture.Attack, fixture.Now.AddDate(-1, 0, 0)); err != nil || len(got) != 0 {
		t.Errorf("%d reasons before anything happened, %v", len(got), err)
	}
}
