package digest

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/text"
)

var update = flag.Bool("update", false, "write the golden files")

var morning = time.Date(2026, 3, 13, 8, 0, 0, 0, time.UTC)

func after(minutes int) time.Time { return morning.Add(time.Duration(minutes) * time.Minute) }

func story(id, source string, minutes int, lang, title, body string) Story {
	return Story{ID: id, Source: source, Time: after(minutes), Lang: lang, Title: title, Text: body}
}

// station is an invented attack as the outlets told it over a day.
func station() []Event {
	return []Event{
		{ID: "e1", Stories: []Story{
			story("a", "Meridian", 0, "en", "Knife attack at Halden Central leaves three injured",
				"Three people were injured in a knife attack at Halden Central on Friday, police said. A suspect was arrested.\nPolice evacuated about 200 people."),
			story("b", "Courier", 30, "en", "Halden Central: one dead, eleven injured",
				"One person was killed and 11 were injured when a man drew a knife at Halden Central. It was the worst attack since 1998, when 40 people were killed."),
			story("c", "Echo", 45, "en", "Eleven hurt at Halden Central",
				"At least 11 people were injured. “He walked along the platform and said nothing,” said Ada Okonjo, who sells papers there."),
			story("d", "Nordkurier", 90, "de", "Messerangriff in Halden: ein Toter, elf Verletzte", "Bei einem Messerangriff starb am Freitag ein Mensch, elf wurden verletzt."),
			story("e", "Harbour Herald", 200, "en", "Knife attack: fourteen injured", "Fourteen people were injured, the hospital said on Friday."),
		}},
		{ID: "e2", Stories: []Story{
			story("f", "Meridian", 1400, "en", "Four hundred officers to guard stations after Halden attack",
				"The interior ministry sends 400 officers to stations, at a cost of 3 million crowns. Two people have died and eleven were injured on Friday."),
			story("g", "Courier", 1460, "en", "Victim of Halden attack named as Tomas Reyer",
				"The second victim was Tomas Reyer, 43, a baker. Two people were killed."),
		}},
	}
}

