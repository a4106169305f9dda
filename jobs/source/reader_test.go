package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// line is one good story; its title is what the tests look for.
func line(title string) string {
	return fmt.Sprintf(`{"id":%q,"title":%q,"text":"Text of %s.","published":"2026-03-01T10:00:00Z","lang":"en"}`, title, title, title)
}

func lines(titles ...string) string {
	var sb strings.Builder
	for _, t := range titles {
		sb.WriteString(line(t) + "\n")
	}
	return sb.String()
}

func zip(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

func zstandard(s string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(s), nil))
}

// folder writes files into a new folder and returns it.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(dir, name), content)
	}
	return dir
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// said is an item in one line: its file and line, and its title or the reason of its refusal.
func said(dir string, it Item) string {
	path := it.Path
	if rel, err := filepath.Rel(dir, it.Path); err == nil && it.Path != stdin {
		path = rel
	}
	what := it.Story.Title
	if it.Reject != nil {
		what = "! " + it.Reject.Reason
	}
	return fmt.Sprintf("%s:%d %s", path, it.Line, what)
}

// read reads everything with three workers and advances the cursor behind each item.
func read(t testing.TB, dir string, spec Spec) ([]string, *Cursor) {
	t.Helper()
	if spec.Arrived.IsZero() {
		spec.Arrived = time.Now().Add(time.Hour)
	}
	r, err := Open(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []string
	for it, err := range r.Items(t.Context(), 3) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, said(dir, it))
		r.Cursor().Advance(it)
	}
	return got, r.Cursor()
}

