package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

var _ cluster.Library = (*Snapshot)(nil)

func commit(t *testing.T, s *Store, d *cluster.Delta) {
	t.Helper()
	if err := s.Commit(t.Context(), Batch{Delta: d, At: epoch}); err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s *Store) *Snapshot {
	t.Helper()
	v := s.View()
	t.Cleanup(v.Close)
	return v
}

// storyOf makes the change that brings one story.
func storyOf(id, text, group, event string) cluster.StoryChange {
	return cluster.StoryChange{
		Story:     cluster.Story{ID: id, Title: "Title of " + id, Text: text, Published: epoch, Arrived: epoch},
		Placement: cluster.Placement{Story: id, Group: group, Event: event}, Features: []byte("features of " + text),
	}
}

// A story that was read again has its new features, and nothing else of it has changed.
func TestCommitOfNewFeatures(t *testing.T) {
	t.Parallel()
	s := sound(t)
	read := func() (cluster.Story, []byte) {
		view := s.View()
		defer view.Close()
		story, err := view.Current("a")
		if err != nil {
			t.Fatal(err)
		}
		f, err := view.Features("a")
		if err != nil {
			t.Fatal(err)
		}
		return story, f
	}
	before, _ := read()
	commit(t, s, &cluster.Delta{Reread: []cluster.Reread{{Story: "a", Features: []byte("others")}}})
	after, features := read()
	if diff := gocmp.Diff(before, after); diff != "" || before.Text == "" {
		t.Errorf("story %+v: %s", before, diff)
	}
	if string(features) != "others" {
		t.Errorf("features %q", features)
	}
}

// A batch that contradicts itself or the store is refused and leaves nothing.
func TestCommitRefuses(t *testing.T) {
	t.Parallel()
	s := sound(t)
	before := dump(t, s)
	stories := func(list ...cluster.StoryChange) *cluster.Delta { return &cluster.Delta{Stories: list} }
	for _, test := range []struct {
		name  string
		delta *cluster.Delta
		text  string
	}{
		{"a story without id", stories(storyOf("", "x", "g", "")), "no id"},
		{"a placement of another story", stories(cluster.StoryChange{Story: cluster.Story{ID: "x"}, Placement: cluster.Placement{Story: "y"}}), `of story "y"`},
		{"a placement of an unknown story", &cluster.Delta{Moved: []cluster.Placement{{Story: "unknown"}}}, "unknown"},
		{"features of an unknown story", &cluster.Delta{Reread: []cluster.Reread{{Story: "unknown"}}}, "unknown"},
		{"a group of unknown stories", &cluster.Delta{Groups: []cluster.Group{{ID: "g", Representative: "u", Members: []string{"u", "v"}}}}, `story "u"`},
		{"a group represented by a stranger", &cluster.Delta{Groups: []cluster.Group{{ID: "g", Representative: "b", Members: []string{"a"}}}}, "represented by"},
		{"a group without id", &cluster.Delta{Groups: []cluster.Group{{}}}, "empty"},
		{"a group twice", &cluster.Delta{Groups: []cluster.Group{{ID: "g"}, {ID: "g"}}}, "twice"},
		{"an event of unknown stories", &cluster.Delta{Events: []cluster.Event{{ID: "e", Representative: "u", Members: []string{"u"}}}}, `story "u"`},
		{"a thread of unknown events", &cluster.Delta{Threads: []cluster.Thread{{ID: "t", Links: []cluster.Link{{Event: "u"}, {Event: "e1"}}}}}, `event "u"`},
		{"a series without an edition", &cluster.Delta{Series: []cluster.Series{{ID: "s1", Founder: "a"}}}, "no edition"},
		{"an id that is much too long", &cluster.Delta{Events: []cluster.Event{{ID: strings.Repeat("e", 256)}}}, "256 bytes"},
		{"a redirect to itself", &cluster.Delta{Ended: []cluster.Redirect{{From: "e", To: "e"}}}, "itself"},
		{"a redirect to nothing", &cluster.Delta{Ended: []cluster.Redirect{{From: "e", To: "u"}}}, `"u"`},
		{"a circle", &cluster.Delta{Ended: []cluster.Redirect{{From: "x", To: "y"}, {From: "y", To: "x"}}}, "circle"},
		{"an end of what changes", &cluster.Delta{Ended: []cluster.Redirect{{From: "e1", To: "e2"}}, Events: []cluster.Event{{ID: "e1", Representative: "a", Members: []string{"a"}}}}, "both ended and changed"},
		{"an end of what is in use", &cluster.Delta{Ended: []cluster.Redirect{{From: "e9", To: "e1"}}, Stories: []cluster.StoryChange{storyOf("z", "z", "gz", "e9")}}, "still in use"},
		{"two ends of one id", &cluster.Delta{Ended: []cluster.Redirect{{From: "x", To: "e1"}, {From: "x", To: "e2"}}}, "ends twice"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := s.Commit(t.Context(), Batch{Delta: test.delta, At: epoch})
			if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("%v, expected %v with %q", err, ErrInvalid, test.text)
			}
			if diff := gocmp.Diff(before, dump(t, s)); diff != "" {
				t.Errorf("something was stored:\n%s", diff)
			}
		})
	}
}

