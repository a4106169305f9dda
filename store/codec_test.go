package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/constraint"
	"github.com/samestory/samestory/cluster/event"
)

var (
	aTime  = time.Date(2026, 3, 14, 9, 26, 53, 589793238, time.UTC)
	aStory = cluster.Story{
		ID: "https://post.example/a?id=1", URL: "https://post.example/a", Title: "Ferry strike ends",
		Source: "Harbour Post", Author: "M. Lind", Lang: "en", Published: aTime, Precision: cluster.Day,
		Updated: aTime.Add(time.Hour), Arrived: aTime.Add(2 * time.Hour),
	}
	aMeta = meta{
		story: aStory, content: [16]byte{1, 2, 3}, words: 412, size: 2571, versions: 3,
		placement: cluster.Placement{
			Story: aStory.ID, Group: "gabcdefghjk", Event: "eabcdefghjk", Series: "fares",
			Copy: cluster.Copy{Relation: cluster.Excerpt, Jaccard: .25, Contained: 1, Contains: .5},
		},
	}
	anExpired = meta{
		story: aStory, content: [16]byte{1, 2, 3}, words: 412, size: 2571, versions: 3,
		placement: cluster.Placement{Story: aStory.ID, Group: "gabcdefghjk", Event: "eabcdefghjk"},
		expired:   true, first: aTime.Add(-time.Hour),
	}
	aRun = Run{
		ID: "r1", Job: "feeds", Started: aTime, Ended: aTime.Add(time.Minute), Status: RunPartial, Ticks: 2, Read: 900,
		New: 800, Revised: 7, Unchanged: 93, Rejected: 5, Groups: 31, Events: 500, Threads: 20, Error: "one feed failed",
		Notes: []string{"slow", "cut"},
	}
	embeddedRun = Run{
		ID: "r2", Job: "tick", Started: aTime, Ended: aTime.Add(time.Minute), Status: RunOK,
		Embeddings: RunEmbeddings{Made: 12, Cached: 3, Missing: 1, Reason: "timeout"},
	}
)

// form is one kind of record: how to write a value of it and how to read it back.
type form struct {
	name   string
	value  any
	encode func(any) []byte
	decode func([]byte) (any, error)
}

func formOf[T any](name string, value T, encode func(T) []byte, decode func([]byte) (T, error)) form {
	return form{
		name: name, value: value,
		encode: func(v any) []byte { return encode(v.(T)) },
		decode: func(b []byte) (any, error) { return decode(b) },
	}
}

type named struct {
	name string
	data []byte
}

type head struct {
	first   time.Time
	members int
}

// anEmbedding is rounded to 127, -127, 64, 0.
func anEmbedding() *cluster.Embedding {
	e, err := event.NewEmbedding([]float64{.5, -.5, .25, 0})
	if err != nil {
		panic(err)
	}
	return e
}

