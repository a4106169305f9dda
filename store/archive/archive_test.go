package archive_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/store/archive"
)

var epoch = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

// write makes a backup of rows, or of what differs from a chain whose state is before.
func write(t require, path string, h archive.Header, before, rows map[string]string) archive.Info {
	t.Helper()
	w, err := archive.Create(path, h)
	if err != nil {
		t.Fatal(err)
	}
	var state archive.State
	all := maps.Clone(rows)
	for key := range before {
		if _, ok := rows[key]; !ok {
			all[key] = ""
		}
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		value, ok := rows[key]
		old, had := before[key]
		switch {
		case !ok:
			err = w.Delete([]byte(key))
		case !had || old != value:
			err = w.Put([]byte(key), []byte(value), archive.Hash([]byte(value)))
		}
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			state.Add([]byte(key), archive.Hash([]byte(value)), len(value))
		}
	}
	if err := w.Finish(&state); err != nil {
		t.Fatal(err)
	}
	if err := w.Publish(); err != nil {
		t.Fatal(err)
	}
	if err := w.Abort(); err != nil {
		t.Fatal(err)
	}
	info, err := archive.Inspect(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// require is what testing.T and rapid.T have in common.
type require interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func read(t *testing.T, chain []archive.Info, values bool) map[string]string {
	t.Helper()
	rows, err := archive.Merge(t.Context(), chain, values)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got := map[string]string{}
	for {
		more, err := rows.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return got
		}
		got[string(rows.Key)] = string(rows.Value)
	}
}

func child(parent archive.Info) archive.Header {
	return archive.Header{Schema: 2, Lineage: "x", Created: epoch, Parent: parent.ID, Sequence: parent.Sequence + 1}
}

var full = archive.Header{Schema: 2, Features: 3, Params: "p", Lineage: "x", Created: epoch, JournalFrom: 1, JournalTo: 9, Stories: 4}

// bulk is more than a block, with values of all sizes.
func bulk(seed uint64, n int) map[string]string {
	r := rand.New(rand.NewPCG(seed, 0))
	rows := map[string]string{}
	for i := range n {
		value := make([]byte, r.IntN(3000))
		if i%3 == 0 {
			for j := range value {
				value[j] = byte(r.Uint32())
			}
		}
		rows[fmt.Sprintf("table%d/%08x", i%5, r.Uint32())] = string(value)
	}
	rows["empty"] = ""
	return rows
}

