package store

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

// aged is a store with an event a day, each of three stories of which the third is a copy of the second.
func aged(t *testing.T, days int, text func(day, n int) string) *Store {
	t.Helper()
	s := create(t)
	for day := range days {
		at := epoch.AddDate(0, 0, day)
		d := &cluster.Delta{}
		id := func(n int) string { return fmt.Sprintf("d%03d-%d", day, n) }
		event := cluster.Event{
			ID: "e" + id(0), Thread: "t" + id(0), Representative: id(0), Members: []string{id(0), id(1), id(2)}, First: at, Last: at,
		}
		for n := range 3 {
			group := "g" + id(min(n, 1))
			d.Stories = append(d.Stories, cluster.StoryChange{
				Story:     cluster.Story{ID: id(n), Title: "Ferry " + id(n), Text: text(day, n), Published: at, Arrived: at},
				Placement: cluster.Placement{Story: id(n), Group: group, Event: event.ID}, Features: []byte("f"),
			})
		}
		d.Groups = []cluster.Group{{ID: "g" + id(1), Representative: id(1), Members: []string{id(1), id(2)}}}
		d.Events = []cluster.Event{event}
		commitAll(t, s, Batch{Delta: d, At: at})
	}
	return s
}

func short(day, n int) string {
	return fmt.Sprintf("The ferry of day %d is late, says report %d.", day, n)
}

// What makes a thread stay: anything of it that is recent, a story that waits, a copy elsewhere that stays.
func TestWhatExpires(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return epoch.AddDate(0, 0, n) }
	story := func(id, group, event string, at time.Time, edit func(*cluster.Story)) cluster.StoryChange {
		c := cluster.StoryChange{
			Story:     cluster.Story{ID: id, Title: "T", Text: "Text of " + id, Published: at, Arrived: at},
			Placement: cluster.Placement{Story: id, Group: group, Event: event}, Features: []byte("f"),
		}
		if edit != nil {
			edit(&c.Story)
		}
		return c
	}
	event := func(id, thread string, at time.Time, members ...string) cluster.Event {
		return cluster.Event{ID: id, Thread: thread, Representative: members[0], Members: members, First: at, Last: at}
	}
	s := create(t)
	commitAll(t, s, Batch{At: day(10), Delta: &cluster.Delta{
		Stories: []cluster.StoryChange{
			story("alone", "g1", "e1", day(0), nil),
			story("updated", "g2", "e2", day(0), func(s *cluster.Story) { s.Updated = day(9) }),
			story("came late", "g3", "e3", day(0), func(s *cluster.Story) { s.Arrived = day(9) }), // counts as old
			story("first of a thread", "g4", "e4", day(0), nil), story("follow-up", "g5", "e5", day(9), nil),
			story("copy taken apart", "g6", "e6", day(0), nil), story("its original", "g6", "e7", day(9), nil),
			story("with one that waits", "g8", "e8", day(0), nil), story("waits", "g8", "", day(0), nil),
			story("old", "g9", "e9", day(-5), nil),
		},
		Groups: []cluster.Group{
			{ID: "g6", Representative: "its original", Members: []string{"copy taken apart", "its original"}},
			{ID: "g8", Representative: "with one that waits", Members: []string{"waits", "with one that waits"}},
		},
		Events: []cluster.Event{
			event("e1", "t1", day(0), "alone"), event("e2", "t2", day(0), "updated"), event("e3", "t3", day(0), "came late"),
			event("e4", "t4", day(0), "first of a thread"), event("e5", "t4", day(9), "follow-up"),
			event("e6", "t6", day(0), "copy taken apart"), event("e7", "t7", day(9), "its original"),
			event("e8", "t8", day(0), "with one that waits"), event("e9", "t9", day(-5), "old"),
		},
		Threads: []cluster.Thread{{ID: "t4", First: day(0), Last: day(9), Links: []cluster.Link{{Event: "e4"}, {Event: "e5"}}}},
	}})
	for _, test := range []struct {
		name string
		o    ExpireOptions
		want []string
	}{
		{"nothing", ExpireOptions{}, nil},
		{"nothing is so old", ExpireOptions{Before: day(-6)}, nil},
		{"at its very time", ExpireOptions{Before: day(-5)}, nil},
		{"for room, but all is to be kept", ExpireOptions{Bytes: 1, Keep: day(-6)}, nil},
		{"for room, the oldest", ExpireOptions{Bytes: 1, Keep: day(20)}, []string{"old"}},
		{"by age", ExpireOptions{Before: day(5)}, []string{"alone", "came late", "old"}},
		{"for room, all that there is", ExpireOptions{Bytes: 1 << 40, Keep: day(9)}, []string{"alone", "came late", "old"}},
		{"all that can", ExpireOptions{Before: day(20)}, []string{
			"alone", "came late", "copy taken apart", "first of a thread", "follow-up", "its original", "old", "updated",
		}},
	} {
		o := test.o
		o.DryRun = true
		dry, err := s.Expire(t.Context(), o)
		if err != nil || dry.Stories != len(test.want)-expiredIn(t, s, test.want) {
			t.Errorf("%s: a dry run expires %+v, %v", test.name, dry, err)
		}
		report, err := s.Expire(t.Context(), test.o)
		if err != nil {
			t.Fatal(err)
		}
		if report != dry {
			t.Errorf("%s: %+v expired, %+v by the dry run", test.name, report, dry)
		}
		var got []string
		v := s.View()
		for r, err := range v.AllStories() {
			if err != nil {
				t.Fatal(err)
			}
			if r.Expired {
				got = append(got, r.ID)
			}
		}
		v.Close()
		want := slices.Clone(test.want)
		if len(got) > len(want) {
			want = append(want, "old") // of a step before
			slices.Sort(want)
			want = slices.Compact(want)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +expired):\n%s", test.name, diff)
		}
		clean(t, s)
	}
}