// forms are all kinds of records, each with a value that has every field set.
func forms() []form {
	keys := []storyKey{keyOf("a"), keyOf("b")}
	return []form{
		formOf("header", Header{Features: 3, Params: "p1"},
			func(h Header) []byte { return encodeHeader(&h) },
			func(b []byte) (Header, error) { _, h, err := decodeHeader(b); return h, err }),
		formOf("counts", counts{Counts: Counts{
			Stories: 1, Versions: 2, Waiting: 3, Groups: 4, Events: 5, Threads: 6, Redirects: 7, Sources: 8, Cursors: 9,
			Runs: 10, Changes: 11, TextBytes: 1 << 40, Expired: 17,
		}, longestEvent: 13, longestThread: 14, complete: 15, baseline: 16, journaled: aTime},
			func(c counts) []byte { return encodeCounts(&c) }, decodeCounts),
		formOf("story", aMeta, func(m meta) []byte { return appendMeta(nil, &m) }, decodeMeta),
		formOf("story that has expired", anExpired, func(m meta) []byte { return appendMeta(nil, &m) }, decodeMeta),
		formOf("version", version{story: aStory, content: [16]byte{9}, words: 3, text: []byte("packed")},
			func(v version) []byte { return appendVersion(nil, &v) }, decodeVersion),
		formOf("features", []byte("blob"), func(b []byte) []byte { return appendFeatures(nil, b) }, decodeFeatures),
		formOf("group", groupRow{representative: keys[0], members: keys},
			func(groupRow) []byte {
				return encodeGroup(&cluster.Group{Representative: "a", Members: []string{"a", "b"}})
			}, decodeGroup),
		formOf("event", eventRow{
			event: cluster.Event{
				ID: "e1", Thread: "t1", First: aTime, Last: aTime.Add(time.Hour), Lang: "en",
				Names: []string{"Port of Nord", "Lind"}, Cohesion: .875,
			},
			representative: keys[1], members: keys,
		}, func(e eventRow) []byte {
			e.event.Representative, e.event.Members = "b", []string{"a", "b"}
			return encodeEvent(&e.event)
		}, func(b []byte) (eventRow, error) { return decodeEvent("e1", b) }),
		formOf("event that knows its first entry", eventRow{
			event:          cluster.Event{ID: "e1", Thread: "t1", First: aTime, Last: aTime, Lang: "en", Cohesion: 1},
			representative: keys[0], members: keys[:1], began: 300,
		}, func(e eventRow) []byte {
			e.event.Representative, e.event.Members = "a", []string{"a"}
			return withBegan(encodeEvent(&e.event), e.began)
		}, func(b []byte) (eventRow, error) { return decodeEvent("e1", b) }),
		formOf("event told in two languages", eventRow{
			event: cluster.Event{
				ID: "e1", Thread: "t1", First: aTime, Last: aTime.Add(time.Hour), Lang: "en",
				Names: []string{"Port of Nord"}, Cohesion: 1, Happening: "e0",
				Counterparts: []cluster.Counterpart{
					{Event: "e0", Probability: .75, Shared: []string{"nord", "lind ~ linda"}, Terms: []string{"strike"}},
				},
			},
			representative: keys[1], members: keys,
		}, func(e eventRow) []byte {
			e.event.Representative, e.event.Members = "b", []string{"a", "b"}
			return encodeEvent(&e.event)
		}, func(b []byte) (eventRow, error) { return decodeEvent("e1", b) }),
		formOf("event that mentions threads", eventRow{
			event: cluster.Event{
				ID: "e1", Thread: "t1", First: aTime, Last: aTime, Lang: "en", Names: []string{"Lind"}, Cohesion: 1,
				Mentions: []cluster.Mention{
					{Thread: "t2", Score: .5, Names: []string{"Nord"}, Terms: []string{"strike"}},
					{Thread: "t3", Score: .25},
				},
			},
			representative: keys[0], members: keys[:1],
		}, func(e eventRow) []byte {
			e.event.Representative, e.event.Members = "a", []string{"a"}
			return encodeEvent(&e.event)
		}, func(b []byte) (eventRow, error) { return decodeEvent("e1", b) }),
		formOf("event told in two languages that mentions a thread", eventRow{
			event: cluster.Event{
				ID: "e1", Thread: "t1", First: aTime, Last: aTime, Lang: "en", Cohesion: 1, Happening: "e1",
				Counterparts: []cluster.Counterpart{{Event: "e2", Probability: .5}},
				Mentions:     []cluster.Mention{{Thread: "t2", Score: .25}},
			},
			representative: keys[0], members: keys[:1],
		}, func(e eventRow) []byte {
			e.event.Representative, e.event.Members = "a", []string{"a"}
			return encodeEvent(&e.event)
		}, func(b []byte) (eventRow, error) { return decodeEvent("e1", b) }),
		formOf("thread", cluster.Thread{
			ID: "t1", First: aTime, Last: aTime.Add(48 * time.Hour),
			Links: []cluster.Link{
				{Event: "e1", Kind: "founding", Score: 1},
				{Event: "e2", Kind: "follow-up", Score: .5, Names: []string{"Lind"}, Terms: []string{"strike"}},
			},
		}, func(t cluster.Thread) []byte { return encodeThread(&t) },
			func(b []byte) (cluster.Thread, error) { return decodeThread("t1", b) }),
		formOf("series", seriesRow{series: cluster.Series{ID: "s1", Pattern: "Harbour dues: {number}"}, founder: keys[0]},
			func(s seriesRow) []byte {
				s.series.Founder = "a"
				return encodeSeries(&s.series)
			}, func(b []byte) (seriesRow, error) { return decodeSeries("s1", b) }),
		formOf("head", head{first: aTime.Truncate(time.Second), members: 12},
			func(h head) []byte { return encodeHead(h.first, h.members) },
			func(b []byte) (head, error) { first, n, err := decodeHead(b); return head{first, n}, err }),
		formOf("lone group", lone{kind: loneGroup, story: keys[0]}, encodeLone, decodeLone),
		formOf("lone thread", lone{kind: loneThread, event: "e1"}, encodeLone, decodeLone),
		formOf("redirect", Redirect{Redirect: cluster.Redirect{From: "e1", To: "e2", Reason: "merged"}, At: aTime},
			func(r Redirect) []byte { return encodeRedirect(&r) },
			func(b []byte) (Redirect, error) { return decodeRedirect("e1", b) }),
		formOf("run", aRun, func(r Run) []byte { return encodeRun(&r) }, decodeRun),
		formOf("run with embeddings", embeddedRun, func(r Run) []byte { return encodeRun(&r) }, decodeRun),
		formOf("feed", aFeed, func(f FeedState) []byte { return encodeFeed(&f) }, decodeFeed),
		formOf("embedding", anEmbedding(), encodeEmbedding, decodeEmbedding),
		formOf("reject", Reject{Path: "in.jsonl", Line: 12, Reason: "no text", Excerpt: `{"id":1}`},
			func(r Reject) []byte { return encodeReject(&r) }, decodeReject),
		formOf("total", 1234, encodeTotal, decodeTotal),
		formOf("named", named{"archive", []byte{1, 2}},
			func(n named) []byte { return encodeNamed(n.name, n.data) },
			func(b []byte) (named, error) {
				name, data, err := decodeNamed("named", b)
				return named{name, data}, err
			}),
		formOf("page of the journal", journalOf{pageHead{at: aTime, run: "r1"}, someEntries(keys)}, func(j journalOf) []byte {
			var entries []byte
			for i := range j.entries {
				entries = appendJournaled(entries, &j.entries[i])
			}
			return encodePage(j.pageHead, len(j.entries), entries)
		}, func(b []byte) (journalOf, error) {
			head, entries, err := decodePage(b)
			return journalOf{head, entries}, err
		}),
		formOf("index of the journal", []uint64{3, 4, 900}, encodeSeqs, decodeSeqs),
		formOf("override", cluster.Override{
			Number: 7, Kind: cluster.OverrideSplit, Level: constraint.Thread, Objects: []string{"t1", "e2"}, A: []string{"a"},
			B: []string{"b", "c"}, Author: "ada", Note: "two fires", At: aTime,
		}, func(o cluster.Override) []byte { return encodeOverride(&o) },
			func(b []byte) (cluster.Override, error) { return decodeOverride(7, b) }),
		formOf("override that was undone", cluster.Override{
			Number: 7, Kind: cluster.OverrideRename, Objects: []string{"e2"}, Title: "Fire at the depot", Author: "ada", At: aTime,
			Undone: &cluster.Undo{Author: "grace", Note: "no", At: aTime.Add(time.Hour)},
		}, func(o cluster.Override) []byte { return encodeOverride(&o) },
			func(b []byte) (cluster.Override, error) { return decodeOverride(7, b) }),
		formOf("redo", []op{{key: []byte("k"), value: []byte("v")}, {key: []byte("gone"), delete: true}},
			func(ops []op) []byte {
				var b []byte
				for _, o := range ops {
					b = appendOp(b, o)
				}
				return b
			}, func(b []byte) ([]op, error) { return decodeOps(nil, b) }),
	}
}