func saved(t testing.TB, c *Cursor) []byte {
	t.Helper()
	b, err := c.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestForms(t *testing.T) {
	want := []string{"f:1 A", "f:2 B", "f:3 C"}
	three := lines("A", "B", "C")
	array := "[" + line("A") + ",\n" + line("B") + ",\n" + line("C") + "]"
	pretty := strings.ReplaceAll(line("A")+line("B"), ",", ",\n ")
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"lines":                          {three, want},
		"no line end at the end":         {strings.TrimSuffix(three, "\n"), want},
		"CR LF":                          {strings.ReplaceAll(three, "\n", "\r\n"), want},
		"byte order mark":                {"\ufeff" + three, want},
		"empty lines":                    {"\n\n" + line("A") + "\n \t\n" + line("B") + "\n\n\n", []string{"f:3 A", "f:5 B"}},
		"gzip":                           {zip(three), want},
		"gzip in pieces":                 {zip(lines("A", "B")) + zip(lines("C")), want},
		"zstd":                           {zstandard(three), want},
		"array":                          {array, want},
		"array, one a line, as jq -s":    {"[\n" + strings.ReplaceAll(strings.TrimSpace(three), "\n", ",\n") + "\n]\n", []string{"f:2 A", "f:3 B", "f:4 C"}},
		"array on one line, compressed":  {zip(strings.ReplaceAll(array, "\n", "")), []string{"f:1 A", "f:1 B", "f:1 C"}},
		"objects over several lines":     {strings.ReplaceAll(pretty, "{", "{\n"), []string{"f:1 A", "f:6 B"}},
		"array with what is no story":    {`[1, "two", null, [` + line("A") + `], {}]`, []string{"f:1 ! a JSON number: expected one story object", "f:1 ! a JSON string: expected one story object", "f:1 ! a JSON null: expected one story object", "f:1 A", "f:1 ! no title and no text: the object is empty"}},
		"brackets and quotes in strings": {`[{"id":"1","title":"a ] } \" \\"},{"id":"2","title":"{"}]`, []string{`f:1 a ] } " \`, "f:1 {"}},
		"array with an object cut":       {`[` + line("A") + `, {"title":"B", "x":`, []string{"f:1 A", "f:1 ! the file ends in the middle of a line"}},
		"empty":                          {"", nil},
		"only line ends":                 {"\n\n\r\n", nil},
		"empty array":                    {" [ ] \n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"f": c.content})
			got, cursor := read(t, dir, Spec{Paths: []string{filepath.Join(dir, "f")}})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			again, _ := read(t, dir, Spec{Paths: []string{filepath.Join(dir, "f")}, Cursor: saved(t, cursor)})
			if len(again) > 0 {
				t.Errorf("read again: %q", again)
			}
		})
	}
}

// Bad input of every kind: what is good around it is read, and each is refused once, with its place and a reason.
func TestBadInput(t *testing.T) {
	big := strings.Repeat("x", 3<<20)
	gz := zip(lines("A", "B") + strings.Repeat(line("C")+"\n", 2000))
	damaged := []byte(gz)
	damaged[len(damaged)-6] ^= 0xff // the checksum
	z := zstandard(lines("A"))
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"no JSON on a line": {line("A") + "\nhello\n" + line("B"), []string{"f:1 A", "f:2 ! no JSON: a JSON value is missing at byte 1", "f:3 B"}},
		"an array on a line": {line("A") + "\n[" + line("X") + "]\n" + line("B"), []string{
			"f:1 A", "f:2 ! a JSON array: expected one story object", "f:3 B",
		}},
		"a long line": {line("A") + "\n{\"text\":\"" + big + "\"}\n" + line("B"), []string{
			"f:1 A", "f:2 ! the line has 3.0 MiB, more than the limit of 1.0 MiB (limits.line)", "f:3 B",
		}},
		"a long line that never ends": {line("A") + "\n" + big, []string{"f:1 A", "f:2 ! the line has 3.0 MiB, more than the limit of 1.0 MiB (limits.line)"}},
		"a long value": {"[" + line("A") + ", {\"text\":\"" + big + "\"}, " + line("B") + "]", []string{
			"f:1 A", "f:1 ! the line has 3.0 MiB, more than the limit of 1.0 MiB (limits.line)", "f:1 B",
		}},
		"nothing to read":   {`{"id":"x","url":"https://c.example"}` + "\n" + line("A"), []string{"f:1 ! no title and no text under a known name (found: id, url; other names go into the source's mapping)", "f:2 A"}},
		"cut in a line":     {lines("A") + line("B")[:20], []string{"f:1 A", "f:2 ! the file ends in the middle of a line"}},
		"binary":            {"\x7fELF\x02\x01\x01" + strings.Repeat("\x00\n", 500), []string{"f:0 ! a binary file: expected JSON text, one story object a line"}},
		"a picture":         {"\x89PNG\r\n\x1a\n" + strings.Repeat("\xff\xd8\n", 500), []string{"f:0 ! a binary file: expected JSON text, one story object a line"}},
		"binary in gzip":    {zip("\x00\x01\x02" + line("A")), []string{"f:0 ! a binary file: expected JSON text, one story object a line"}},
		"UTF-16":            {"\xff\xfe{\x00}\x00\n\x00", []string{"f:0 ! UTF-16 text: convert the file to UTF-8, for instance with iconv"}},
		"zip archive":       {"PK\x03\x04xxxxxxx", []string{"f:0 ! a zip archive: unpack it first, only gzip and zstd are read as they are"}},
		"bzip2":             {"BZh91AY&SY", []string{"f:0 ! compressed with bzip2: decompress it first, only gzip and zstd are read as they are"}},
		"xz":                {"\xfd7zXZ\x00\x00", []string{"f:0 ! compressed with xz: decompress it first, only gzip and zstd are read as they are"}},
		"a gzip head only":  {"\x1f\x8b", []string{"f:0 ! broken gzip: unexpected EOF"}},
		"a broken gzip":     {"\x1f\x8b\x09\x00\x00\x00\x00\x00\x00\x00\x00", []string{"f:0 ! broken gzip: gzip: invalid header"}},
		"a zstd cut":        {z[:len(z)-8], []string{"f:1 ! truncated: the compressed data end in line 1, at byte 1 of the text"}},
		"text without JSON": {strings.Repeat("Dear diary,\n", 1500), nil},
		"a page": {"<!DOCTYPE html>\n<p>Not found</p>\n", []string{
			"f:1 ! no JSON: a JSON value is missing at byte 1", "f:2 ! no JSON: a JSON value is missing at byte 1",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"f": c.content, "g.jsonl": lines("after")})
			spec := Spec{Paths: []string{filepath.Join(dir, "f"), filepath.Join(dir, "g.jsonl")}, Options: Options{Limits: Limits{Line: 1 << 20}}}
			got, cursor := read(t, dir, spec)
			if name == "text without JSON" {
				if len(got) != hopeless+1 || got[hopeless-1] != "f:0 ! no JSON in the first 1000 lines: the rest of the file is not read" {
					t.Errorf("%d items, %q", len(got), got[len(got)-2:])
				}
				return
			}
			if diff := cmp.Diff(append(slices.Clone(c.want), "g.jsonl:1 after"), got); diff != "" {
				t.Error(diff)
			}
			// A bad file that nobody touched is not refused at every tick.
			spec.Cursor = saved(t, cursor)
			if again, _ := read(t, dir, spec); len(again) > 0 {
				t.Errorf("read again: %q", again)
			}
		})
	}
	t.Run("a truncated gzip", func(t *testing.T) {
		dir := folder(t, map[string]string{"f": gz[:len(gz)/2], "g": string(damaged)})
		got, _ := read(t, dir, Spec{Paths: []string{filepath.Join(dir, "f")}})
		if n := len(got); n < 100 || got[0] != "f:1 A" || !strings.HasPrefix(got[n-1], fmt.Sprintf("f:%d ! truncated: the compressed data end in line %d, at byte ", n, n)) {
			t.Errorf("%d items, the last %s", len(got), got[len(got)-1])
		}
		got, _ = read(t, dir, Spec{Paths: []string{filepath.Join(dir, "g")}})
		if n := len(got); n != 2003 || !strings.Contains(got[n-1], "! damaged: gzip: invalid checksum, in line 2003") {
			t.Errorf("%d items, the last %s", len(got), got[len(got)-1])
		}
	})
}

func TestRejectShowsTheLine(t *testing.T) {
	dir := folder(t, map[string]string{"f": "{\"a\":\"\x1b[31m" + strings.Repeat("é", 100) + "\xff\"}\n"})
	r, err := Open(t.Context(), Spec{Paths: []string{dir + "/f"}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	it, err := r.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := &Reject{dir + "/f", 1, "no JSON: a raw control character in a string at byte 7", `{"a":" [31m` + strings.Repeat("é", 54) + "…"}
	if diff := cmp.Diff(want, it.Reject); diff != "" {
		t.Error(diff)
	}
	if _, err := r.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("then %v", err)
	}
}

// 100 MB on one line pass in bounded memory, and so does a file of any length.
func TestMemoryDoesNotGrow(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 190 MB")
	}
	for name, input := range map[string]io.Reader{
		"one line of 100 MB":         io.MultiReader(strings.NewReader(`{"title":"`), io.LimitReader(repeat("x"), 100_000_000), strings.NewReader("\"}\n"+line("end"))),
		"one array element of 30 MB": io.MultiReader(strings.NewReader(`[{"title":"`), io.LimitReader(repeat("x"), 30_000_000), strings.NewReader("\"},\n"+line("end")+"]")),
		"60 MB of stories":           io.MultiReader(io.LimitReader(repeat(line(strings.Repeat("x", 5000))+"\n"), 60_000_000), strings.NewReader("\n"+line("end"))),
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Open(t.Context(), Spec{Paths: []string{stdin}, Stdin: input, Options: Options{Arrived: arrival, Limits: Limits{Line: 1 << 20}}})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			runtime.GC()
			var before, now runtime.MemStats
			runtime.ReadMemStats(&before)
			last, n := "", 0
			for it, err := range r.Items(t.Context(), 2) {
				if err != nil {
					t.Fatal(err)
				}
				last = it.Story.Title
				if n++; n%3000 == 0 {
					runtime.GC()
					runtime.ReadMemStats(&now)
					if grown := int64(now.HeapAlloc) - int64(before.HeapAlloc); grown > 24<<20 {
						t.Fatalf("%d MB are held after %d stories", grown>>20, n)
					}
				}
			}
			runtime.ReadMemStats(&now)
			if sys := int64(now.HeapSys) - int64(before.HeapSys); sys > 48<<20 {
				t.Errorf("the heap took %d MB more from the system", sys>>20)
			}
			if last != "end" {
				t.Errorf("the last story is %q", last)
			}
		})
	}
}

// repeat is an endless reader.
func repeat(s string) io.Reader { return &repeater{s: s} }

type repeater struct {
	s  string
	at int
}

func (r *repeater) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		k := copy(p[n:], r.s[r.at:])
		n += k
		r.at = (r.at + k) % len(r.s)
	}
	return n, nil
}

