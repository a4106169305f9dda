package source

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// follow is one file or folder over several runs: each call reads what is new.
type follow struct {
	t      *testing.T
	dir    string
	spec   Spec
	cursor []byte
}

func newFollow(t *testing.T, paths ...string) *follow {
	f := &follow{t: t, dir: t.TempDir()}
	for _, p := range paths {
		f.spec.Paths = append(f.spec.Paths, filepath.Join(f.dir, p))
	}
	f.spec.Follow = true
	return f
}

func (f *follow) path(name string) string { return filepath.Join(f.dir, name) }

func (f *follow) write(name, content string) { write(f.t, f.path(name), content) }

func (f *follow) add(name, content string) {
	f.t.Helper()
	file, err := os.OpenFile(f.path(name), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		f.t.Fatal(err)
	}
	if _, err := file.WriteString(content); err != nil {
		f.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		f.t.Fatal(err)
	}
}

// age sets the file's time stamp back, as if nobody had written to it for an hour.
func (f *follow) age(name string) {
	f.t.Helper()
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(f.path(name), old, old); err != nil {
		f.t.Fatal(err)
	}
}

// reads runs once and says what should come.
func (f *follow) reads(want ...string) {
	f.t.Helper()
	f.spec.Cursor = f.cursor
	f.spec.Arrived = time.Now()
	got, cursor := read(f.t, f.dir, f.spec)
	f.cursor = saved(f.t, cursor)
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Fatal(diff)
	}
}

func TestAppendedFile(t *testing.T) {
	f := newFollow(t, "f")
	f.reads() // the file is still to come
	f.write("f", lines("A", "B"))
	f.reads("f:1 A", "f:2 B")
	f.reads()
	f.add("f", lines("C"))
	f.reads("f:3 C")
	f.add("f", "\n\n"+lines("D"))
	f.reads("f:6 D")
	f.reads()
}

func TestLineInTheMakingIsLeftForTheNextRun(t *testing.T) {
	f := newFollow(t, "f")
	half := line("B")
	f.write("f", lines("A")+half[:30])
	f.reads("f:1 A")
	f.reads()
	f.add("f", half[30:])
	f.reads("f:2 B") // whole, though its line end is not there yet
	f.reads()
	f.add("f", "\n"+lines("C"))
	f.reads("f:3 C")
	f.add("f", half[:30])
	f.age("f")
	f.reads("f:4 ! the file ends in the middle of a line") // nobody seems to be coming back
	f.reads()
	f.add("f", half[30:]+"\n")
	f.reads("f:4 B") // but then somebody does
	f.reads()
}

func TestCompressedFileInTheMaking(t *testing.T) {
	f := newFollow(t, "f.gz")
	whole := zip(lines("A", "B") + strings.Repeat(line("C")+"\n", 500))
	f.write("f.gz", whole[:20])
	f.reads()
	f.write("f.gz", whole)
	f.spec.Arrived = time.Now()
	got, cursor := read(t, f.dir, f.spec)
	if len(got) != 502 {
		t.Errorf("%d items", len(got))
	}
	f.cursor = saved(t, cursor)
	f.reads()
	f.add("f.gz", zip(lines("D"))) // gzip files may be joined
	f.reads("f.gz:503 D")
	f.reads()
}

func TestReplacedFileStartsAnew(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"shorter":                       {lines("X"), []string{"f:1 X"}},
		"longer":                        {lines("X", "Y", "Z", "W"), []string{"f:1 X", "f:2 Y", "f:3 Z", "f:4 W"}},
		"the same head, another middle": {lines("A", "b", "C", "D"), []string{"f:1 A", "f:2 b", "f:3 C", "f:4 D"}},
		"compressed now":                {zip(lines("A", "B", "C", "D") + strings.Repeat(" ", 1000)), []string{"f:1 A", "f:2 B", "f:3 C", "f:4 D"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFollow(t, "f")
			f.write("f", lines("A", "B"))
			f.reads("f:1 A", "f:2 B")
			f.write("f", c.content)
			f.age("f")
			f.reads(c.want...)
			f.reads()
		})
	}
}

