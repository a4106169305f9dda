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

// Every kind of damage is found, as what it is.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	s := sound(t)
	sane := dump(t, s)
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
	for _, test := range []struct {
		name string
		kind string
		op   op
	}{
		{"a story without index row", BadStory, gone(tabIndex)},
		{"a story without meta row", BadStory, gone(tabMeta)},
		{"a story without features", BadStory, gone(tabFeatures)},
		{"a story without text", BadStory, gone(tabText)},
		{"a cut meta row", BadRecord, change(tabMeta, cut)},
		{"a cut text", BadRecord, change(tabText, cut)},
		{"a cut features key", BadRecord, put(cut(first(tabFeatures)), []byte{codecVersion})},
		{"features of another version", BadRecord, change(tabFeatures, func(b []byte) []byte { b[0]++; return b })},
		{"another text", BadStory, put(keyPlace(tabText, at), value(keyPlace(tabText, placeOf(epoch, keyOf("d")))))},
		{"another story under the key", BadStory, editMeta(func(m *meta) { m.story.ID = "z" })},
		{"another time under the key", BadStory, editMeta(func(m *meta) { m.story.Published = m.story.Published.AddDate(1, 0, 0) })},
		{"a version too few", BadVersion, gone(tabVersion)},
		{"a version too many", BadVersion, editMeta(func(m *meta) { m.versions = 3 })},
		{"a version of nothing", BadVersion, put(keyVersion(keyOf("z"), [16]byte{}), value(first(tabVersion)))},
		{"a waiting row too few", BadWaiting, gone(tabWaiting)},
		{"a waiting row too many", BadWaiting, put(keyPlace(tabWaiting, at), nil)},
		{"a story in a group that lacks it", BadGroup, editMeta(func(m *meta) { m.placement.Group = "g1" })},
		{"a group without record", BadGroup, gone(tabGroup)},
		{"a group of nobody", BadGroup, put(keyID(tabGroup, "g9"), encodeGroup(&cluster.Group{}))},
		{"a lone group of another story", BadGroup, put(keyID(tabLone, "gc"), encodeLone(lone{kind: loneGroup, story: keyOf("d")}))},
		{"a group both alone and not", BadGroup, put(keyID(tabLone, "g1"), encodeLone(lone{kind: loneGroup, story: keyOf("a")}))},
		{"a story in an event that lacks it", BadEvent, editMeta(func(m *meta) { m.placement.Event = "e1" })},
		{"an event without record", BadEvent, gone(tabEvent)},
		{"an event of nobody", BadEvent, put(keyID(tabEvent, "e9"), encodeEvent(&cluster.Event{First: epoch, Last: epoch}))},
		{"a thread without record", BadThread, gone(tabThread)},
		{"a thread without lone row", BadThread, op{key: keyID(tabLone, "t3"), delete: true}},
		{"a lone thread of another event", BadThread, put(keyID(tabLone, "t3"), encodeLone(lone{kind: loneThread, event: "e1"}))},
		{"a lone row of no kind", BadRecord, put(keyID(tabLone, "x"), []byte{codecVersion, 'x'})},
		{"an event not in the time index", BadIndex, gone(tabEventTime)},
		{"a thread not in the time index", BadIndex, gone(tabThreadTime)},
		{"a mention not listed by thread", BadIndex, gone(tabMention)},
		{"a mention listed by thread only", BadIndex, put(keyMention("t1", "e1"), nil)},
		{"an event at another time", BadIndex, put(keyTimeID(tabEventTime, epoch.AddDate(0, 1, 0), "e1"), encodeHead(epoch, 2))},
		{"a redirect to nothing", BadRedirect, put(keyID(tabRedirect, "e-old"), encodeRedirect(&Redirect{Redirect: cluster.Redirect{To: "e77"}}))},
		{"a redirect in two steps", BadRedirect, put(keyID(tabRedirect, "e-x"), encodeRedirect(&Redirect{Redirect: cluster.Redirect{To: "e-old"}}))},
		{"a circle", BadRedirect, put(keyID(tabRedirect, "e-old"), encodeRedirect(&Redirect{Redirect: cluster.Redirect{To: "e-old"}}))},
		{"a redirect of what is in use", BadRedirect, put(keyID(tabRedirect, "e2"), encodeRedirect(&Redirect{Redirect: cluster.Redirect{To: "e1"}}))},
		{"a redirect not listed by target", BadRedirect, op{key: keyRedirectTo("e1", "e-old"), delete: true}},
		{"a redirect listed by target only", BadRedirect, put(keyRedirectTo("e1", "e-z"), nil)},
		{"an entry of the journal that says otherwise", BadJournal, change(tabJournal, func(b []byte) []byte {
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
		{"an object that the index of the journal lacks", BadJournal, gone(tabJournalOf)},
		{"an object that the index of the journal makes up", BadJournal, put(keyID(tabJournalOf, "e9"), encodeSeqs([]uint64{1}))},
		{"an event that the journal lacks", BadJournal, put(keyID(tabEvent, "e9"), value(first(tabEvent)))},
		{"a group that the journal lacks", BadJournal, put(keyID(tabGroup, "g9"), value(first(tabGroup)))},
		{"a journal that begins late", BadJournal, op{key: keyJournal(1), delete: true}},
		{"a journal that ends early", BadCounts, op{key: last(tabJournal), delete: true}},
		{"a run without index", BadRun, gone(tabRunIndex)},
		{"an index without run", BadRun, gone(tabRun)},
		{"a reject too few", BadRun, gone(tabReject)},
		{"rejects that nobody counted", BadRun, gone(tabRejectCount)},
		{"a cursor under another name", BadCursor, put(keyHash(tabCursor, "x"), encodeNamed("archive", nil))},
		{"a cut cursor", BadRecord, change(tabCursor, cut)},
		{"a profile under another name", BadCursor, put(keyHash(tabSource, "x"), encodeNamed("Nord", nil))},
		{"the state of a feed under another name", BadFeed, put(keyHash(tabFeed, "x"), encodeFeed(&aFeed))},
		{"what a feed brought of a story that is not there", BadFeed, put(keyBringer(keyOf("nobody"), FeedKey{}), encodeBringer(aTime))},
		{"what a feed brought without its index", BadIndex, op{key: first(tabBrought), delete: true}},
		{"the state of a feed that cannot be read", BadRecord, put(keyHash(tabFeed, aFeed.Name), encodeFeed(&aFeed)[:40])},
		{"a redo log", BadRedo, put(keyRedoChunk(0), nil)},
		{"counts that are missing", BadCounts, op{key: []byte{tabCounts}, delete: true}},
		{"stories miscounted", BadCounts, editCounts(func(c *counts) { c.Stories++ })},
		{"texts miscounted", BadCounts, editCounts(func(c *counts) { c.TextBytes-- })},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := s.writeOps(sealAll([]op{test.op})); err != nil {
				t.Fatal(err)
			}
			report, err := s.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(report.Findings, func(f Finding) bool { return f.Kind == test.kind && f.Count > 0 && len(f.Examples) > 0 }) {
				t.Errorf("no finding of kind %s in %+v", test.kind, report.Findings)
			}
			undo := op{key: test.op.key, delete: true}
			if was, ok := sane[string(test.op.key)]; ok {
				undo = op{key: test.op.key, value: []byte(was)}
			}
			if err := s.writeOps(sealAll([]op{undo})); err != nil {
				t.Fatal(err)
			}
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