func expiredIn(t *testing.T, s *Store, ids []string) (n int) {
	t.Helper()
	v := s.View()
	defer v.Close()
	for _, id := range ids {
		r, err := v.Story(id)
		if err != nil {
			t.Fatal(err)
		}
		if r.Expired {
			n++
		}
	}
	return n
}

// What has expired is not changed any more, and nothing of a batch that tries is stored.
func TestExpiredStaysAsItIs(t *testing.T) {
	t.Parallel()
	s := aged(t, 3, short)
	if _, err := s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(0, 0, 1)}); err != nil {
		t.Fatal(err)
	}
	before := dump(t, s)
	place := cluster.Placement{Story: "d000-0", Group: "gd000-0", Event: "ed001-0"}
	again := cluster.StoryChange{
		Story:     cluster.Story{ID: "d000-0", Title: "Ferry", Text: "Another text.", Published: epoch.AddDate(0, 0, 2)},
		Placement: place, Features: []byte("f"),
	}
	for name, d := range map[string]*cluster.Delta{
		"a new version":    {Stories: []cluster.StoryChange{again}},
		"another place":    {Moved: []cluster.Placement{place}},
		"features":         {Reread: []cluster.Reread{{Story: "d000-0", Features: []byte("g")}}},
		"an event of both": {Events: []cluster.Event{{ID: "ed001-0", Representative: "d000-0", Members: []string{"d000-0", "d001-0", "d001-1", "d001-2"}}}},
	} {
		if err := s.Commit(t.Context(), Batch{Delta: d, At: epoch.AddDate(0, 0, 3)}); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s of an expired story: %v", name, err)
		}
	}
	if diff := gocmp.Diff(before, dump(t, s)); diff != "" {
		t.Errorf("something was stored:\n%s", diff)
	}
}

// Disk space comes back: measured in blocks of the disk, of texts that cannot be compressed.
func TestExpireGivesSpaceBack(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	random := func(int, int) string {
		b := make([]byte, 30<<10)
		for i := range b {
			b[i] = byte('!' + r.IntN(90))
		}
		return string(b)
	}
	const days = 200
	s := aged(t, days, random) // 600 texts of 30 KB
	size := func() int64 {
		t.Helper()
		if err := s.Maintain(t.Context()); err != nil {
			t.Fatal(err)
		}
		v := s.View()
		defer v.Close()
		stats, err := v.Stats()
		if err != nil {
			t.Fatal(err)
		}
		return stats.Bytes
	}
	full := size()
	report, err := s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(0, 0, days/2)})
	if err != nil || report.Stories != 3*days/2 {
		t.Fatalf("%+v, %v", report, err)
	}
	half := size()
	if share := float64(half) / float64(full); share > .55 {
		t.Errorf("%d bytes of disk before, %d after half of it expired", full, half)
	}
	if freed := full - half; float64(freed) < .8*float64(report.RowBytes) {
		t.Errorf("%d bytes came back of the %d that the report names", freed, report.RowBytes)
	}
	if _, err = s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(0, 0, days)}); err != nil {
		t.Fatal(err)
	}
	none := size()
	if share := float64(none) / float64(full); share > .05 {
		t.Errorf("%d bytes of disk before, %d after all of it expired", full, none)
	}
	clean(t, s)
	t.Logf("%d, %d, %d bytes", full, half, none)
}

// The embeddings of expired texts go with the next maintenance, those that another story still has stay.
func TestExpiredEmbeddings(t *testing.T) {
	t.Parallel()
	s := aged(t, 3, func(day, n int) string { return short(min(day, 1), min(n, 1)) })
	var list []Embedding
	contents := map[[16]byte]string{}
	v := s.View()
	for r, err := range v.AllStories() {
		if err != nil {
			t.Fatal(err)
		}
		if contents[r.Content] == "" {
			list = append(list, Embedding{Model: "m", Content: r.Content, Value: anEmbedding()})
		}
		contents[r.Content] = cmp.Or(contents[r.Content], r.ID)
	}
	v.Close()
	commitAll(t, s, Batch{Embeddings: list, At: epoch.AddDate(0, 0, 3)})
	if _, err := s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(0, 0, 1)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	v = s.View()
	defer v.Close()
	for content, id := range contents {
		e, err := v.Embedding("m", content)
		if err != nil || (e != nil) != (id >= "d001") {
			t.Errorf("embedding of %s: %v, %v", id, e, err)
		}
	}
}

// Ids of what has expired are taken, at every level and also of one member; those of what has not are for the engine to
// know.
func TestTaken(t *testing.T) {
	t.Parallel()
	s := aged(t, 2, short)
	for _, expired := range []bool{false, true} {
		v := s.View()
		for _, test := range []struct {
			id   string
			want bool
		}{
			{"ed000-0", expired},
			{"td000-0", expired},
			{"gd000-0", expired},
			{"gd000-1", expired},
			{"ed001-0", false},
			{"td001-0", false},
			{"gd001-0", false},
			{"gd001-1", false},
			{"nobody", false},
			{"", false},
		} {
			if got, err := v.Taken(test.id); err != nil || got != test.want {
				t.Errorf("after expiry %t: %q is taken: %t, %v", expired, test.id, got, err)
			}
		}
		v.Close()
		if _, err := s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(0, 0, 1)}); err != nil {
			t.Fatal(err)
		}
	}
}