func TestRotatedFile(t *testing.T) {
	f := newFollow(t, "*.jsonl")
	f.write("a.jsonl", lines("A", "B"))
	f.reads("a.jsonl:1 A", "a.jsonl:2 B")
	f.add("a.jsonl", lines("C")) // written just before the rotation
	if err := os.Rename(f.path("a.jsonl"), f.path("a.1.jsonl")); err != nil {
		t.Fatal(err)
	}
	f.write("a.jsonl", lines("D"))
	f.reads("a.1.jsonl:3 C", "a.jsonl:1 D")
	f.reads()
	// Again, one further, with nothing new in the old ones.
	for _, move := range [][2]string{{"a.1.jsonl", "a.2.jsonl"}, {"a.jsonl", "a.1.jsonl"}} {
		if err := os.Rename(f.path(move[0]), f.path(move[1])); err != nil {
			t.Fatal(err)
		}
	}
	f.write("a.jsonl", lines("E"))
	f.reads("a.jsonl:1 E")
	f.reads()
	if err := os.Remove(f.path("a.2.jsonl")); err != nil {
		t.Fatal(err)
	}
	f.reads()
	c, err := DecodeCursor(f.cursor)
	if err != nil || c.Len() != 2 {
		t.Errorf("the cursor knows %d files, %v", c.Len(), err)
	}
}

func TestUnreadableFileIsTriedAgain(t *testing.T) {
	f := newFollow(t, "*.jsonl")
	f.write("a.jsonl", lines("A"))
	f.write("c.jsonl", lines("C"))
	if err := os.Symlink(f.path("nowhere"), f.path("b.jsonl")); err != nil {
		t.Skip(err)
	}
	f.reads("a.jsonl:1 A", "b.jsonl:0 ! cannot be read: no such file or directory", "c.jsonl:1 C")
	f.write("nowhere", lines("B"))
	f.reads("b.jsonl:1 B")
	f.reads()
}

// A run that was stopped at any item goes on with the next one, in every form a file may have.
func TestStoppedAnywhere(t *testing.T) {
	three := lines("A", "B") + "hello\n" + line("C") + "\n"
	files := map[string]string{
		"lines": three, "gzip": zip(three), "zstd": zstandard(three), "array": "[" + line("A") + ",\n" + line("B") + "]\n",
		"odd": "\ufeff\n" + line("A") + "\r\n\r\n" + line("B"),
	}
	dir := folder(t, files)
	var paths []string
	for name := range files {
		paths = append(paths, filepath.Join(dir, name))
	}
	whole, _ := read(t, dir, Spec{Paths: paths})
	for stop := range len(whole) + 1 {
		var got []string
		r, err := Open(t.Context(), Spec{Paths: paths})
		if err != nil {
			t.Fatal(err)
		}
		for range stop {
			it, err := r.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, said(dir, it))
			r.Cursor().Advance(it)
		}
		cursor := saved(t, r.Cursor())
		r.Close()
		rest, _ := read(t, dir, Spec{Paths: paths, Cursor: cursor})
		if diff := cmp.Diff(whole, append(got, rest...)); diff != "" {
			t.Errorf("stopped after %d items: %s", stop, diff)
		}
	}
}