// journalOf is a page of the journal.
type journalOf struct {
	pageHead
	entries []journaled
}

// someEntries are entries with every field set, at every kind of level.
func someEntries(keys []storyKey) []journaled {
	margin := -.125
	return []journaled{
		{
			Change: cluster.Change{Level: cluster.LevelEvent, Kind: cluster.Created, After: cluster.State{Size: 1, Cohesion: 1}},
			in:     keys[:1], repAfter: keys[0], founder: true,
		},
		{
			Change: cluster.Change{
				Level: cluster.LevelEvent, Kind: cluster.Changed, Object: "e1", Other: "e2", Reason: "mean link .62, needs .46",
				Before: cluster.State{Size: 1, Thread: "t1", Cohesion: 1}, Margin: &margin,
				After: cluster.State{Size: 1, Thread: "t1", Title: "Strike", Cohesion: .625},
			},
			in: keys[:1], out: keys[1:], repBefore: keys[1], repAfter: keys[1],
		},
		{
			Change: cluster.Change{
				Level: cluster.LevelThread, Kind: cluster.Grew, Object: "t1", In: []string{"e2", "e3"}, Out: []string{"e4"},
				Links: []string{"saga", "of another kind"}, Before: cluster.State{Size: 2}, After: cluster.State{Size: 3},
				Reason: ReasonBaseline,
			},
		},
		{Change: cluster.Change{
			Level: cluster.LevelOverride, Kind: "pinned", Object: "o1", In: []string{"x"},
			Before: cluster.State{Representative: "a"}, After: cluster.State{Representative: "b", Title: "New"},
		}},
	}
}