func TestGolden(t *testing.T) {
	b, err := json.MarshalIndent(Make(station(), noTable), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "station.json")
	got := string(b) + "\n"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func noTable(string) *text.Background { return nil }

// states gives an account as "3 superseded, 11 contested".
func states(d Digest, matter string) string {
	for _, a := range d.Accounts {
		if a.Matter == matter {
			var parts []string
			for _, v := range a.Values {
				parts = append(parts, v.Text+" "+v.State)
			}
			return strings.Join(parts, ", ")
		}
	}
	return ""
}

func TestLedger(t *testing.T) {
	for _, test := range []struct {
		name    string
		stories []Story
		matter  string
		want    string
	}{
		{"a later figure of the same outlet takes the place of its own", []Story{
			story("a", "Meridian", 0, "en", "Three injured in blast", ""), story("b", "Meridian", 60, "en", "Eleven injured in blast", ""),
		}, "injured", "Three superseded, Eleven current"},
		{"both are said at the end", []Story{
			story("a", "Meridian", 0, "en", "Three injured in blast", ""), story("b", "Courier", 30, "en", "Eleven injured in blast", ""),
			story("c", "Echo", 60, "en", "Three injured in blast", ""),
		}, "injured", "Three contested, Eleven contested"},
		{"a bound and a number agree", []Story{
			story("a", "Meridian", 0, "en", "At least three injured", ""), story("b", "Courier", 30, "en", "Four injured in blast", ""),
			story("c", "Echo", 60, "en", "At least three injured", ""),
		}, "injured", "At least three compatible, Four current"},
		{"the same figure in two languages is one", []Story{
			story("a", "Meridian", 0, "en", "Three injured", ""), story("b", "Courier", 30, "de", "Drei Verletzte in Halden", ""),
		}, "injured", ""},
		{"a former attack is no figure of this one", []Story{
			story("a", "Meridian", 0, "en", "Three injured", ""), story("b", "Courier", 30, "en", "Old wounds in Halden", "In 1998, 40 people were injured here."),
		}, "injured", ""},
		{"one voice with a small number speaks of something else", []Story{
			story("a", "Meridian", 0, "en", "Forty dead in Halden", ""), story("b", "Courier", 30, "en", "Halden mourns", "One was shot dead in the suburbs."),
		}, "dead", ""},
		{"officers are not people at large", []Story{
			story("a", "Meridian", 0, "en", "Eleven people injured", ""), story("b", "Courier", 30, "en", "Three officers injured", ""),
		}, "injured", ""},
		{"ages, scores and clock times are none", []Story{
			story("a", "Meridian", 0, "en", "Anna, 43, dead at 19:30", "A 3-year-old won 3-2."), story("b", "Courier", 30, "en", "Two dead", ""),
		}, "dead", ""},
		{"amounts are compared where two agree on one", []Story{
			story("a", "Meridian", 0, "en", "Storm damage put at $30 million", ""), story("b", "Courier", 30, "en", "Storm damage put at $30 million", ""),
			story("c", "Echo", 60, "en", "Storm damage put at $45 million", ""),
		}, "damage in USD", "$30 million contested, $45 million contested"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := states(Make([]Event{{ID: "e", Stories: test.stories}}, noTable), test.matter)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

var (
	drawnTitles = []string{"Three injured", "Eleven hurt in blast", "At least 14 people were killed", "Two dead, nine injured", "Blast shakes Halden", "Damage put at $3 million"}
	drawnTexts  = []string{
		"The death toll rose from 11 to 14. Some 200 people were evacuated.", "One person died, 43 were injured, among them 3 officers.",
		"Damage of $4 million was reported; 80,000 homes were without power.", "“We heard it and then ran away,” said Ada Okonjo. 400 officers came.", "",
	}
)

func drawEvents(t *rapid.T) []Event {
	var events []Event
	n := 0
	for i := range rapid.IntRange(1, 3).Draw(t, "events") {
		e := Event{ID: string(rune('p' + i)), Apart: rapid.Bool().Draw(t, "apart")}
		for range rapid.IntRange(1, 5).Draw(t, "stories") {
			n++
			e.Stories = append(e.Stories, story(string(rune('A'+n)), rapid.SampledFrom([]string{"", "Meridian", "Courier", "Echo"}).Draw(t, "source"),
				rapid.IntRange(0, 4).Draw(t, "minutes"), "en", rapid.SampledFrom(drawnTitles).Draw(t, "title"), rapid.SampledFrom(drawnTexts).Draw(t, "text")))
		}
		events = append(events, e)
	}
	return events
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := drawEvents(t)
		want := Make(events, noTable)
		shuffled := rapid.Permutation(events).Draw(t, "events in another order")
		for i := range shuffled {
			shuffled[i].Stories = rapid.Permutation(shuffled[i].Stories).Draw(t, "stories in another order")
		}
		if diff := cmp.Diff(want, Make(shuffled, noTable)); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}

// Nothing is invented: what is cited stands in the story that it is cited from.
func TestEverythingStandsInItsStory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := drawEvents(t)
		written := map[string]string{}
		when := map[string]Story{}
		for _, e := range events {
			for _, s := range e.Stories {
				written[s.ID], when[s.ID] = squeeze(s.Title+"\n"+s.Text), s
			}
		}
		d := Make(events, noTable)
		for _, b := range d.Beats {
			for _, f := range b.Figures {
				if !strings.Contains(written[f.Story], f.Text) {
					t.Fatalf("figure %q is not in %q", f.Text, written[f.Story])
				}
			}
			for _, q := range b.Quotes {
				if !strings.Contains(written[q.Story], q.Text) || !strings.Contains(written[q.Story], q.Speaker) {
					t.Fatalf("quotation %+v is not in %q", q, written[q.Story])
				}
			}
		}
		for _, a := range d.Accounts {
			if len(a.Values) < 2 {
				t.Fatalf("nothing differs in %+v", a)
			}
			for _, v := range a.Values {
				if !strings.Contains(written[v.Story], v.Text) || v.Source != when[v.Story].Source || !v.First.Equal(when[v.Story].Time) || v.Last.Before(v.First) {
					t.Fatalf("value %+v is not of %+v", v, when[v.Story])
				}
			}
		}
	})
}

func TestSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(0, 40), 1, 8).Draw(t, "sizes")
		most := rapid.IntRange(0, 60).Draw(t, "most")
		total, taken := 0, 0
		for i, chosen := range Sample(sizes, most) {
			total += sizes[i]
			taken += len(chosen)
			if !slices.IsSorted(chosen) || len(slices.Compact(slices.Clone(chosen))) != len(chosen) {
				t.Fatalf("of %d: %v", sizes[i], chosen)
			}
			if len(chosen) > 0 && (chosen[0] != 0 || chosen[len(chosen)-1] >= sizes[i]) {
				t.Fatalf("of %d: %v", sizes[i], chosen)
			}
		}
		if taken != min(total, most) {
			t.Fatalf("%d of %d, at most %d", taken, total, most)
		}
	})
}

// A thread of any length is read within a bound; this is the cost of the most that is read.
func BenchmarkMake(b *testing.B) {
	var e Event
	filler := strings.Repeat("The council of Halden met again on the matter of the old bridge, which is to be closed for two weeks in May. ", 30)
	for i := range 300 {
		s := station()[0].Stories[i%5]
		s.ID, s.Text = s.ID+string(rune('0'+i)), s.Text+" "+filler
		e.Stories = append(e.Stories, s)
	}
	table := text.LoadBackground("en")
	for b.Loop() {
		Make([]Event{e}, func(string) *text.Background { return table })
	}
}
