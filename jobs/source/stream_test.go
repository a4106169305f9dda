package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// manyLines has good and bad lines over several chunks.
func manyLines(n int) string {
	var sb strings.Builder
	for i := range n {
		switch {
		case i%97 == 5:
			sb.WriteString("broken\n")
		case i%51 == 7:
			sb.WriteString("\n")
		default:
			sb.WriteString(line(fmt.Sprintf("story %d", i)) + "\n")
		}
	}
	return sb.String()
}

func TestAnyNumberOfWorkersGivesTheSameItems(t *testing.T) {
	dir := folder(t, map[string]string{"a.jsonl": manyLines(1000), "b.jsonl.gz": zip(manyLines(700)), "c.json": "[" + line("x") + "]"})
	collect := func(each func(r *Reader, take func(Item))) []Item {
		r, err := Open(t.Context(), Spec{Paths: []string{dir}, Options: Options{Arrived: arrival}})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		var items []Item
		each(r, func(it Item) { items = append(items, it) })
		return items
	}
	want := collect(func(r *Reader, take func(Item)) {
		for {
			it, err := r.Next(t.Context())
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			take(it)
		}
	})
	if len(want) < 1600 {
		t.Fatalf("%d items", len(want))
	}
	for _, workers := range []int{0, 1, 2, 7} {
		got := collect(func(r *Reader, take func(Item)) {
			for it, err := range r.Items(t.Context(), workers) {
				if err != nil {
					t.Fatal(err)
				}
				take(it)
			}
		})
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Item{}, mark{}, identity{}, position{})); diff != "" {
			t.Errorf("%d workers: %s", workers, diff)
		}
	}
}

func TestBreakingOutLeavesNothingBehind(t *testing.T) {
	dir := folder(t, map[string]string{"a.jsonl": manyLines(5000)})
	for _, stop := range []int{1, 130, 1000} {
		r, err := Open(t.Context(), Spec{Paths: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for range r.Items(t.Context(), 3) {
			if n++; n == stop {
				break
			}
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestCancelledContextIsTheLastThing(t *testing.T) {
	dir := folder(t, map[string]string{"a.jsonl": manyLines(5000)})
	r, err := Open(t.Context(), Spec{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range r.Items(ctx, 2) {
		if last != nil {
			t.Fatal("something came after the error")
		}
		if n++; n == 200 {
			cancel()
		}
		last = err
	}
	if !errors.Is(last, context.Canceled) || n > 4000 {
		t.Errorf("%d items, then %v", n, last)
	}
	if _, err := r.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("next: %v", err)
	}
}

// A terminal or a pipe that says nothing must not keep a program from ending.
func TestSilentPipeDoesNotHoldTheEnd(t *testing.T) {
	in, out := io.Pipe()
	r, err := Open(t.Context(), Spec{Paths: []string{stdin}, Stdin: in})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	var last error
	for _, err := range r.Items(ctx, 2) {
		last = err
	}
	if !errors.Is(last, context.DeadlineExceeded) {
		t.Errorf("ended with %v", last)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	out.Close() // the read ends, and with it the goroutine
}

func TestFilesAreFound(t *testing.T) {
	dir := folder(t, map[string]string{
		"in/b.jsonl": lines("b"), "in/a.ndjson": lines("a"), "in/sub/c.JSON.gz": zip(lines("c")), "in/sub/d.json.zst": zstandard(lines("d")),
		"in/.hidden.jsonl": lines("h"), "in/.git/x.jsonl": lines("h"), "in/notes.txt": "hello", "in/e.jsonl.bak": lines("h"),
		"other.dump": lines("o"), "glob/1.jsonl": lines("1"), "glob/2.jsonl": lines("2"), "glob/.3.jsonl": lines("h"), "glob/deep/4.jsonl": lines("4"),
		"od[d].jsonl": lines("odd"), "empty/x.txt": "",
	})
	if err := os.Symlink("in", filepath.Join(dir, "link")); err != nil {
		t.Skip(err)
	}
	at := func(names ...string) []string {
		for i, n := range names {
			if n != stdin {
				names[i] = filepath.Join(dir, n)
			}
		}
		return names
	}
	for _, c := range []struct {
		name  string
		paths []string
		want  []string
	}{
		{"a folder", at("in"), []string{"in/a.ndjson:1 a", "in/b.jsonl:1 b", "in/sub/c.JSON.gz:1 c", "in/sub/d.json.zst:1 d"}},
		{"a link to a folder", at("link/sub/", "link"), []string{"link/a.ndjson:1 a", "link/b.jsonl:1 b", "link/sub/c.JSON.gz:1 c", "link/sub/d.json.zst:1 d"}},
		{"a file of any name", at("other.dump"), []string{"other.dump:1 o"}},
		{"a hidden file that is named", at("in/.hidden.jsonl"), []string{"in/.hidden.jsonl:1 h"}},
		{"a glob", at("glob/*"), []string{"glob/1.jsonl:1 1", "glob/2.jsonl:1 2", "glob/deep/4.jsonl:1 4"}},
		{"a name with a bracket", at("od[d].jsonl"), []string{"od[d].jsonl:1 odd"}},
		{"a file named three times", at("glob/2.jsonl", "glob/../glob/2.jsonl", "glob"), []string{"glob/1.jsonl:1 1", "glob/2.jsonl:1 2", "glob/deep/4.jsonl:1 4"}},
		{"standard input comes last", at(stdin, "other.dump"), []string{"other.dump:1 o", "-:1 in"}},
		{"nothing there", at("nowhere.jsonl", "no*where", "empty", "other.dump"), []string{
			"empty:0 ! no *.jsonl, *.ndjson or *.json file (or .gz, .zst of one) in this folder", "no*where:0 ! no file matches this pattern",
			"nowhere.jsonl:0 ! cannot be read: no such file or directory", "other.dump:1 o",
		}},
		{"a malformed glob", at("[a"), []string{"[a:0 ! malformed pattern: expected one such as news/*.jsonl.gz"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := read(t, dir, Spec{Paths: c.paths, Stdin: strings.NewReader(lines("in"))})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("what is still to come is no problem to a follower", func(t *testing.T) {
		got, _ := read(t, dir, Spec{Paths: at("nowhere.jsonl", "no*where", "empty"), Follow: true})
		if len(got) > 0 {
			t.Error(got)
		}
	})
}

// The figure that counts: stories a second on one core, from bytes to clean stories with their language.
func BenchmarkDecode(b *testing.B) {
	d, err := NewDecoder(Options{Arrived: arrival})
	if err != nil {
		b.Fatal(err)
	}
	body := strings.Repeat("The council of the town said on Monday that the bridge will stay closed until spring.\\n\\n", 40)
	item := []byte(`{"id":"a1","url":"https://courier.example/bridge?utm_source=x","title":"Bridge stays closed","text":"` + body +
		`","published":"2026-03-01T10:00:00Z","source":"The Courier","lang":"en"}`)
	b.SetBytes(int64(len(item)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := d.Decode(item); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "stories/s")
}