var records = gocmp.AllowUnexported(journalOf{}, pageHead{}, journaled{}, meta{}, version{}, groupRow{}, eventRow{}, seriesRow{}, lone{}, named{}, head{}, counts{}, op{})

// The bytes of every record are fixed: a change of them is a change of the schema.
func TestGoldenBytes(t *testing.T) {
	var b strings.Builder
	for _, f := range forms() {
		fmt.Fprintf(&b, "%s\n%s", f.name, hex.Dump(f.encode(f.value)))
	}
	golden(t, "records.golden", b.String())
}

// The bytes of keys are fixed as well.
func TestGoldenKeys(t *testing.T) {
	k := keyOf("a")
	at := placeOf(aTime, k)
	var b strings.Builder
	for _, key := range [][]byte{
		keyStory(tabIndex, k), keyPlace(tabMeta, at), keyPlace(tabMeta, placeOf(time.Time{}, k)),
		keyVersion(k, [16]byte{1}), keyID(tabEvent, "e1"), keyTimeID(tabEventTime, aTime, "e1"), keyHash(tabCursor, "archive"),
		keyRun(aTime, "r1"), keyReject("r1", 7), keyJournal(258), keyRedirectTo("e2", "e1"), keyMention("t2", "e1"), keyRedoChunk(3),
		keyEmbedding([16]byte{1}, "model"), keyID(tabSeries, "s1"), keyEdition("s1", at), keyBringer(k, FeedKeyOf("a")), keyBrought(FeedKeyOf("a"), aTime, k),
	} {
		fmt.Fprintf(&b, "%c %x\n", key[0], key[1:])
	}
	golden(t, "keys.golden", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// Every record comes back as it was; cut short anywhere, or with bytes too many, it is refused.
func TestRecordsRoundTrip(t *testing.T) {
	for _, f := range forms() {
		t.Run(f.name, func(t *testing.T) {
			b := f.encode(f.value)
			got, err := f.decode(b)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(f.value, got, records, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			open := f.name == "features" || f.name == "lone thread" || f.name == "redo" // end where the record ends
			for n := range b {
				if _, err := f.decode(b[:n]); !errors.Is(err, ErrCorrupt) && !open {
					t.Errorf("cut to %d of %d bytes: %v", n, len(b), err)
				}
			}
			if _, err := f.decode(append(bytes.Clone(b), 0)); !errors.Is(err, ErrCorrupt) && !open {
				t.Errorf("with a byte too many: %v", err)
			}
			if f.name != "redo" {
				other := bytes.Clone(b)
				other[0] = b[0] + 1
				if _, err := f.decode(other); !errors.Is(err, ErrCorrupt) {
					t.Errorf("of another version: %v", err)
				}
			}
		})
	}
}

func TestStoriesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		anyTime := rapid.Custom(func(t *rapid.T) time.Time {
			return time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "s"),
				rapid.Int64Range(0, 999999999).Draw(t, "ns")).UTC()
		})
		text := rapid.String()
		want := meta{
			story: cluster.Story{
				ID: text.Draw(t, "id"), URL: text.Draw(t, "url"), Title: text.Draw(t, "title"), Source: text.Draw(t, "source"),
				Author: text.Draw(t, "author"), Lang: text.Draw(t, "lang"), Published: anyTime.Draw(t, "published"),
				Precision: cluster.Precision(rapid.IntRange(0, 2).Draw(t, "precision")), Updated: anyTime.Draw(t, "updated"),
				Arrived: anyTime.Draw(t, "arrived"),
			},
			words: rapid.IntRange(0, 1<<31-1).Draw(t, "words"), versions: rapid.IntRange(1, 99).Draw(t, "versions"),
			placement: cluster.Placement{
				Group: text.Draw(t, "group"), Event: text.Draw(t, "event"), Series: text.Draw(t, "series"),
				Copy: cluster.Copy{
					Relation: cluster.Relation(rapid.IntRange(0, 5).Draw(t, "relation")), Jaccard: rapid.Float64().Draw(t, "j"),
				},
			},
		}
		want.placement.Story = want.story.ID
		if rapid.Bool().Draw(t, "expired") {
			want.expired, want.first = true, anyTime.Draw(t, "first")
		}
		got, err := decodeMeta(appendMeta(nil, &want))
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, got, records); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestTextsRoundTrip(t *testing.T) {
	var stories []cluster.StoryChange
	for i := range 20 {
		stories = append(stories, cluster.StoryChange{Story: cluster.Story{Text: strings.Repeat(fmt.Sprintf("Ferry %d sails. ", i*i), 300)}})
	}
	plain, err := newTexts(nil)
	if err != nil {
		t.Fatal(err)
	}
	with, err := newTexts(makeDictionary(stories))
	if err != nil {
		t.Fatal(err)
	}
	if !with.dictionary {
		t.Fatal("no dictionary was made")
	}
	if makeDictionary(stories[:3]) != nil {
		t.Error("a dictionary was made of three texts")
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Repeat(rapid.String().Draw(t, "text"), rapid.IntRange(0, 50).Draw(t, "times"))
		for _, enc := range []*texts{plain, with} {
			got, err := with.decode(enc.encode(text)) // frames without the dictionary stay readable
			if err != nil || got != text {
				t.Fatalf("%q, %v", got, err)
			}
		}
	})
	packed := with.encode(strings.Repeat("The harbour is closed. ", 100))
	for n := range packed {
		if _, err := with.decode(packed[:n]); !errors.Is(err, ErrCorrupt) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
	if _, err := plain.decode(packed); !errors.Is(err, ErrCorrupt) {
		t.Errorf("without the dictionary: %v", err)
	}
}

