package report

import (
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

func eventLine(t *testing.T, r Reader, id string) EventLine {
	t.Helper()
	v, err := EventByID(r, id, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	return v.Event
}

func sampleStory(t *testing.T, r Reader, id string) StoryLine {
	t.Helper()
	v, err := StoryByID(r, id, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	return v.Story.StoryLine
}

func sampleComparison() Comparison {
	return Comparison{
		Probability: 0.4417, Threshold: 0.5, Bias: -3.2, Score: -0.2342,
		Features: []FeatureLine{
			{Name: "title", Weight: 4.1, Value: 0.31, Contribution: 1.271},
			{Name: "names", Weight: 2.75, Value: 0.42, Contribution: 1.155, Note: "Halden Central, Solvang"},
			{Name: "body", Weight: 3.9, Value: 0.2164, Contribution: 0.844},
			{Name: "hours apart", Weight: -0.0138, Value: 22, Contribution: -0.3036, Note: "22h, both to the minute"},
		},
		Shared: []TermLine{
			{Text: "Halden Central", Kind: "name", Weight: 0.41},
			{Text: "station", Kind: "word", Weight: 0.12},
			{Text: "\x1b[2Jpolice", Kind: "word", Weight: 0.08},
		},
		Aspects: []AspectLine{{Name: "words", Contribution: 2.115}, {Name: "names", Contribution: 1.155}, {Name: "time", Contribution: -0.3036}},
		Models: []ModelLine{{
			Name: "review", Sees: "the two texts", Bias: -3.2, Score: -0.2342, Probability: 0.4417,
			Features: []FeatureLine{{Name: "title", Weight: 4.1, Value: 0.31, Contribution: 1.271, Note: "words"}},
		}},
		Linkage: &LinkageLine{Stories: 4, Linked: 2, MeanLink: 0.21, Tightness: 0.9, Score: 0.2333, Bound: 0.5, Missing: 0.24},
		Gates: []GateLine{
			{Name: "template", Passed: true, Reason: "neither is an edition of a series"},
			{Name: "new day", Passed: false, Reason: "the second story dates what it reports to the day after"},
			{Name: "window", Passed: true, Measured: figureOf(0.92), Bound: figureOf(90), AtMost: true, Reason: "near enough"},
		},
	}
}

func figureOf(f float64) *float64 { return &f }

func sampleExplainThread(t *testing.T, r Reader) View {
	t.Helper()
	v, err := ThreadByID(r, fixture.AttackThread, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	return ThreadExplainView{
		Meta: newMeta("explain thread", fixture.Now), Event: eventLine(t, r, fixture.Bridge), Thread: v.Thread,
		Verdict: "Not in the thread: of its core Halden recurs, but too little of the core recurs for a follow-up (probability 0.24, and 0.50 is needed).",
		Names:   []string{"Halden"}, Terms: []string{"station"}, Score: 0.0712, Days: 1.25,
		Gates: []GateLine{
			{Name: "names", Passed: true, Measured: figureOf(1), Bound: figureOf(1), Reason: "enough specific names of the core recur"},
			{Name: "kind words", Passed: true, Measured: figureOf(3.5), Bound: figureOf(2), Reason: "enough of what happened recurs"},
			{Name: "follow-up", Measured: figureOf(.24), Bound: figureOf(.5), Reason: "too little of the core recurs for a follow-up (probability 0.24, and 0.50 is needed)"},
		},
		Needed: []string{"follow-up: 0.50 in place of 0.24"},
		Features: []FeatureLine{
			{Name: "similarity", Weight: 3.5, Value: 1.1, Contribution: 3.85, Note: "of the texts, for their length"},
			{Name: "kind words", Weight: 2.5, Value: 0.5, Contribution: 1.25, Note: "a third of the root of their weight"},
			{Name: "second name", Weight: 1.3, Note: "1 where two of the core recur"},
		},
		Bias: -6.25, Odds: -1.15, Probability: .24,
		Overrides: []OverrideLine{},
	}
}

func sampleDiff(now time.Time) DiffView {
	return DiffView{
		Meta: newMeta("diff", now), ID: "e1", Becomes: "e2",
		From:     MomentLine{At: now.Add(-5 * time.Hour), Seq: 12, There: true, Stories: 2},
		To:       MomentLine{At: now, Seq: 40, There: true, Stories: 3},
		Headline: BeforeAfter{"Ferry runs aground", "Ferry runs aground off Brackwater, 4 missing"}, Thread: BeforeAfter{"t1", "t2"},
		In: []StoryLine{
			{ID: "s3", Title: "Ferry runs aground off Brackwater, 4 missing", Source: "Courier", Lang: "en", Published: now.Add(-3 * time.Hour), Precision: "exact"},
			{ID: "s4", Title: "", Source: "Ledger", Lang: "en", Published: now.Add(-2 * time.Hour), Precision: "day"},
		},
		Out: []StoryLine{{ID: "s1", Title: "Harbour fees rise", Source: "Herald", Lang: "en", Published: now.Add(-9 * time.Hour), Precision: "exact"}},
		Figures: []FigureChange{
			{Matter: "missing", Text: "4", After: "current", Story: "s3", Source: "Courier"},
			{Matter: "missing", Text: "6", Before: "current", After: "superseded", Story: "s2", Source: "Herald"},
		},
	}
}

func sampleExplain(t *testing.T, r Reader) View {
	t.Helper()
	other := sampleStory(t, r, "meridian-1060")
	margin := -0.0312
	return ExplainView{
		Meta: newMeta("explain", fixture.Now), Story: sampleStory(t, r, fixture.Lead), Other: &other,
		Verdict:   "Apart: the second story reports what happened a day later.",
		Duplicate: &Evidence{Relation: "none", Jaccard: 0.0312, Contained: 0.07, Contains: 0.05},
		Thread:    fixture.AttackThread, Comparison: sampleComparison(),
		RunnerUp:  &CandidateLine{Event: eventLine(t, r, fixture.Bridge), Probability: 0.0211, Why: "no name in common"},
		Overrides: []OverrideLine{},
		Margin:    &margin, Needed: []string{"a mean link of 0.450 to the 4 stories of the event in place of 0.210"},
	}
}

func sampleMatch(t *testing.T, r Reader) View {
	t.Helper()
	c := sampleComparison()
	thread, err := ThreadByID(r, fixture.AttackThread, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	margin := 0.8123
	return MatchView{
		Meta: newMeta("match", fixture.Now), Title: "Two killed at Halden Central", Lang: "en", Words: 312,
		Verdict:  "A copy of meridian-1041, in the event of the attack at Halden Central.",
		Searched: Window{From: fixture.Now.AddDate(0, 0, -14), To: fixture.Now, Stories: 14, Events: 9},
		Copies: []MatchCopy{
			{StoryLine: sampleStory(t, r, fixture.Lead), Evidence: Evidence{"reprint", 0.94, 0.97, 0.96}, Event: fixture.Attack},
			{StoryLine: sampleStory(t, r, "kurier-97"), Evidence: Evidence{"excerpt", 0.11, 0.11, 1}, Event: fixture.Attack},
		},
		Event:  &CandidateLine{Event: eventLine(t, r, fixture.Attack), Probability: 0.981, Why: "title and names agree"},
		Thread: &thread.Thread, Comparison: &c,
		RunnerUp: &CandidateLine{Event: eventLine(t, r, fixture.Deployment), Probability: 0.1687, Why: "a day later"},
		Margin:   &margin,
	}
}

func sampleNoMatch(t *testing.T, r Reader) View {
	t.Helper()
	near := eventLine(t, r, fixture.Bridge)
	return MatchView{
		Meta: newMeta("match", fixture.Now), Lang: "en", Words: 44, Copies: []MatchCopy{},
		Verdict:  "Nothing like it in the last 14 days.",
		Searched: Window{From: fixture.Now.AddDate(0, 0, -14), To: fixture.Now, Stories: 14, Events: 9},
		Nearest:  &Miss{Event: &near, Probability: 0.22, Why: "one name in common, and the words of the event differ"},
	}
}

func sampleEdit(t *testing.T, r Reader) View {
	t.Helper()
	v := EditView{Meta: newMeta("edit", fixture.Now)}
	for o, err := range r.Overrides() {
		if err != nil {
			t.Fatal(err)
		}
		v.Override = ViewOverride(&o)
		break
	}
	for i, c := range []cluster.Change{
		{Level: cluster.LevelOverride, Kind: "undo", Object: "1", In: []string{fixture.Lead, "meridian-1060"}, Reason: "no"},
		{Level: cluster.LevelEvent, Kind: cluster.Split, Object: fixture.Bridge, Other: fixture.Attack, In: []string{"meridian-1060", "und-1"}},
		{Level: cluster.LevelEvent, Kind: cluster.Shrank, Object: fixture.Attack, Out: []string{"meridian-1060", "und-1"}},
		{Level: cluster.LevelThread, Kind: cluster.Merged, Object: fixture.MergedThread, Other: fixture.AttackThread, Out: []string{fixture.Bridge}},
	} {
		line, err := changeLine(r, &store.JournalEntry{Seq: uint64(90 + i), At: fixture.Now, Run: "edit-1", Change: c})
		if err != nil {
			t.Fatal(err)
		}
		v.Changes = append(v.Changes, line)
	}
	return v
}

func sampleRebuild(t *testing.T, r Reader) View {
	t.Helper()
	before := Clustering{
		Group:    map[string]string{"a": "ga", "b": "gb", "c": "gc", "d": "gd"},
		Event:    map[string]string{"a": fixture.Attack, "b": fixture.Attack, "c": fixture.Bridge, "d": fixture.Deployment},
		Thread:   map[string]string{"a": "t1", "b": "t1", "c": fixture.AttackThread, "d": "t3"},
		Cohesion: map[string]float64{fixture.Attack: .5, fixture.Bridge: 1},
	}
	after := Clustering{
		Group:    before.Group,
		Event:    map[string]string{"a": fixture.Attack, "b": "enew", "c": fixture.Attack, "d": "eother"},
		Thread:   map[string]string{"a": "t1", "b": "t1", "c": "t1", "d": "t3"},
		Cohesion: map[string]float64{fixture.Attack: .75},
	}
	v, err := Rebuild(r, before, after, "", 1500*time.Millisecond, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