// Whatever chain is written, reading it gives the rows of its last backup.
func TestChainGivesLastState(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "chain")
		if err != nil {
			rt.Fatal(err)
		}
		keys := rapid.StringN(1, 6, 20)
		state := map[string]string{}
		var before map[string]string
		var files []string
		h := full
		for n := range rapid.IntRange(1, 6).Draw(rt, "backups") {
			for range rapid.IntRange(0, 10).Draw(rt, "writes") {
				state[keys.Draw(rt, "key")] = rapid.StringN(0, 10, 100).Draw(rt, "value")
			}
			for _, key := range slices.Sorted(maps.Keys(state)) {
				if rapid.IntRange(0, 3).Draw(rt, "delete") == 0 {
					delete(state, key)
				}
			}
			path := filepath.Join(dir, fmt.Sprintf("%d.ssb", n))
			info := write(rt, path, h, before, state)
			files = append(files, path)
			h, before = child(info), maps.Clone(state)
		}
		chain, err := archive.Chain(files[len(files)-1:])
		if err != nil {
			rt.Fatal(err)
		}
		if len(chain) != len(files) {
			rt.Fatalf("a chain of %d, expected %d", len(chain), len(files))
		}
		if err := archive.Verify(t.Context(), chain, nil); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(state, read(t, chain, true)); diff != "" {
			rt.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// Keys are read without values, of files of many blocks too.
func TestKeysOnly(t *testing.T) {
	dir := t.TempDir()
	rows := bulk(1, 5000)
	info := write(t, filepath.Join(dir, "full.ssb"), full, nil, rows)
	if info.Blocks < 5 || info.StateRows != int64(len(rows)) || info.Stories != 4 || !info.Created.Equal(epoch) {
		t.Errorf("%+v", info)
	}
	got := read(t, []archive.Info{info}, false)
	for _, value := range got {
		if value != "" {
			t.Fatal("a value was read")
		}
	}
	if len(got) != len(rows) {
		t.Errorf("%d keys, expected %d", len(got), len(rows))
	}
	if diff := cmp.Diff(rows, read(t, []archive.Info{info}, true)); diff != "" {
		t.Error("other rows than were written")
	}
}

// Any byte that is flipped, anywhere in a file, is found before anything is believed; so is every cut.
func TestDamageIsFound(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "full.ssb")
	write(t, path, full, nil, map[string]string{"a": "alpha", "b": strings.Repeat("beta", 100), "c": ""})
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	verify := func(data []byte) error {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		chain, err := archive.Chain([]string{path})
		if err != nil {
			return err
		}
		return archive.Verify(t.Context(), chain, nil)
	}
	known := func(err error) bool {
		return errors.Is(err, archive.ErrDamaged) || errors.Is(err, archive.ErrForeign) || errors.Is(err, archive.ErrVersion)
	}
	for i := range whole {
		for _, bit := range []byte{1, 0x80} {
			data := slices.Clone(whole)
			data[i] ^= bit
			if err := verify(data); !known(err) {
				t.Errorf("byte %d of %d: %v", i, len(whole), err)
			}
		}
	}
	for n := range whole {
		if err := verify(whole[:n]); !known(err) {
			t.Errorf("cut to %d of %d bytes: %v", n, len(whole), err)
		}
	}
	if err := verify(append(slices.Clone(whole), 0)); !known(err) {
		t.Errorf("with a byte more: %v", err)
	}
	if err := verify(append(slices.Clone(whole), whole...)); !known(err) {
		t.Errorf("twice: %v", err)
	}
	if err := verify(whole); err != nil {
		t.Errorf("as it was: %v", err)
	}
}

// What is no backup is said to be none, and one of a later container is not called damaged.
func TestForeignFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	for name, test := range map[string]struct {
		data string
		want error
	}{
		"empty":       {"", archive.ErrForeign},
		"text":        {"These are my notes, and they are longer than any header could be.", archive.ErrForeign},
		"gzip":        {"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", archive.ErrForeign},
		"start only":  {"\x89SSB\r\n", archive.ErrDamaged},
		"line ends":   {"\x89SSB\n\x1a\n\x00\x00\x00\x01", archive.ErrForeign},
		"later":       {"\x89SSB\r\n\x1a\n\x00\x00\x00\x02 what comes is not known", archive.ErrVersion},
		"no blocks":   {"\x89SSB\r\n\x1a\n\x00\x00\x00\x01", archive.ErrDamaged},
		"only zeroes": {"\x89SSB\r\n\x1a\n\x00\x00\x00\x01" + strings.Repeat("\x00", 200), archive.ErrDamaged},
	} {
		if err := os.WriteFile(path, []byte(test.data), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Inspect(path); !errors.Is(err, test.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, expected %v", name, err, test.want)
		}
	}
	if _, err := archive.Inspect(dir); !errors.Is(err, archive.ErrForeign) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := archive.Inspect(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing: %v", err)
	}
}