// The order in which versions come does not matter, all texts are kept, and one that was seen is not stored again.
func TestVersions(t *testing.T) {
	t.Parallel()
	version := func(text string, hours int) cluster.StoryChange {
		c := storyOf("a", text, "ga", "")
		if hours > 0 {
			c.Story.Updated = epoch.Add(time.Duration(hours) * time.Hour)
		}
		if hours == 3 {
			c.Story.Published = epoch.Add(time.Minute)
		}
		return c
	}
	versions := []cluster.StoryChange{version("first", 0), version("second", 1), version("third", 3), version("also third", 3)}
	var first map[string]string
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2, 1, 3, 0}, {2, 2, 0, 3, 1}} {
		s := create(t)
		for _, i := range order {
			commit(t, s, &cluster.Delta{Stories: versions[i : i+1]})
		}
		v := view(t, s)
		list, err := v.Versions("a")
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, version := range list {
			texts = append(texts, version.Story.Text)
		}
		if len(texts) != 4 || texts[0] != "first" || texts[1] != "second" || !list[3].Current {
			t.Errorf("order %v: versions are %q", order, texts)
		}
		clean(t, s)
		rows := dump(t, s)
		if first == nil {
			first = rows
		}
		if diff := gocmp.Diff(first, rows); diff != "" {
			t.Errorf("order %v gives another store:\n%s", order, diff)
		}
		// The rows of a story move with its time.
		n := 0
		for _, err := range v.Residents(epoch, epoch.Add(time.Second)) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != 0 {
			t.Errorf("order %v: the story is still where its first version was", order)
		}
		if seen, err := v.Seen("a", versions[1].Story.ContentHash()); !seen || err != nil {
			t.Errorf("the second version was not seen: %v", err)
		}
		if seen, err := v.Seen("a", [16]byte{}); seen || err != nil {
			t.Errorf("another text was seen: %v", err)
		}
	}
	// Several versions of a new story may be in one batch.
	s := create(t)
	commit(t, s, &cluster.Delta{Stories: versions})
	if diff := gocmp.Diff(first, dump(t, s)); diff != "" {
		t.Errorf("one batch gives another store:\n%s", diff)
	}
}

// The rule for the current version is the engine's.
func TestSupersedesIsTheEngines(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		story := func() cluster.Story {
			s := cluster.Story{Text: fmt.Sprint(r.IntN(3)), Published: epoch.Add(time.Duration(r.IntN(3)) * time.Hour)}
			if r.IntN(2) == 0 {
				s.Updated = epoch.Add(time.Duration(r.IntN(4)) * time.Hour)
			}
			return s
		}
		a, b := story(), story()
		if got, want := supersedes(&a, a.ContentHash(), &b, b.ContentHash()), cluster.Supersedes(&a, &b); got != want {
			t.Fatalf("%+v supersedes %+v: %v, the engine says %v", a, b, got, want)
		}
	}
}

