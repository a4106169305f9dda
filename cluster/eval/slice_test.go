package eval

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSlicesScoreStoriesInsideTheWholePartition(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2031, 3, 1, h, 0, 0, 0, time.UTC) }
	js := judge("a:x a:x a:y b:y")
	traits := []Traits{
		{Lang: "en", Time: at(0)},
		{Lang: "en", Time: at(10), TitleOnly: true},
		{Lang: "de", Time: at(60)},
		{Lang: "de", Undated: true},
	}
	got := map[string]Slice{}
	for _, s := range Slices(js, traits) {
		got[s.Name] = s
	}
	want := map[string]Slice{
		"size 1":     {"size 1", 1, prf(.5, 1)},
		"size 2-4":   {"size 2-4", 3, prf(2.5/3, (2./3+2./3+1./3)/3)},
		"title only": {"title only", 1, prf(1, 2./3)},
		"with text":  {"with text", 3, prf(2./3, (2./3+1./3+1)/3)},
		"gap > 48 h": {"gap > 48 h", 1, prf(.5, 1./3)},
		"undated":    {"undated", 1, prf(.5, 1)},
		"lang de":    {"lang de", 2, prf(.5, (1./3+1)/2)},
		"lang en":    {"lang en", 2, prf(1, 2./3)},
	}
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
