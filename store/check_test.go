package store

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/samestory/samestory/cluster"
)

// sound makes a store with something in every table.
func sound(t *testing.T) *Store {
	t.Helper()
	s := create(t)
	if err := s.Commit(t.Context(), soundBatch()); err != nil {
		t.Fatal(err)
	}
	later := soundBatch()
	later.Delta.Ended = []cluster.Redirect{{From: "e-old", To: "e1", Reason: "merged"}, {From: "e-gone", Reason: "dissolved"}}
	later.Delta.Stories = later.Delta.Stories[:1]
	later.Delta.Changes = []cluster.Change{{Level: cluster.LevelOverride, Kind: "pinned", Object: "o1"}}
	later.Delta.Stories[0].Story.Text += " It sails again."
	later.Delta.Stories[0].Story.Updated = epoch.AddDate(0, 0, 1)
	if err := s.Commit(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	clean(t, s)
	return s
}

func soundBatch() Batch {
	story := func(id, text, group, event string) cluster.StoryChange {
		return cluster.StoryChange{
			Story:     cluster.Story{ID: id, Title: "Ferry", Text: text, Published: epoch, Arrived: epoch},
			Placement: cluster.Placement{Story: id, Group: group, Event: event}, Features: []byte("f"),
		}
	}
	event := func(id, thread string, members ...string) cluster.Event {
		return cluster.Event{ID: id, Thread: thread, Representative: members[0], Members: members, First: epoch, Last: epoch}
	}
	roundup := event("e3", "t3", "d")
	roundup.Mentions = []cluster.Mention{{Thread: "t1", Score: .5, Names: []string{"Nord"}}}
	return Batch{
		At: epoch,
		Delta: &cluster.Delta{
			Stories: []cluster.StoryChange{
				story("a", "The ferry is late.", "g1", "e1"), story("b", "The ferry is late!", "g1", "e1"),
				story("c", "Rain in the north.", "gc", "e2"), story("d", "Strike at the port.", "gd", "e3"),
				story("w", "Nothing yet.", "gw", ""),
			},
			Groups:  []cluster.Group{{ID: "g1", Representative: "a", Members: []string{"a", "b"}}},
			Events:  []cluster.Event{event("e1", "t1", "a", "b"), event("e2", "t1", "c"), roundup},
			Threads: []cluster.Thread{{ID: "t1", First: epoch, Last: epoch, Links: []cluster.Link{{Event: "e1"}, {Event: "e2"}}}},
			Sources: []cluster.SourceProfile{{Source: "Nord", Data: []byte("p")}},
		},
		Cursors: []Cursor{{Source: "archive", Data: []byte("7")}},
		Run:     &Run{ID: "r1", Started: epoch, Status: RunOK},
		Rejects: []Reject{{Path: "in.jsonl", Line: 3, Reason: "no text"}},
		Brought: []Brought{{Feed: "source:nord", Story: "a"}, {Feed: "source:nord", Story: "c"}},
	}
}

// damage is one thing that can be wrong with a store.
type damage struct {
	name string
	kind string // of the finding that it makes
	op   op
	sane map[string]string
}

// inflict does the damage; undo takes it back.
func (d *damage) inflict(t *testing.T, s *Store) (undo func()) {
	t.Helper()
	if err := s.writeOps(sealAll([]op{d.op})); err != nil {
		t.Fatal(err)
	}
	return func() {
		back := op{key: d.op.key, delete: true}
		if was, ok := d.sane[string(d.op.key)]; ok {
			back = op{key: d.op.key, value: []byte(was)}
		}
		if err := s.writeOps(sealAll([]op{back})); err != nil {
			t.Fatal(err)
		}
	}
}

// damages lists every kind of damage to the store that sound makes.
func damages(t *testing.T, sane map[string]string) []damage {
	first := func(table byte) []byte {
		keys := []string{}
		for key := range sane {
			if key[0] == table {
				keys = append(keys, key)
			}
		}
		if len(keys) == 0 {
			t.Fatalf("table %c is empty", table)
		}
		return []byte(slices.Min(keys))
	}
	last := func(table byte) []byte {
		key := ""
		for k := range sane {
			if k[0] == table {
				key = max(key, k)
			}
		}
		return []byte(key)
	}
	value := func(key []byte) []byte { return []byte(sane[string(key)]) }
	put := func(key, value []byte) op { return op{key: key, value: value} }
	gone := func(table byte) op { return op{key: first(table), delete: true} }
	change := func(table byte, edit func(b []byte) []byte) op {
		key := first(table)
		return put(key, edit(bytes.Clone(value(key))))
	}
	cut := func(b []byte) []byte { return b[:len(b)-1] }
	at := placeOf(epoch, keyOf("c"))
	editMeta := func(edit func(*meta)) op {
		m, err := decodeMeta(value(keyPlace(tabMeta, at)))
		if err != nil {
			t.Fatal(err)
		}
		edit(&m)
		return put(keyPlace(tabMeta, at), appendMeta(nil, &m))
	}
	editCounts := func(edit func(*counts)) op {
		c, err := decodeCounts(value([]byte{tabCounts}))
		if err != nil {
			t.Fatal(err)
		}
		edit(&c)
		return put([]byte{tabCounts}, encodeCounts(&c))
	}
	list := []damage{
		{name: "a story without index row", kind: BadStory, op: gone(tabIndex)},
		{name: "a story without meta row", kind: BadStory, op: gone(tabMeta)},
		{name: "a story without features", kind: BadStory, op: gone(tabFeatures)},
		{name: "a story without text", kind: BadStory, op: gone(tabText)},
		{name: "a cut meta row", kind: BadRecord, op: change(tabMeta, cut)},
		{name: "a cut text", kind: BadRecord, op: change(tabText, cut)},
		{name: "a cut features key", kind: BadRecord, op: put(cut(first(tabFeatures)), []byte{codecVersion})},
		{name: "features of another version", kind: BadRecord, op: change(tabFeatures, func(b []byte) []byte { b[0]++; return b })},
		{name: "another text", kind: BadStory, op: put(keyPlace(tabText, at), value(keyPlace(tabText, placeOf(epoch, keyOf("d")))))},
		{name: "another story under the key", kind: BadStory, op: editMeta(func(m *meta) { m.story.ID = "z" })},
		{name: "another time under the key", kind: BadStory, op: editMeta(func(m *meta) { m.story.Published = m.story.Published.AddDate(1, 0, 0) })},
		{name: "a version too few", kind: BadVersion, op: gone(tabVersion)},
		{name: "a version too many", kind: BadVersion, op: editMeta(func(m *meta) { m.versions = 3 })},
		{name: "a version of nothing", kind: BadVersion, op: put(keyVersion(keyOf("z"), [16]byte{}), value(first(tabVersion)))},
		{name: "a waiting row too few", kind: BadWaiting, op: gone(tabWaiting)},
		{name: "a waiting row too many", kind: BadWaiting, op: put(keyPlace(tabWaiting, at), nil)},
		{name: "a story in a group that lacks it", kind: BadGroup, op: editMeta(func(m *meta) { m.placement.Group = "g1" })},
		{name: "a group without record", kind: BadGroup, op: gone(tabGroup)},
		{name: "a group of nobody", kind: BadGroup, op: put(keyID(tabGroup, "g9"), encodeGroup(&cluster.Group{}))},
		{name: "a lone group of another story", kind: BadGroup, op: put(keyID(tabLone, "gc"), encodeLone(lone{kind: loneGroup, story: keyOf("d")}))},
		{name: "a group both alone and not", kind: BadGroup, op: put(keyID(tabLone, "g1"), encodeLone(lone{kind: loneGroup, story: keyOf("a")}))},
		{name: "a story in an event that lacks it", kind: BadEvent, op: editMeta(func(m *meta) { m.placement.Event = "e1" })},
		{name: "an event without record", kind: BadEvent, op: gone(tabEvent)},
		{name: "an event of nobody", kind: BadEvent, op: put(keyID(tabEvent, "e9"), encodeEvent(&cluster.Event{First: epoch, Last: epoch}))},
		{name: "a thread without record", kind: BadThread, op: gone(tabThread)},
		{name: "a thread without lone row", kind: BadThread, op: op{key: keyID(tabLone, "t3"), delete: true}},
		{name: "a lone thread of another event", kind: BadThread, op: put(keyID(tabLone, "t3"), encodeLone(lone{kind: loneThread, event: "e1"}))},
		{name: "a lone row of no kind", kind: BadRecord, op: put(keyID(tabLone, "x"), []byte{codecVersion, 'x'})},
		{name: "an event not in the time index", kind: BadIndex, op: gone(tabEventTime)},
		{name: "a thread not in the time index", kind: BadIndex, op: gone(tabThreadTime)},
		{name: "a mention not listed by thread", kind: BadIndex, op: gone(tabMention)},
		{name: "a mention listed by thread only", kind: BadIndex, op: put(keyMention("t1", "e1"), nil)},
		{name: "an event at another time", kind: BadIndex, op: put(keyTimeID(tabEventTime, epoch.AddDate(0, 1, 0), "e1"), encodeHead(epoch, 2))},
		{name: "a redirect to nothing", kind: BadRedirect, op: put(keyID(tabRedirect, "e-old"), encodeRedirect(&Redirect{Redirect: cluster.Redirect{To: "e77"}}))},
		{name: "a redirect in two steps", kind: BadRedirect, op: put(keyID(tabRedirect, "e-x"), encodeRedirect(&Redirect{Redirect: cluster.Redirect{To: "e-old"}}))},
		{name: "a circle", kind: BadRedirect, op: put(keyID(tabRedirect, "e-old"), encodeRedirect(&Redirect{Redirect: cluster.Redirect{To: "e-old"}}))},
		{name: "a redirect of what is in use", kind: BadRedirect, op: put(keyID(tabRedirect, "e2"), encodeRedirect(&Redirect{Redirect: cluster.Redirect{To: "e1"}}))},
		{name: "a redirect not listed by target", kind: BadRedirect, op: op{key: keyRedirectTo("e1", "e-old"), delete: true}},
		{name: "a redirect listed by target only", kind: BadRedirect, op: put(keyRedirectTo("e1", "e-z"), nil)},
		{name: "an entry of the journal that says otherwise", kind: BadJournal, op: change(tabJournal, func(b []byte) []byte {
			h, list, err := decodePage(b)
			if err != nil {
				t.Fatal(err)
			}
			var entries []byte
			for i := range list {
				if list[i].Object == "e2" {
					list[i].in[0] = keyOf("w")
				}
				entries = appendJournaled(entries, &list[i])
			}
			return encodePage(h, len(list), entries)
		})},
		{name: "an object that the index of the journal lacks", kind: BadJournal, op: gone(tabJournalOf)},
		{name: "an object that the index of the journal makes up", kind: BadJournal, op: put(keyID(tabJournalOf, "e9"), encodeSeqs([]uint64{1}))},
		{name: "an event that the journal lacks", kind: BadJournal, op: put(keyID(tabEvent, "e9"), value(first(tabEvent)))},
		{name: "a group that the journal lacks", kind: BadJournal, op: put(keyID(tabGroup, "g9"), value(first(tabGroup)))},
		{name: "a journal that begins late", kind: BadJournal, op: op{key: keyJournal(1), delete: true}},
		{name: "a journal that ends early", kind: BadCounts, op: op{key: last(tabJournal), delete: true}},
		{name: "a run without index", kind: BadRun, op: gone(tabRunIndex)},
		{name: "an index without run", kind: BadRun, op: gone(tabRun)},
		{name: "a reject too few", kind: BadRun, op: gone(tabReject)},
		{name: "rejects that nobody counted", kind: BadRun, op: gone(tabRejectCount)},
		{name: "a cursor under another name", kind: BadCursor, op: put(keyHash(tabCursor, "x"), encodeNamed("archive", nil))},
		{name: "a cut cursor", kind: BadRecord, op: change(tabCursor, cut)},
		{name: "a profile under another name", kind: BadCursor, op: put(keyHash(tabSource, "x"), encodeNamed("Nord", nil))},
		{name: "the state of a feed under another name", kind: BadFeed, op: put(keyHash(tabFeed, "x"), encodeFeed(&aFeed))},
		{name: "what a feed brought of a story that is not there", kind: BadFeed, op: put(keyBringer(keyOf("nobody"), FeedKey{}), encodeBringer(aTime))},
		{name: "what a feed brought without its index", kind: BadIndex, op: op{key: first(tabBrought), delete: true}},
		{name: "the state of a feed that cannot be read", kind: BadRecord, op: put(keyHash(tabFeed, aFeed.Name), encodeFeed(&aFeed)[:40])},
		{name: "a redo log", kind: BadRedo, op: put(keyRedoChunk(0), nil)},
		{name: "counts that are missing", kind: BadCounts, op: op{key: []byte{tabCounts}, delete: true}},
		{name: "stories miscounted", kind: BadCounts, op: editCounts(func(c *counts) { c.Stories++ })},
		{name: "texts miscounted", kind: BadCounts, op: editCounts(func(c *counts) { c.TextBytes-- })},
	}
	for i := range list {
		list[i].sane = sane
	}
	return list
}

// Every kind of damage is found, as what it is.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	s := sound(t)
	for _, test := range damages(t, dump(t, s)) {
		t.Run(test.name, func(t *testing.T) {
			undo := test.inflict(t, s)
			report, err := s.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(report.Findings, func(f Finding) bool { return f.Kind == test.kind && f.Count > 0 && len(f.Examples) > 0 }) {
				t.Errorf("no finding of kind %s in %+v", test.kind, report.Findings)
			}
			undo()
		})
	}
	clean(t, s)
}