func TestCountWords(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "   \n": 0, "one": 1, "The ferry's crew, 12 men.": 5, "l’été à Noël": 3, "港は閉鎖": 4, "港 closed": 2,
		"порт закрыт": 2, "\xff\xfe broken": 1, "أُغلِق الميناء": 2,
	} {
		if got := countWords(text); got != want {
			t.Errorf("%q: %d words, expected %d", text, got, want)
		}
	}
}

// Arbitrary bytes are refused or read, and what is read is written back the same.
func FuzzRecords(f *testing.F) {
	list := forms()
	for i, form := range list {
		f.Add(byte(i), form.encode(form.value))
	}
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		form := list[int(which)%len(list)]
		value, err := form.decode(b)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("%s: %v", form.name, err)
			}
			return
		}
		if form.name == "group" || form.name == "event" {
			return // written from ids, of which the record has only hashes
		}
		again, err := form.decode(form.encode(value))
		if err != nil {
			t.Fatalf("%s: written back: %v", form.name, err)
		}
		if diff := gocmp.Diff(value, again, records, cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: written back:\n%s", form.name, diff)
		}
	})
}

func FuzzTexts(f *testing.F) {
	dictionary := bytes.Repeat([]byte("The harbour is closed for ferries. "), 2000)
	list, err := newTexts(dictionary)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(list.encode("short"))
	f.Add(list.encode(strings.Repeat("The ferry is late. ", 40)))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := list.decode(b)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Error(err)
			}
			return
		}
		if again, err := list.decode(list.encode(text)); err != nil || again != text {
			t.Errorf("%q, %v", again, err)
		}
	})
}
