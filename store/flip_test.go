package store

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

// full makes a store with something in every table but those of a redo log.
func full(t *testing.T) *Store {
	t.Helper()
	s := sound(t)
	b := padded(20, 60)
	for i := range b.Delta.Stories {
		b.Delta.Stories[i].Story.Text = strings.Repeat(fmt.Sprintf("Ferry %d is late. ", i), 300) // enough for a dictionary
	}
	b.Delta.Stories[0].Placement.Series = "s1"
	b.Delta.Series = []cluster.Series{{ID: "s1", Founder: b.Delta.Stories[0].Story.ID, Pattern: "Weather, # March"}}
	b.Overrides = []cluster.Override{{Number: 1, Kind: cluster.OverrideRename, Objects: []string{"e1"}, Title: "Ferry", Author: "ed", At: epoch}}
	b.Embeddings = []Embedding{{Model: "m", Content: [16]byte{1}, Value: anEmbedding()}}
	b.Feeds = []FeedState{aFeed}
	if err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	clean(t, s)
	return s
}

// Any byte of any value that is flipped is found by Check, whatever table it is in.
func TestCheckFindsEveryFlip(t *testing.T) {
	t.Parallel()
	s := full(t)
	met := map[byte]int{}
	for table := range 256 {
		rows := dumpRaw(t, s, byte(table))
		for i, key := range slices.Sorted(func(yield func(string) bool) {
			for key := range rows {
				if !yield(key) {
					return
				}
			}
		}) {
			if i == 3 {
				break // one row is like the next
			}
			value := []byte(rows[key])
			stride := max(1, len(value)/24)
			for at := i % stride; at < len(value); at += stride {
				flipped := slices.Clone(value)
				flipped[at] ^= 1 << (at % 8)
				if err := s.writeOps([]op{{key: []byte(key), value: flipped}}); err != nil {
					t.Fatal(err)
				}
				met[byte(table)]++
				if r, err := s.Check(t.Context()); err == nil && r.OK() {
					t.Errorf("table %c: byte %d of %d of row %q is flipped and check finds nothing", table, at, len(value), key)
				}
			}
			if err := s.writeOps([]op{{key: []byte(key), value: value}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	clean(t, s)
	for _, k := range kinds() {
		if empty := strings.ContainsRune("wPoRb", rune(k.table)); k.table != 0 && (met[k.table] == 0) != empty {
			t.Errorf("table %c (%s): %d bytes were flipped", k.table, k.name, met[k.table])
		}
	}
}

// A byte that is flipped in any file of a store, closed or left by a crash, keeps it from being opened, is found by
// Check, or does nothing: no commit that was acknowledged goes missing unseen.
func TestFlippedFiles(t *testing.T) {
	t.Parallel()
	s := full(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	closed := copyStore(t, s.dir)
	s = reopen(t, s.dir, Options{})
	for n := range 4 {
		if err := s.Commit(t.Context(), victimBatch(4*n+1)); err != nil {
			t.Fatal(err)
		}
	}
	large := victimBatch(101)
	large.Run = &Run{ID: "long", Started: epoch, Status: RunOK}
	large.Run.Notes = []string{strings.Repeat("a value that goes to the value log ", 40<<10)}
	if err := s.Commit(t.Context(), large); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), victimBatch(201)); err != nil {
		t.Fatal(err)
	}
	crashed := copyStore(t, s.dir)
	random := rand.New(rand.NewPCG(7, 8))
	for name, dir := range map[string]string{"closed": closed, "crashed": crashed} {
		sane := reopen(t, copyStore(t, dir), Options{})
		want := dump(t, sane)
		kinds := map[string]bool{}
		for _, file := range filesOf(t, dir) {
			kinds[strings.TrimLeft(file, "0123456789")] = true
			for _, at := range positions(t, random, filepath.Join(dir, file)) {
				flipped := copyStore(t, dir)
				flipByte(t, filepath.Join(flipped, file), at)
				if verdict := survives(t, flipped, want); verdict != "" {
					t.Errorf("%s store, byte %d of %s is flipped: %s", name, at, file, verdict)
				}
			}
		}
		for _, kind := range []string{".sst", ".vlog", "MANIFEST", "KEYREGISTRY", "DISCARD", markName} {
			if !kinds[kind] {
				t.Errorf("%s store: there is no %s", name, kind)
			}
		}
		if kinds[".mem"] != (name == "crashed") {
			t.Errorf("%s store: logs: %t", name, kinds[".mem"])
		}
	}
}

func filesOf(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Type() == fs.FileMode(0) && e.Name() != "LOCK" {
			list = append(list, e.Name())
		}
	}
	return list
}

// positions chooses bytes of a file: its first and last ones that say something, and some between.
func positions(t *testing.T, random *rand.Rand, path string) []int64 {
	t.Helper()
	b, err := readLog(path)
	if err != nil {
		t.Fatal(err)
	}
	used := len(strings.TrimRight(string(b), "\x00"))
	if used == 0 {
		return []int64{0}
	}
	list := []int64{0, 5, int64(used) / 2, int64(used) - 1}
	some := 12
	if testing.Short() {
		some = 2
	}
	for range some {
		list = append(list, random.Int64N(int64(used)))
	}
	return slices.DeleteFunc(list, func(at int64) bool { return at >= int64(used) })
}

func flipByte(t *testing.T, path string, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b [1]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1 << (at % 8)
	if _, err := f.WriteAt(b[:], at); err != nil {
		t.Fatal(err)
	}
}

// survives opens a store, and says what is wrong with that; empty where it is refused, found or as it was.
func survives(t *testing.T, dir string, want map[string]string) string {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{MinFree: 1})
	if err != nil {
		return ""
	}
	defer s.Close()
	if r, err := s.Check(t.Context()); err != nil || !r.OK() {
		return ""
	}
	if diff := cmp.Diff(want, dump(t, s)); diff != "" {
		return fmt.Sprintf("it opens, check finds nothing, and the content is another: %.300s", diff)
	}
	return ""
}
