package text_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/text"
)

func TestFrame(t *testing.T) {
	t.Parallel()
	const report = "A train stopped outside the station for an hour on Friday, and nobody could say why it had.\nIt went on later."
	tests := []struct {
		name, before, after string
		place               string
		day, month          int
	}{
		{name: "nothing around it"},
		{name: "wire dateline", before: "TAIPEI, Dec 19 (Reuters) - ", place: "TAIPEI", day: 19, month: 12},
		{name: "dateline with a state", before: "SAN MATEO, Calif., March 2 -- ", place: "SAN MATEO", day: 2, month: 3},
		{name: "agency in brackets", before: "BERLIN (dpa) – ", place: "BERLIN"},
		{name: "place in mixed case", before: "Paris (AFP) - ", place: "Paris"},
		{name: "European date", before: "WIEN, 4. März (APA) - ", place: "WIEN", day: 4, month: 3},
		{name: "byline and dateline", before: "By Jane Doe and John Roe\n\nLONDON, May 3 - ", place: "LONDON", day: 3, month: 5},
		{name: "Chinese agency", before: "（記者王小明台北19日電）", day: 19},
		{name: "credits", after: "\n\n(Reporting by Jane Doe; Editing by John Roe)"},
		{name: "two credit lines", after: "\nReporting by Jane Doe\nEditing by John Roe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := tt.before + report + tt.after
			f := text.FindFrame(s)
			got := s[f.From:f.To]
			want := report
			if diff := cmp.Diff(want, trimEdges(got)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			d := f.Dateline
			if d.Place != tt.place || d.Day != tt.day || d.Month != tt.month {
				t.Errorf("dateline %+v, want %s %d %d", d, tt.place, tt.day, tt.month)
			}
		})
	}
}

func TestFrameLeavesProseAlone(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"",
		"By the time the police came - twenty minutes later - the hall was empty.",
		"By noon it was over.\nNobody was hurt in the fire.",
		"The dollar fell - again - on Tuesday.",
		"Is OPEC finished? WHO KNOWS! - An essay.",
		"Reporting by night is hard. That is all there is to say.",
		"TOKYO",
	} {
		if f := text.FindFrame(s); f.From != 0 || f.To != len(s) {
			t.Errorf("%q: %q was taken for its frame", s, s[:f.From]+"|"+s[f.To:])
		}
	}
}

func trimEdges(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\n') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\n') {
		s = s[:len(s)-1]
	}
	return s
}

func FuzzFrame(f *testing.F) {
	for _, s := range []string{"TAIPEI, Dec 19 (Reuters) - x", "（記者台北19日電）x", "By A B\n\nPARIS - x\n(Reporting by C)", "(", "- -", "A -\n\n-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fr := text.FindFrame(s)
		if fr.From < 0 || fr.To > len(s) || fr.From > fr.To {
			t.Fatalf("%+v of %d bytes", fr, len(s))
		}
		if d := fr.Dateline; d.Day < 0 || d.Day > 31 || d.Month < 0 || d.Month > 12 {
			t.Fatalf("dateline %+v", d)
		}
	})
}
