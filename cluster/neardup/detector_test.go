package neardup_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/neardup"
)

const hour = time.Hour

func TestRelations(t *testing.T) {
	t.Parallel()
	report := prose(1, 400)
	lead := doc("a", "wire", 0, "Council closes bridge", report)
	tests := []struct {
		name string
		b    neardup.Doc
		want string // "" means not together
	}{
		{"the same text elsewhere", doc("b", "gazette", hour, "Bridge to close", report), "exact"},
		{"other case and punctuation", doc("b", "gazette", hour, "", strings.ReplaceAll(strings.ToUpper(report), ".", " ;")), "exact"},
		{"under a dateline", doc("b", "gazette", hour, "", "TAIPEI, March 2 (Wire) - "+report), "reprint"},
		{"with a byline and credits", doc("b", "gazette", hour, "", "By Jane Doe\n\n"+report+"\n(Reporting by John Roe)"), "reprint"},
		{"a few words changed", doc("b", "gazette", hour, "", edit(report, 150)), "reprint"},
		{"every tenth word changed", doc("b", "gazette", hour, "", edit(report, 12)), "edited"},
		{"the first two fifths", doc("b", "gazette", hour, "", cutTo(report, 160)), "excerpt"},
		{"the whole and as much again", doc("b", "gazette", hour, "", report+prose(2, 500)), "excerpt"},
		{"changed by the same source", doc("b", "wire", hour, "", edit(report, 12)), "update"},
		{"changed by the same source after a week", doc("b", "wire", 7*24*hour, "", edit(report, 12)), "edited"},
		{"undated", neardup.Doc{ID: "b", Source: "gazette", Text: report, Time: noon.AddDate(1, 0, 0), Undated: true}, "exact"},
		{"every third word changed", doc("b", "gazette", hour, "", edit(report, 3)), ""},
		{"another text", doc("b", "gazette", hour, "Council closes bridge", prose(3, 400)), ""},
		{"the same text after the window", doc("b", "gazette", 40*24*hour, "", report), ""},
		{"one paragraph in a long round-up", doc("b", "gazette", hour, "", prose(4, 2000)+cutTo(report, 100)+prose(5, 2000)), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := newNewsroom(t)
			n.add(lead, tt.b)
			got := ""
			if n.together("a", "b") {
				got = n.placed["b"].Copy.Relation.String()
			}
			if got != tt.want {
				t.Errorf("relation %q, want %q: %+v", got, tt.want, n.placed["b"])
			}
		})
	}
}

func TestEvidenceIsExact(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	report := prose(1, 302)
	n.add(doc("a", "wire", 0, "", report), doc("b", "gazette", hour, "", cutTo(report, 202)))
	// 302 words make 300 shingles, of which the first 202 words hold 200.
	want := neardup.Copy{Relation: neardup.Excerpt, Jaccard: 200. / 300, Contained: 1, Contains: 200. / 300}
	same := cmp.Comparer(func(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 })
	if diff := cmp.Diff(want, n.placed["b"].Copy, same); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}