// A story alone has a group, an event and a thread that can be read like any others, and their ids lead on when the
// story joins others.
func TestLoneIDs(t *testing.T) {
	t.Parallel()
	s := create(t)
	a, b := storyOf("a", "late", "ga", "ea"), storyOf("b", "rain", "gb", "eb")
	commit(t, s, &cluster.Delta{
		Stories: []cluster.StoryChange{a, b},
		Events:  []cluster.Event{{ID: "eb", Thread: "tb", Representative: "b", Members: []string{"b"}, First: epoch, Last: epoch, Cohesion: 1}},
	})
	v := view(t, s)
	group, err := v.Group("ga")
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(cluster.Group{ID: "ga", Representative: "a", Members: []string{"a"}}, group); diff != "" {
		t.Error(diff)
	}
	event, err := v.Event("ea") // came without a record
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(cluster.Event{ID: "ea", Representative: "a", Members: []string{"a"}, First: epoch, Last: epoch, Cohesion: 1}, event); diff != "" {
		t.Error(diff)
	}
	thread, err := v.Thread("tb")
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(cluster.Thread{ID: "tb", First: epoch, Last: epoch, Links: []cluster.Link{{Event: "eb", Kind: "founding", Score: 1}}}, thread); diff != "" {
		t.Error(diff)
	}
	for id := range v.Groups() {
		t.Errorf("%s is among the groups of two or more", id.ID)
	}

	commit(t, s, &cluster.Delta{
		Moved:  []cluster.Placement{{Story: "b", Group: "ga", Event: "ea"}},
		Groups: []cluster.Group{{ID: "ga", Representative: "a", Members: []string{"a", "b"}}},
		Events: []cluster.Event{{ID: "ea", Thread: "ta", Representative: "a", Members: []string{"a", "b"}, First: epoch, Last: epoch}},
	})
	v = view(t, s)
	if group, err = v.Group("gb"); err != nil || group.ID != "ga" || len(group.Members) != 2 {
		t.Errorf("group gb: %+v, %v", group, err)
	}
	if event, err = v.Event("eb"); err != nil || event.ID != "ea" {
		t.Errorf("event eb: %+v, %v", event, err)
	}
	if thread, err = v.Thread("tb"); err != nil || thread.ID != "ta" {
		t.Errorf("thread tb: %+v, %v", thread, err)
	}
	clean(t, s)
}

// Redirects lead to the end in one step, whatever came first, and give way when an id comes back.
func TestRedirects(t *testing.T) {
	t.Parallel()
	s := create(t)
	var events []cluster.Event
	var stories []cluster.StoryChange
	for _, id := range []string{"1", "2", "3", "4"} {
		stories = append(stories, storyOf("s"+id, id, "g"+id, "e"+id))
		events = append(events, cluster.Event{ID: "e" + id, Representative: "s" + id, Members: []string{"s" + id}, First: epoch, Last: epoch})
	}
	commit(t, s, &cluster.Delta{Stories: stories, Events: events})
	merge := func(from, to string, members ...string) {
		t.Helper()
		d := &cluster.Delta{Ended: []cluster.Redirect{{From: "e" + from, To: "e" + to, Reason: "merged"}}}
		e := cluster.Event{ID: "e" + to, Representative: "s" + to, First: epoch, Last: epoch}
		for _, m := range members {
			e.Members = append(e.Members, "s"+m)
			d.Moved = append(d.Moved, cluster.Placement{Story: "s" + m, Group: "g" + m, Event: "e" + to})
		}
		d.Events = []cluster.Event{e}
		commit(t, s, d)
	}
	merge("1", "2", "1", "2")
	merge("2", "3", "1", "2", "3")
	merge("3", "4", "1", "2", "3", "4")
	v := view(t, s)
	for _, from := range []string{"e1", "e2", "e3"} {
		r, err := v.Redirect(from)
		if err != nil || r.To != "e4" || r.Reason != "merged" || !r.At.Equal(epoch) {
			t.Errorf("%s: %+v, %v", from, r, err)
		}
		if e, err := v.Event(from); err != nil || e.ID != "e4" {
			t.Errorf("%s: %+v, %v", from, e, err)
		}
		if to, err := v.Resolve(from); err != nil || to != "e4" {
			t.Errorf("%s resolves to %s, %v", from, to, err)
		}
	}
	if _, err := v.Redirect("e4"); !errors.Is(err, ErrNotFound) {
		t.Errorf("redirect of what is in use: %v", err)
	}
	// A split brings e2 back; the others still lead to e4.
	commit(t, s, &cluster.Delta{
		Moved: []cluster.Placement{{Story: "s2", Group: "g2", Event: "e2"}},
		Events: []cluster.Event{
			{ID: "e2", Representative: "s2", Members: []string{"s2"}, First: epoch, Last: epoch},
			{ID: "e4", Representative: "s4", Members: []string{"s1", "s3", "s4"}, First: epoch, Last: epoch},
		},
	})
	v = view(t, s)
	for id, want := range map[string]string{"e1": "e4", "e2": "e2", "e3": "e4", "e4": "e4"} {
		if e, err := v.Event(id); err != nil || e.ID != want {
			t.Errorf("after the split %s is %s, %v", id, e.ID, err)
		}
	}
	// An end without successor says so, with its reason, also by way of an older redirect.
	commit(t, s, &cluster.Delta{
		Moved: []cluster.Placement{{Story: "s1", Group: "g1"}, {Story: "s3", Group: "g3"}, {Story: "s4", Group: "g4"}},
		Ended: []cluster.Redirect{{From: "e4", Reason: "dissolved"}},
	})
	v = view(t, s)
	for _, id := range []string{"e1", "e4"} {
		_, err := v.Event(id)
		var ended *EndedError
		if !errors.Is(err, ErrNotFound) || !errors.As(err, &ended) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := v.EventOf("s1"); !errors.Is(err, ErrPending) {
		t.Errorf("event of a waiting story: %v", err)
	}
	if _, err := v.Event("e99"); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown event: %v", err)
	}
	clean(t, s)
}

