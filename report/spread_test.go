package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

const (
	pieceText = "The harbour of Brackwater froze over on Monday for the first time since records began, and ferries stayed at their berths. The harbour master spoke of ice as thick as a hand."
	otherText = "Skaters took to the bay in their hundreds, while the fish market closed early and the coast guard warned of thin places near the weir."
)

func newsOfIce() *fixture.Reader {
	return fixture.Event(
		"e1",
		fixture.Told{ID: "flash", Source: "Radio", Title: "Ice", Text: "Ice in the harbour of Brackwater.", At: "13 07:00"},
		fixture.Told{ID: "piece", Source: "Meridian", Title: "Harbour freezes", Text: pieceText, At: "13 08:00", Group: "g"},
		fixture.Told{ID: "honest", Source: "Courier", Title: "Harbour freezes", Text: pieceText + " (Meridian)", At: "13 08:30", Group: "g", Relation: cluster.Reprint},
		fixture.Told{ID: "silent", Source: "Herald", Title: "Harbour freezes", Text: pieceText + " This is the meridian of winter.", At: "13 09:00", Group: "g", Relation: cluster.Reprint},
		fixture.Told{ID: "update", Source: "Meridian", Title: "Harbour freezes", Text: pieceText, At: "13 10:00", Group: "g", Relation: cluster.Update},
		fixture.Told{ID: "undated", Source: "Weekly", Title: "Harbour freezes", Text: pieceText, At: "13", Group: "g", Relation: cluster.Reprint},
		fixture.Told{ID: "quoted", Source: "Ledger", Title: "Skating", Text: otherText + " The ice was first reported by Meridian.", At: "13 11:00"},
		fixture.Told{ID: "own", Source: "Post", Title: "Skating on the bay", Text: otherText, At: "13 12:00"},
	)
}

func TestSpreadOfAStory(t *testing.T) {
	v, err := Spread(newsOfIce(), "piece", fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		ID, Relation, From, Lag string
		All                     bool // of the text
		Credits                 string
	}
	var got []line
	for _, l := range v.Stories {
		g := line{ID: l.ID, Relation: l.Relation, From: l.From, Credits: "own"}
		if l.Lag != nil {
			g.Lag = (time.Duration(*l.Lag) * time.Second).String()
		}
		g.All = l.Share != nil && *l.Share == 1
		if l.Credits != nil {
			g.Credits = map[bool]string{true: "yes", false: "no"}[*l.Credits]
		}
		got = append(got, g)
	}
	want := []line{
		{"undated", "reprint", "piece", "", true, "no"},
		{"piece", "origin", "", "0s", false, "own"},
		{"honest", "reprint", "piece", "30m0s", true, "yes"},
		{"silent", "reprint", "piece", "1h0m0s", true, "no"}, // a common word is no credit
		{"update", "update", "piece", "2h0m0s", true, "own"},
		{"quoted", "origin", "piece", "3h0m0s", false, "yes"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(SpreadTotal{Stories: 6, Copies: 4, Outlets: 5, Credited: 1, Silent: 2, Apart: 2}, v.Total); diff != "" {
		t.Errorf("total (-want +got):\n%s", diff)
	}
	if n := len(v.Curve); v.Undated != 1 || n != 5 || v.Curve[n-1].Stories != 5 || v.Curve[n-1].Outlets != 4 || v.Curve[n-1].Copies != 3 {
		t.Errorf("%d undated, curve %+v", v.Undated, v.Curve)
	}
}

func TestSpreadOfAnEventMeasuresCopiesAgainstTheirOrigin(t *testing.T) {
	v, err := Spread(newsOfIce(), "e1", fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	from := map[string]string{}
	for _, l := range v.Stories {
		from[l.ID] = l.From
	}
	want := map[string]string{
		"flash": "", "piece": "flash", "honest": "piece", "silent": "piece", "update": "piece", "undated": "piece", "quoted": "flash", "own": "flash",
	}
	if diff := cmp.Diff(want, from); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if v.Total.Stories != 8 || v.Total.Copies != 4 || v.Total.Outlets != 7 || v.Total.Apart != 0 {
		t.Errorf("%+v", v.Total)
	}
}

func TestSpreadOwesNoCreditToWhatCameLater(t *testing.T) {
	v, err := Spread(newsOfIce(), "silent", fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range v.Stories {
		if before := l.Lag != nil && *l.Lag < 0; before && l.Credits != nil {
			t.Errorf("%s came out before and credits %t", l.ID, *l.Credits)
		}
	}
	if v.Total.Credited != 0 || v.Total.Silent != 2 {
		t.Errorf("%+v", v.Total)
	}
}

func TestSpreadOfWhatIsNotThere(t *testing.T) {
	if _, err := Spread(newsOfIce(), "nothing", fixture.Now); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestBylines(t *testing.T) {
	for _, tt := range []struct {
		outlet, text string
		want         bool
	}{
		{"Meridian", "as Meridian reported", true},
		{"Meridian", "as MERIDIAN reported", true},
		{"Meridian", "at the meridian", false},
		{"Meridian", "the Meridians", false},
		{"The Harbour Herald", "told the harbour herald", true},
		{"The Harbour Herald", "The Harbour freezes", false},
		{"Borealis (Web News)", "Borealis was first", true},
		{"Meridian - World", "(Meridian) -", true},
		{"www.meridian.example", "on meridian.example", true},
		{"www.meridian.example", "told Meridian", true},
		{"Corvane Agency", "PORT ANSEL (Corvane) -", true},
		{"Agence Corvane", "selon Corvane", true},
		{"Corvane Agency", "an agency said", false},
		{"Fox News", "the Fox ran", false},
		{"News Agency", "the News said", false},
		{"The Meridian", "told Meridian", true},
		{"海港晚報", "據海港晚報報導", true},
		{"", "anything", false},
		{"(Web)", "Web", false},
	} {
		if got := bylineOf(tt.outlet).in("Ice", tt.text); got != tt.want {
			t.Errorf("%q names %q: %t, want %t", tt.text, tt.outlet, got, tt.want)
		}
	}
}

func TestChartsOfAnyCourse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &chart{all: "<all>", part: "part & parcel", now: fixture.Now}
		p := chartPoint{at: fixture.Now}
		for range rapid.IntRange(2, 40).Draw(t, "points") {
			p.all += rapid.IntRange(1, 50).Draw(t, "all")
			p.part += rapid.IntRange(0, p.all-p.part).Draw(t, "part")
			c.points = append(c.points, p)
			p.at = p.at.Add(time.Duration(rapid.IntRange(1, 1<<20).Draw(t, "seconds")) * time.Second)
		}
		width := rapid.IntRange(0, 100).Draw(t, "width")
		lines := c.text(width)
		top, bottom := lines[0], lines[min(c.last().all, chartRows)-1]
		if !strings.HasSuffix(top, "░") && !strings.HasSuffix(top, "█") {
			t.Fatalf("the last column does not reach the top:\n%s", strings.Join(lines, "\n"))
		}
		if strings.Contains(bottom[strings.Index(bottom, "┤")+len("┤"):], " ") {
			t.Fatalf("a column is empty:\n%s", strings.Join(lines, "\n"))
		}
		if width >= 40 {
			for _, l := range lines {
				if n := len([]rune(l)); n > width {
					t.Fatalf("%d cells in %d:\n%s", n, width, l)
				}
			}
		}
		var b bytes.Buffer
		if err := c.writeSVG(&b, "<script>\"'&"); err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(&b); ; {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "script" {
				t.Fatal("a title became an element")
			}
		}
	})
}