func TestNoChains(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	// Each text shares three quarters of its words with the one before.
	part := []string{prose(1, 300), prose(2, 75), prose(3, 75), prose(4, 75), prose(5, 75)}
	var docs []neardup.Doc
	text := part[0]
	for i := range 4 {
		docs = append(docs, doc(string(rune('a'+i)), "s"+string(rune('a'+i)), time.Duration(i)*hour, "", text))
		words := strings.Split(text, " ")
		text = strings.Join(words[75:], " ") + part[i+1]
	}
	n.add(docs...)
	if !n.together("a", "b") || n.together("a", "d") {
		t.Errorf("a chain grew:\n%s", n.partition())
	}
	for id, p := range n.placed {
		if p.Copy.Relation != neardup.Origin && p.Copy.Jaccard < 0.5 {
			t.Errorf("%s is a copy at %.2f of its representative", id, p.Copy.Jaccard)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*neardup.Params){
		"index": func(p *neardup.Params) { p.Index = "fast" }, "window": func(p *neardup.Params) { p.Window = time.Hour },
		"cap": func(p *neardup.Params) { p.BucketCap = 0 }, "similar": func(p *neardup.Params) { p.Similar = 1.5 },
	} {
		p := neardup.DefaultParams()
		change(&p)
		if _, err := neardup.New(p); !errors.Is(err, neardup.ErrParams) {
			t.Errorf("%s: error %v, want ErrParams", name, err)
		}
	}
	n := newNewsroom(t)
	n.add(doc("a", "wire", 0, "", prose(1, 100)))
	again := []neardup.Item{n.items["a"]}
	if _, err := n.d.Add(context.Background(), again, nil, 1); !errors.Is(err, neardup.ErrDuplicateID) {
		t.Errorf("adding a live id: error %v, want ErrDuplicateID", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	item := doc("b", "wire", 0, "", prose(1, 99))
	if _, err := n.d.Add(ctx, []neardup.Item{item.Item(n.d.Prepare(item, new(neardup.Scratch)))}, nil, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancel: error %v", err)
	}
}

func TestTextsThatFail(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	n.add(doc("a", "wire", 0, "", prose(1, 100)))
	next := n.restart()
	delete(next.docs, "a")
	b := doc("b", "wire", 0, "", edit(prose(1, 100), 30))
	_, err := next.d.Add(context.Background(), []neardup.Item{b.Item(next.d.Prepare(b, new(neardup.Scratch)))}, neardup.TextsFunc(next.StoryText), 1)
	if err == nil || !strings.Contains(err.Error(), `"a"`) {
		t.Errorf("error %v, want one that names the story", err)
	}
}

func TestRemoveAndNewVersion(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	report := prose(1, 300)
	n.add(doc("a", "wire", 0, "", report), doc("b", "gazette", hour, "", edit(report, 20)), doc("c", "herald", 2*hour, "", edit(report, 25)))
	first := n.placed["c"].Group

	n.remove("a") // the representative goes, and the rest is the group
	n.add(doc("a", "wire", 3*hour, "", prose(2, 300)))
	if n.together("a", "b") || !n.together("b", "c") || n.placed["c"].Group != first {
		t.Errorf("after the representative became another text:\n%s", n.partition())
	}

	n.remove("a") // and comes back in its old words
	n.add(doc("a", "wire", 0, "", report))
	if !n.together("a", "b") || !n.together("b", "c") {
		t.Errorf("after the old text came back:\n%s", n.partition())
	}

	n.remove("c")
	n.remove("b")
	n.add()
	if len(n.groups) != 0 || n.placed["a"].Copy.Relation != neardup.Origin {
		t.Errorf("a group of one is left:\n%s", n.partition())
	}
}

func TestNewVersionInTheSameWordsKeepsItsGroup(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	report := prose(1, 300)
	n.add(doc("a", "wire", 0, "", report), doc("b", "gazette", hour, "", edit(report, 20)))
	n.remove("a")
	changes := n.add(doc("a", "wire", 0, "New title", edit(report, 200)))
	if !n.together("a", "b") || len(changes.Ended) != 0 {
		t.Errorf("ended %v:\n%s", changes.Ended, n.partition())
	}
}

func TestRestartChangesNothing(t *testing.T) {
	t.Parallel()
	report, other := prose(1, 300), prose(2, 300)
	first := []neardup.Doc{
		doc("a", "wire", 2*hour, "", report), doc("b", "gazette", 3*hour, "", edit(report, 12)), doc("c", "herald", 4*hour, "", report),
		doc("x", "wire", hour, "", other),
	}
	second := []neardup.Doc{
		doc("d", "mail", 5*hour, "", edit(report, 15)),
		doc("e", "early", 0, "", edit(report, 40)), // a late arrival that is older than the representative
		doc("y", "mail", 6*hour, "", other),
	}
	whole, stopped := newNewsroom(t), newNewsroom(t)
	whole.add(first...)
	whole.add(second...)
	stopped.add(first...)
	stopped = stopped.restart()
	stopped.add(second...)
	if diff := cmp.Diff(whole.partition(), stopped.partition()); diff != "" {
		t.Errorf("with a restart between (-without +with):\n%s", diff)
	}
	if p := stopped.placed["e"]; p.Copy.Relation != neardup.Origin || !stopped.together("a", "e") || p.Group != neardup.GroupID("a") {
		t.Errorf("the late arrival does not represent, or the group has another id:\n%s", stopped.partition())
	}
	stopped = stopped.restart()
	stopped.d.Found()
	if changes := stopped.add(); stopped.placed["a"].Group != neardup.GroupID("e") || len(changes.Ended) != 1 {
		t.Errorf("founding does not name the group after its representative: %v\n%s", changes, stopped.partition())
	}
}

// A copy that comes late and is older represents the group, which keeps its id, also when the copy goes again.
func TestTheIDOfAGroupOutlivesItsRepresentative(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	report := prose(1, 300)
	id := neardup.GroupID("b")
	n.add(doc("b", "wire", 2*hour, "", report))
	changes := n.add(doc("a", "early", hour, "", report))
	if len(changes.Ended) > 0 || n.placed["a"].Group != id || n.groups[id].Representative != "a" {
		t.Fatalf("ended %v:\n%s", changes.Ended, n.partition())
	}
	n.remove("b")
	if changes := n.add(); len(changes.Ended) > 0 || len(changes.Groups) != 1 || n.placed["a"].Group != id {
		t.Fatalf("what is left of it: %v\n%s", changes, n.partition())
	}
	n = n.restart()
	n.add(doc("b", "wire", 2*hour, "", prose(2, 300)))
	if got := n.placed["b"].Group; got == id || n.together("a", "b") {
		t.Errorf("another text of the story that once gave the id is in %s", got)
	}
	changes = n.add(doc("c", "herald", 3*hour, "", report))
	if len(changes.Ended) > 0 || n.placed["c"].Group != id {
		t.Errorf("ended %v:\n%s", changes.Ended, n.partition())
	}
	n.remove("a")
	n.remove("c")
	if changes := n.add(); len(changes.Ended) != 1 || changes.Ended[0] != (neardup.Redirect{From: id, Reason: "removed"}) {
		t.Errorf("nothing is left of it: %v", changes.Ended)
	}
}

// nobody has been forgotten.
func nobody(string) bool { return false }

func TestExpire(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	day := 24 * hour
	old, running := prose(1, 200), prose(2, 200)
	n.add(
		doc("a", "wire", 0, "", old), doc("b", "gazette", hour, "", edit(old, 20)),
		doc("c", "wire", 0, "", running), doc("d", "gazette", 20*day, "", edit(running, 20)),
	)
	n.d.Expire(noon.Add(16*day), nobody)
	if got := n.d.Stats().Stories; got != 2 {
		t.Errorf("%d stories live, want the 2 of the group that is still running", got)
	}
	if changes := n.add(doc("e", "mail", 21*day, "", edit(running, 25))); len(changes.Ended) > 0 || !n.together("c", "e") {
		t.Errorf("ended %v:\n%s", changes.Ended, n.partition())
	}
	n.add(doc("f", "mail", 21*day, "", old))
	if n.together("f", "a") {
		t.Error("a story joined one that has expired")
	}
	n.d.Expire(noon.Add(100*day), nobody)
	if got := n.d.Stats(); got.Stories != 0 || got.Classes != 0 || got.Edges != 0 {
		t.Errorf("after everything expired: %+v", got)
	}
}

// Whoever lets go of a story within a segment that stays may bring it again.
func TestForgottenStoriesComeAgain(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	words := prose(1, 200)
	n.add(doc("a", "wire", 0, "", words), doc("c", "wire", hour, "", prose(2, 200)))
	n.d.Expire(noon, func(id string) bool { return id == "a" })
	if got := n.d.Stats().Stories; got != 1 {
		t.Fatalf("%d stories live, want the one that was not forgotten", got)
	}
	n.add(doc("a", "wire", 0, "", words), doc("d", "mail", 2*hour, "", edit(words, 25)))
	if !n.together("a", "d") {
		t.Errorf("what came again takes no copies:\n%s", n.partition())
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	report := prose(1, 300)
	n.add(doc("a", "wire", 0, "", report), doc("b", "gazette", hour, "", edit(report, 12)), doc("far", "wire", 0, "", cutTo(report, 90)+prose(3, 200)))
	got, err := n.d.Lookup(context.Background(), doc("new", "mail", 2*hour, "", edit(report, 60)), neardup.TextsFunc(n.StoryText))
	if err != nil {
		t.Fatal(err)
	}
	if got.Group != neardup.GroupID("a") || got.Copy.Relation != neardup.Reprint || len(got.Matches) < 2 || got.Matches[0].ID != "a" {
		t.Errorf("matches %+v", got)
	}
	if n.d.Stats().Stories != 3 {
		t.Error("the text was kept")
	}
	same, err := n.d.Lookup(context.Background(), doc("new", "mail", 2*hour, "", report), neardup.TextsFunc(n.StoryText))
	if err != nil || same.Copy.Relation != neardup.Identical || same.Copy.Jaccard != 1 {
		t.Errorf("the same words: %+v, %v", same.Copy, err)
	}
	none, err := n.d.Lookup(context.Background(), doc("new", "mail", 0, "", prose(9, 300)), neardup.TextsFunc(n.StoryText))
	if err != nil || none.Group != "" || len(none.Matches) != 0 {
		t.Errorf("a stranger: %+v, %v", none, err)
	}
}

func TestFurnitureDoesNotMakeCopies(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	footer := "\n" + strings.ReplaceAll(prose(77, 45), "\n", " ") // as long as the reports
	var docs []neardup.Doc
	for i := range 12 {
		docs = append(docs, doc(string(rune('a'+i)), "gazette", time.Duration(i)*hour, "Report "+string(rune('a'+i)), prose(uint64(100+i), 50)+footer))
	}
	changes := n.add(docs...)
	if len(changes.Groups) > 0 {
		t.Errorf("the footer made copies:\n%s", n.partition())
	}
	if len(changes.Profiles) != 1 || changes.Profiles[0].Source != "gazette" {
		t.Fatalf("profiles %v", changes.Profiles)
	}
	next := newNewsroom(t)
	if err := next.d.RestoreProfiles(changes.Profiles); err != nil {
		t.Fatal(err)
	}
	next.add(docs[0], docs[1])
	if next.together("a", "b") {
		t.Error("the profile was not taken up again")
	}
}