// Ends of one batch may come in any order and lead through each other.
func TestRedirectsOfOneBatch(t *testing.T) {
	t.Parallel()
	for _, ends := range [][]cluster.Redirect{
		{{From: "a", To: "b"}, {From: "b", To: "c"}, {From: "c", To: "e1"}},
		{{From: "c", To: "b"}, {From: "b", To: "a"}, {From: "a", To: "e1"}},
	} {
		s := sound(t)
		commit(t, s, &cluster.Delta{Ended: ends})
		v := view(t, s)
		for _, id := range []string{"a", "b", "c"} {
			if r, err := v.Redirect(id); err != nil || r.To != "e1" {
				t.Errorf("%s: %+v, %v", id, r, err)
			}
		}
		clean(t, s)
	}
}

// The journal numbers on without gaps and can be read from any point.
func TestJournal(t *testing.T) {
	t.Parallel()
	s := create(t)
	for i := range 5 {
		d := &cluster.Delta{Changes: []cluster.Change{{Kind: "created", Object: fmt.Sprint(2 * i)}, {Kind: "grew", Object: fmt.Sprint(2*i + 1)}}}
		if err := s.Commit(t.Context(), Batch{Delta: d, At: epoch.Add(time.Duration(i) * time.Hour), Run: &Run{ID: fmt.Sprintf("r%d", i)}}); err != nil {
			t.Fatal(err)
		}
	}
	v := view(t, s)
	for since := range uint64(12) {
		next := since
		for e, err := range v.Changes(since, 0) {
			if err != nil {
				t.Fatal(err)
			}
			next++
			i := int(e.Seq-1) / 2
			if e.Seq != next || e.Object != fmt.Sprint(e.Seq-1) || e.Run != fmt.Sprintf("r%d", i) || !e.At.Equal(epoch.Add(time.Duration(i)*time.Hour)) {
				t.Errorf("since %d: %+v", since, e)
			}
		}
		if next != max(10, since) {
			t.Errorf("since %d: the last is %d", since, next)
		}
	}
}