// A flipped byte in a table file is found by checksum, and does not end the process.
func TestCheckFindsFlippedBytes(t *testing.T) {
	t.Parallel()
	s := create(t)
	m := newModel(rand.New(rand.NewPCG(5, 6)).IntN)
	for range 20 {
		if err := s.Commit(t.Context(), m.tick()); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tables, err := filepath.Glob(filepath.Join(s.dir, "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatalf("no table files: %v", err)
	}
	whole, err := os.ReadFile(tables[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, offset := range []int{100, len(whole) / 3, len(whole) / 2} {
		flipped := bytes.Clone(whole)
		flipped[offset] ^= 0x10
		if err := os.WriteFile(tables[0], flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), s.dir, Options{ReadOnly: true})
		if err != nil {
			if !strings.Contains(err.Error(), ErrCorrupt.Error()) {
				t.Errorf("byte %d: open: %v", offset, err)
			}
			continue
		}
		report, err := s.Check(t.Context())
		if err != nil {
			t.Errorf("byte %d: check: %v", offset, err)
		}
		if !slices.ContainsFunc(report.Findings, func(f Finding) bool { return f.Kind == BadChecksum }) {
			t.Errorf("byte %d: no checksum finding in %+v", offset, report.Findings)
		}
		s.Close()
	}
}