// A chain is put together from what is named and what lies beside it; what does not fit is refused.
func TestChain(t *testing.T) {
	dir, far := t.TempDir(), t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	states := []map[string]string{{"a": "1"}, {"a": "2"}, {"b": "3"}}
	infos := []archive.Info{write(t, at("0.ssb"), full, nil, states[0])}
	for i := 1; i < len(states); i++ {
		infos = append(infos, write(t, at(fmt.Sprintf("%d.ssb", i)), child(infos[i-1]), states[i-1], states[i]))
	}
	other := write(t, at("other.ssb"), full, nil, map[string]string{"z": "z"})
	write(t, at("branch.ssb"), child(infos[1]), states[1], map[string]string{"q": "q"})
	if err := os.WriteFile(at("notes.ssb"), []byte("no backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, files := range [][]string{{"2.ssb"}, {"0.ssb", "2.ssb"}, {"2.ssb", "1.ssb", "0.ssb"}, {"2.ssb", "2.ssb"}} {
		paths := []string{}
		for _, f := range files {
			paths = append(paths, at(f))
		}
		chain, err := archive.Chain(paths)
		if err != nil || len(chain) != 3 {
			t.Errorf("%v: %d backups, %v", files, len(chain), err)
		}
	}
	refused := func(what string, files ...string) {
		t.Helper()
		if _, err := archive.Chain(files); !errors.Is(err, archive.ErrChain) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("nothing")
	refused("two full ones", at("0.ssb"), other.Path)
	refused("two branches", at("2.ssb"), at("branch.ssb"))
	copied := filepath.Join(far, "2.ssb")
	data, err := os.ReadFile(at("2.ssb"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, data, 0o600); err != nil {
		t.Fatal(err)
	}
	refused("an orphan", copied)
	refused("an orphan with its grandparent", copied, filepath.Join(dir, "0.ssb"), other.Path)
	if chain, err := archive.Chain([]string{copied, at("1.ssb")}); err != nil || len(chain) != 3 {
		t.Errorf("from two folders: %d, %v", len(chain), err)
	}
	// A child that claims more than it can know.
	liar := write(t, at("liar.ssb"), child(infos[2]), map[string]string{"never": "there"}, map[string]string{"b": "3"})
	chain, err := archive.Chain([]string{liar.Path})
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.Verify(t.Context(), chain, nil); !errors.Is(err, archive.ErrChain) {
		t.Errorf("a deletion of what was never there: %v", err)
	}
	liar = write(t, at("liar2.ssb"), child(infos[2]), map[string]string{"b": "9", "c": "9"}, map[string]string{"b": "3", "c": "9"})
	if chain, err = archive.Chain([]string{liar.Path}); err != nil {
		t.Fatal(err)
	}
	if err := archive.Verify(t.Context(), chain, nil); !errors.Is(err, archive.ErrChain) {
		t.Errorf("a state that does not come out: %v", err)
	}
	list, problems, err := archive.List(dir)
	if err != nil || len(list) != 7 || len(problems) != 1 {
		t.Errorf("%d backups, %v, %v", len(list), problems, err)
	}
}

// A backup never takes the place of a file, not of one that came while it was written either, and leaves nothing when it
// is given up.
func TestNothingIsReplaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "b.ssb")
	w, err := archive.Create(path, full)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(&archive.State{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Publish(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("publish: %v", err)
	}
	if err := w.Abort(); err != nil {
		t.Error(err)
	}
	if _, err := archive.Create(path, full); !errors.Is(err, fs.ErrExist) {
		t.Errorf("create: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	if data, _ := os.ReadFile(path); string(data) != "precious" {
		t.Errorf("the file was replaced by %q", data)
	}
}

// Rows have to come in order.
func TestRowsOutOfOrder(t *testing.T) {
	w, err := archive.Create(filepath.Join(t.TempDir(), "b.ssb"), full)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if err := errors.Join(w.Put([]byte("b"), nil, archive.Hash(nil)), w.Delete([]byte("c"))); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"c", "b", "a"} {
		if err := w.Put([]byte(key), nil, 0); err == nil {
			t.Errorf("%s after c", key)
		}
	}
}

// FuzzInspect: whatever a file holds, reading it ends with an error or with rows, and never by a panic.
func FuzzInspect(f *testing.F) {
	dir := f.TempDir()
	path := filepath.Join(dir, "seed.ssb")
	w, err := archive.Create(path, full)
	if err != nil {
		f.Fatal(err)
	}
	var state archive.State
	for _, key := range []string{"a", "ab", "b"} {
		value := []byte(strings.Repeat(key, 50))
		if err := w.Put([]byte(key), value, archive.Hash(value)); err != nil {
			f.Fatal(err)
		}
		state.Add([]byte(key), archive.Hash(value), len(value))
	}
	if err := errors.Join(w.Finish(&state), w.Publish()); err != nil {
		f.Fatal(err)
	}
	seed, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add(seed[:len(seed)/2])
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "x.ssb")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		chain, err := archive.Chain([]string{path})
		if err == nil {
			err = archive.Verify(t.Context(), chain, nil)
		}
		if err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
	})
}