// Of a run with very many rejects the first are kept and all are counted.
func TestRejects(t *testing.T) {
	t.Parallel()
	s := create(t)
	for range 3 {
		var list []Reject
		for i := range 400 {
			list = append(list, Reject{Path: "in.jsonl", Line: int64(i), Reason: "no text", Excerpt: strings.Repeat("é\xff", 2000)})
		}
		if err := s.Commit(t.Context(), Batch{Rejects: list, Run: &Run{ID: "r1"}}); err != nil {
			t.Fatal(err)
		}
	}
	v := view(t, s)
	list, err := v.Rejects("r1")
	if err != nil || list.Total != 1200 || len(list.Kept) != MaxRejects {
		t.Fatalf("%d rejects, %d kept, %v", list.Total, len(list.Kept), err)
	}
	if list.Kept[401].Line != 1 || len(list.Kept[0].Excerpt) > 2*maxExcerpt {
		t.Errorf("%+v", list.Kept[401])
	}
	if none, err := v.Rejects("r2"); err != nil || none.Total != 0 {
		t.Errorf("rejects of an unknown run: %+v, %v", none, err)
	}
	clean(t, s)
}

// Runs come newest first and are found by id; a run that is stored again is still one.
func TestRuns(t *testing.T) {
	t.Parallel()
	s := create(t)
	for i, id := range []string{"b", "a", "c", "a"} {
		r := aRun
		r.ID, r.Started, r.Read = id, epoch.Add(time.Duration(i)*time.Hour), i
		if err := s.Commit(t.Context(), Batch{Run: &r}); err != nil {
			t.Fatal(err)
		}
	}
	v := view(t, s)
	var ids []string
	for r, err := range v.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	if !slices.Equal(ids, []string{"a", "c", "b"}) {
		t.Errorf("runs are %v", ids)
	}
	if r, err := v.Run("a"); err != nil || r.Read != 3 {
		t.Errorf("run a: %+v, %v", r, err)
	}
	if _, err := v.Run("z"); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown run: %v", err)
	}
	clean(t, s)
}

// The same batches give the same rows, byte for byte.
func TestCommitIsDeterministic(t *testing.T) {
	t.Parallel()
	rows := func() map[string]string {
		s := create(t)
		m := newModel(rand.New(rand.NewPCG(9, 9)).IntN)
		for range 10 {
			if err := s.Commit(t.Context(), m.tick()); err != nil {
				t.Fatal(err)
			}
		}
		return dump(t, s)
	}
	if diff := gocmp.Diff(rows(), rows()); diff != "" {
		t.Error(diff)
	}
}

// A snapshot stays what it was, and a batch whose context has ended leaves nothing.
func TestSnapshotStays(t *testing.T) {
	t.Parallel()
	s := create(t)
	empty := view(t, s)
	commit(t, s, &cluster.Delta{Stories: []cluster.StoryChange{storyOf("a", "x", "ga", "ea")}})
	if _, err := empty.Story("a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("the snapshot of before has the story: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := dump(t, s)
	if err := s.Commit(ctx, Batch{Delta: &cluster.Delta{Stories: []cluster.StoryChange{storyOf("b", "x", "gb", "eb")}}}); !errors.Is(err, context.Canceled) {
		t.Errorf("commit: %v", err)
	}
	if diff := gocmp.Diff(before, dump(t, s)); diff != "" {
		t.Error(diff)
	}
}

// Texts read the same before and after the store has made itself a dictionary, and after it was opened again.
func TestDictionary(t *testing.T) {
	t.Parallel()
	s := create(t)
	m := newModel(rand.New(rand.NewPCG(1, 1)).IntN)
	want := map[string]string{}
	for batch := range 3 {
		d := &cluster.Delta{}
		for i := range 1 + 60*batch {
			c := storyOf(fmt.Sprintf("%d-%d", batch, i), m.text(150), "", "e")
			want[c.Story.ID] = c.Story.Text
			c.Placement = cluster.Placement{Story: c.Story.ID, Group: "g" + c.Story.ID}
			d.Stories = append(d.Stories, c)
		}
		commit(t, s, d)
	}
	for range 2 {
		if !s.texts.Load().dictionary {
			t.Fatal("no dictionary was made")
		}
		v := s.View()
		for id, text := range want {
			if _, got, err := v.Text(id); err != nil || got != text {
				t.Fatalf("text of %s: %q, %v", id, got, err)
			}
		}
		v.Close()
		clean(t, s)
		if err := s.Maintain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s.dir, Options{})
	}
}