func TestStdin(t *testing.T) {
	got, cursor := read(t, "", Spec{Paths: []string{"-"}, Stdin: strings.NewReader(zip(lines("A", "B")))})
	if diff := cmp.Diff([]string{"-:1 A", "-:2 B"}, got); diff != "" || cursor.Len() != 0 {
		t.Error(diff, cursor.Len())
	}
}

func TestProgress(t *testing.T) {
	content := strings.Repeat(line("A")+"\n", 3000)
	dir := folder(t, map[string]string{"a.jsonl": content, "b.jsonl.gz": zip(content), "c.jsonl": "\x00"})
	r, err := Open(t.Context(), Spec{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	want := Progress{Total: int64(len(content) + len(zip(content)) + 1), Of: 3}
	if diff := cmp.Diff(want, r.Progress()); diff != "" {
		t.Error(diff)
	}
	last := int64(0)
	for _, err := range r.Items(t.Context(), 2) {
		if err != nil {
			t.Fatal(err)
		}
		p := r.Progress()
		if p.Bytes < last || p.Bytes > p.Total {
			t.Fatalf("%d bytes after %d, of %d", p.Bytes, last, p.Total)
		}
		last = p.Bytes
	}
	want.Bytes, want.Files = want.Total, 3
	if diff := cmp.Diff(want, r.Progress()); diff != "" {
		t.Error(diff)
	}
}