// Writers append and runs come in any order: every line is read once.
func TestEachLineOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		path := filepath.Join(dir, "f.jsonl")
		var got, want []string
		var cursor []byte
		pending := ""
		flush := func(n int) {
			n = min(n, len(pending))
			file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
			if err != nil {
				rt.Fatal(err)
			}
			defer file.Close()
			if _, err := file.WriteString(pending[:n]); err != nil {
				rt.Fatal(err)
			}
			pending = pending[n:]
		}
		run := func(rt *rapid.T) {
			r, err := Open(t.Context(), Spec{Paths: []string{dir}, Cursor: cursor, Follow: true, Options: Options{Arrived: time.Now()}})
			if err != nil {
				rt.Fatal(err)
			}
			defer r.Close()
			left := rapid.IntRange(0, 20).Draw(rt, "items before the stop")
			for it, err := range r.Items(t.Context(), 2) {
				if err != nil || it.Reject != nil {
					rt.Fatal(err, it.Reject)
				}
				if left--; left < 0 {
					break
				}
				got = append(got, it.Story.Title)
				r.Cursor().Advance(it)
			}
			cursor = saved(t, r.Cursor())
		}
		rt.Repeat(map[string]func(*rapid.T){
			"write": func(rt *rapid.T) {
				title := fmt.Sprintf("story %d.%s", len(want), strings.Repeat("é", rapid.IntRange(0, 700).Draw(rt, "length")))
				want = append(want, title)
				pending += line(title) + "\n"
				flush(rapid.IntRange(0, 2000).Draw(rt, "bytes that reach the disk"))
			},
			"run": run,
		})
		flush(len(pending))
		for tries := 0; len(got) < len(want) && tries < 1000; tries++ {
			run(rt)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestCursorCodec(t *testing.T) {
	number := rapid.Int64Range(0, 1<<60)
	rapid.Check(t, func(t *rapid.T) {
		c := &Cursor{files: map[string]fileState{}}
		for _, path := range rapid.SliceOfN(rapid.StringN(1, 50, -1), 0, 5).Draw(t, "paths") {
			tail := rapid.Int64Range(0, fingerprintLen).Draw(t, "tail")
			end := tail + rapid.Int64Range(0, 1<<50).Draw(t, "end")
			head := rapid.Int64Range(0, fingerprintLen).Draw(t, "head")
			c.files[path] = fileState{
				identity{head + number.Draw(t, "size"), rapid.Int64().Draw(t, "mod"), head, rapid.Uint64().Draw(t, "hash")},
				position{end + number.Draw(t, "offset"), number.Draw(t, "line"), end, tail, rapid.Uint64().Draw(t, "tail hash"), rapid.Bool().Draw(t, "whole")},
			}
		}
		b, err := c.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeCursor(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.files, got.files, cmp.AllowUnexported(fileState{}, identity{}, position{})); diff != "" {
			t.Fatal(diff)
		}
		for cut := range b[1:] {
			if _, err := DecodeCursor(b[:cut+1]); !errors.Is(err, ErrCursor) {
				t.Fatalf("cut to %d of %d bytes: %v", cut+1, len(b), err)
			}
		}
	})
}

// golden is the form of version 1; it changes only with cursorVersion.
const golden = "\x01\x01\x01f\xf0\x01\x02\xf0\x01\xf0\x01\x04\xee\x01\xee\x01" +
	"\x00\x00\x00\x00\x00\x00\x00\x09\x00\x00\x00\x00\x00\x00\x00\x0a\x01"

func TestCursorForm(t *testing.T) {
	c := &Cursor{files: map[string]fileState{"f": {identity{120, 1, 120, 9}, position{120, 2, 119, 119, 10, true}}}}
	if diff := cmp.Diff(golden, string(saved(t, c))); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"\x00", "\x02", "\x01", golden + "x", strings.Replace(golden, "\x01\x01\x01f", "\x01\x02\x01f", 1)} {
		if _, err := DecodeCursor([]byte(bad)); !errors.Is(err, ErrCursor) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := Open(t.Context(), Spec{Cursor: []byte("nonsense")}); !errors.Is(err, ErrCursor) {
		t.Errorf("opened with %v", err)
	}
}

func FuzzCursor(f *testing.F) {
	f.Add([]byte(golden))
	f.Add([]byte{})
	f.Add([]byte("\x01\x00"))
	f.Add([]byte("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := DecodeCursor(data)
		if err != nil {
			if !errors.Is(err, ErrCursor) {
				t.Fatal(err)
			}
			return
		}
		once, err := c.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeCursor(once)
		if err != nil {
			t.Fatal(err)
		}
		twice, _ := again.AppendBinary(nil)
		if !bytes.Equal(once, twice) {
			t.Fatalf("%x became %x", once, twice)
		}
	})
}

// FuzzFile: whatever a file holds, every item has a place behind the one before, a run that is stopped and taken up
// again reads the same as one that is not, and nothing is read twice.
func FuzzFile(f *testing.F) {
	for _, s := range []string{
		"", lines("A", "B"), "[" + line("A") + "," + line("B") + "]", "\ufeff\r\n{\n\"title\":\"A\"}\n{\"title\":\"B\"} x", zip(lines("A", "B"))[:60],
		zip("[1,2"), "[[[{\"a\":\"]\\\"\"}],]]{}", "\"\n\"\n", "{", "{}}{\n", "[\"", zstandard(lines("A")),
	} {
		f.Add([]byte(s), uint8(1))
	}
	f.Fuzz(func(t *testing.T, content []byte, stop uint8) {
		dir := folder(t, map[string]string{"f": string(content)})
		spec := Spec{Paths: []string{filepath.Join(dir, "f")}, Options: Options{Arrived: time.Now().Add(time.Hour), Limits: Limits{Line: 50}}}
		whole, _ := read(t, dir, spec)
		r, err := Open(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		last := int64(-1)
		for range min(int(stop), len(whole)) {
			it, err := r.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if it.Line > 0 && it.Offset <= last {
				t.Fatalf("line %d at %d, behind one at %d", it.Line, it.Offset, last)
			}
			last = it.Offset
			got = append(got, said(dir, it))
			r.Cursor().Advance(it)
		}
		spec.Cursor = saved(t, r.Cursor())
		r.Close()
		rest, cursor := read(t, dir, spec)
		if diff := cmp.Diff(whole, append(got, rest...)); diff != "" {
			t.Fatal(diff)
		}
		spec.Cursor = saved(t, cursor)
		if again, _ := read(t, dir, spec); len(again) > 0 {
			t.Fatalf("read again: %q", again)
		}
	})
}

// A folder in which files come and go for a year is known by the files that are there.
func TestCursorDoesNotGrowWithFilesThatAreGone(t *testing.T) {
	f := newFollow(t, "in")
	if err := os.Mkdir(f.path("in"), 0o755); err != nil {
		t.Fatal(err)
	}
	for day := range 40 {
		name := fmt.Sprintf("in/%03d.jsonl", day)
		f.write(name, lines(fmt.Sprintf("S%d", day)))
		f.reads(fmt.Sprintf("%s:1 S%d", name, day))
		if day > 2 {
			if err := os.Remove(f.path(fmt.Sprintf("in/%03d.jsonl", day-3))); err != nil {
				t.Fatal(err)
			}
		}
		c, err := DecodeCursor(f.cursor)
		if err != nil {
			t.Fatal(err)
		}
		if c.Len() > 4 {
			t.Fatalf("day %d: the cursor knows %d files", day, c.Len())
		}
	}
}

func TestFinished(t *testing.T) {
	f := newFollow(t, "f")
	is := func(want bool) {
		t.Helper()
		c, err := DecodeCursor(f.cursor)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Finished(f.path("f")); got != want {
			t.Errorf("finished: %v, want %v", got, want)
		}
	}
	f.write("f", lines("A"))
	is(false)
	f.reads("f:1 A")
	is(true)
	f.add("f", lines("B"))
	is(false)
	f.reads("f:2 B")
	is(true)
	if err := os.Remove(f.path("f")); err != nil {
		t.Fatal(err)
	}
	is(false)
}
