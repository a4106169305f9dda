package inbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T, dir string, o Options) *Inbox {
	t.Helper()
	b, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// stories is a batch of n stories named after a word.
func stories(word string, n int) []byte {
	var out []byte
	for i := range n {
		out = fmt.Appendf(out, "{\"id\":\"%s%d\"}\n", word, i)
	}
	return out
}

func put(t *testing.T, b *Inbox, word string, n int) {
	t.Helper()
	if err := b.Append(t.Context(), stories(word, n), n); err != nil {
		t.Fatal(err)
	}
}

// readable returns the lines of all sealed segments.
func readable(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")...)
	}
	return lines
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func seal(t *testing.T, b *Inbox) {
	t.Helper()
	if err := b.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func all(string) bool { return true }

func TestWhatIsAppendedIsReadOnceItIsSealed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), Folder)
	b := open(t, dir, Options{})
	put(t, b, "a", 2)
	put(t, b, "b", 1)
	if got := readable(t, dir); len(got) > 0 {
		t.Errorf("%q can be read while it is written to", got)
	}
	seal(t, b)
	if diff := cmp.Diff([]string{`{"id":"a0"}`, `{"id":"a1"}`, `{"id":"b0"}`}, readable(t, dir)); diff != "" {
		t.Error(diff)
	}
	seal(t, b) // nothing new
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("%q", got)
	}
	put(t, b, "c", 1)
	if err := b.Sweep(all); err != nil {
		t.Fatal(err)
	}
	if got := b.Depth(); got != (Depth{12, 1}) {
		t.Errorf("depth %v, want that of what is not sealed yet", got)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`{"id":"c0"}`}, readable(t, dir)); diff != "" {
		t.Error(diff)
	}
	if err := b.Append(t.Context(), stories("d", 1), 1); !errors.Is(err, ErrClosed) {
		t.Errorf("append after close: %v", err)
	}
}

func TestSweepKeepsWhatWasNotRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), Folder)
	b := open(t, dir, Options{})
	put(t, b, "a", 1)
	seal(t, b)
	read := names(t, dir)
	put(t, b, "b", 3)
	seal(t, b)
	if err := b.Sweep(func(path string) bool { return slices.Contains(read, filepath.Base(path)) }); err != nil {
		t.Fatal(err)
	}
	if got := readable(t, dir); len(got) != 3 || b.Depth().Stories != 3 {
		t.Errorf("%q, depth %v", got, b.Depth())
	}
}

func TestLargeSegmentsAreSealed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), Folder)
	b := open(t, dir, Options{Segment: 100})
	for i := range 20 {
		put(t, b, string(rune('a'+i)), 2)
	}
	seal(t, b)
	if got := names(t, dir); len(got) < 4 {
		t.Errorf("%q", got)
	}
	lines := readable(t, dir)
	if !slices.IsSorted(lines) || len(lines) != 40 {
		t.Errorf("the order of %d lines is not that in which they came: %q", len(lines), lines)
	}
}

// The numbers of segments go on when all of them are swept and the process starts again, and when the clock goes back: a
// name that came again could be taken for the file that was read under it.
func TestNamesNeverComeAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), Folder)
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	seen := map[string]bool{}
	for range 3 {
		b := open(t, dir, Options{Clock: clock})
		for range 3 {
			put(t, b, "a", 1)
			seal(t, b)
			for _, n := range names(t, dir) {
				if seen[n] {
					t.Errorf("%s came again", n)
				}
				seen[n] = true
			}
			if err := b.Sweep(all); err != nil {
				t.Fatal(err)
			}
			now = now.Add(-time.Hour)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		now = now.Add(24 * time.Hour)
	}
}

func TestBounds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), Folder)
	b := open(t, dir, Options{Most: Depth{Bytes: 1000, Stories: 5}})
	put(t, b, "a", 2)
	select {
	case <-b.Pressed():
		t.Error("pressed at two of five")
	default:
	}
	put(t, b, "a", 2)
	<-b.Pressed()
	if err := b.Append(t.Context(), stories("b", 2), 2); !errors.Is(err, ErrFull) {
		t.Errorf("two more: %v", err)
	}
	put(t, b, "c", 1) // has room
	if err := b.Append(t.Context(), stories("b", 6), 6); !errors.Is(err, ErrTooLarge) {
		t.Errorf("more than there will ever be room for: %v", err)
	}
	if err := b.Append(t.Context(), make([]byte, 1001), 1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large one: %v", err)
	}
	seal(t, b)
	if err := b.Append(t.Context(), stories("b", 1), 1); !errors.Is(err, ErrFull) {
		t.Errorf("sealing makes no room: %v", err)
	}
	if err := b.Sweep(all); err != nil {
		t.Fatal(err)
	}
	put(t, b, "d", 5)
	// A new process counts what is there.
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir, Options{Most: Depth{Bytes: 1000, Stories: 5}})
	if got := again.Depth(); got.Stories != 5 || !again.Pressing() {
		t.Errorf("depth %v", got)
	}
	if err := again.Append(t.Context(), stories("b", 1), 1); !errors.Is(err, ErrFull) {
		t.Errorf("after a restart: %v", err)
	}
}

func TestWhatAnEarlierProcessLeft(t *testing.T) {
	const a, b = `{"id":"a"}` + "\n", `{"id":"b"}` + "\n"
	for name, tt := range map[string]struct {
		content string
		want    []string
	}{
		"whole":                  {a + b, []string{`{"id":"a"}`, `{"id":"b"}`}},
		"cut off":                {a + `{"id":"`, []string{`{"id":"a"}`}},
		"cut off before its end": {a + `{"id":"b"}`, []string{`{"id":"a"}`}},
		"pages of zeros":         {a + strings.Repeat("\x00", 5000), []string{`{"id":"a"}`}},
		"pages of something":     {a + "\xff\x80\n" + b, []string{`{"id":"a"}`}},
		"nothing":                {"", nil},
		"only a beginning":       {`{"id":"`, nil},
		"a long line":            {a + `{"id":"` + strings.Repeat("x", 3<<20) + `"}` + "\n", []string{`{"id":"a"}`, `{"id":"` + strings.Repeat("x", 3<<20) + `"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), Folder)
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "000000000000007.open"), []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			box := open(t, dir, Options{})
			if diff := cmp.Diff(tt.want, readable(t, dir)); diff != "" {
				t.Error(diff)
			}
			if got := box.Depth().Stories; got != len(tt.want) {
				t.Errorf("%d stories wait", got)
			}
			for _, n := range names(t, dir) {
				if strings.HasSuffix(n, openSuffix) {
					t.Errorf("%s is left", n)
				}
			}
		})
	}
}

func TestFolderHasToBe(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "gone", Folder), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// disk is a disk with faults, in front of a real one.
type disk struct {
	mu       sync.Mutex
	write    error // of the next writes, after half of the bytes
	sync     error // of the next syncs
	truncate error
	slow     chan struct{} // a sync waits until it is closed
	syncs    int
}

func (d *disk) create(path string) (file, error) {
	f, err := createFile(path)
	if err != nil {
		return nil, err
	}
	return &faulty{f, d}, nil
}

func (d *disk) set(write, sync, truncate error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.write, d.sync, d.truncate = write, sync, truncate
}

type faulty struct {
	file
	d *disk
}

func (f *faulty) Write(p []byte) (int, error) {
	f.d.mu.Lock()
	err := f.d.write
	f.d.mu.Unlock()
	if err != nil {
		n, _ := f.file.Write(p[:len(p)/2])
		return n, err
	}
	return f.file.Write(p)
}

func (f *faulty) Sync() error {
	f.d.mu.Lock()
	err, slow := f.d.sync, f.d.slow
	f.d.syncs++
	f.d.mu.Unlock()
	if slow != nil {
		<-slow
	}
	if err != nil {
		return err
	}
	return f.file.Sync()
}

func (f *faulty) Truncate(size int64) error {
	f.d.mu.Lock()
	err := f.d.truncate
	f.d.mu.Unlock()
	if err != nil {
		return err
	}
	return f.file.Truncate(size)
}

// What a disk refuses is not acknowledged, what it took before is kept, and when it has recovered stories are taken again.
func TestFailingDisk(t *testing.T) {
	for name, tt := range map[string]struct {
		write, sync, truncate error
		want                  error
		more                  []string // read all the same
	}{
		"full":             {write: syscall.ENOSPC, want: ErrSpace},
		"over a quota":     {write: syscall.EDQUOT, want: ErrSpace},
		"write error":      {write: syscall.EIO, want: ErrDisk},
		"sync error":       {sync: syscall.EIO, want: ErrDisk},
		"full at the sync": {sync: syscall.ENOSPC, want: ErrSpace},
		"nothing works":    {write: syscall.EIO, truncate: syscall.EIO, want: ErrDisk, more: []string{`{"id":"lost0"}`, `{"id":"los`}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), Folder)
			d := &disk{}
			b := open(t, dir, Options{create: d.create})
			put(t, b, "a", 1)
			before := b.Depth()
			d.set(tt.write, tt.sync, tt.truncate)
			for range 3 {
				if err := b.Append(t.Context(), stories("lost", 3), 3); !errors.Is(err, tt.want) {
					t.Fatalf("%v, want %v", err, tt.want)
				}
			}
			if got := b.Depth(); got != before {
				t.Errorf("depth %v, want %v: what was refused does not wait", got, before)
			}
			d.set(nil, nil, nil)
			put(t, b, "b", 1)
			seal(t, b)
			got := readable(t, dir)
			for _, want := range []string{`{"id":"a0"}`, `{"id":"b0"}`} {
				if !slices.Contains(got, want) {
					t.Errorf("%s was acknowledged and is not among %q", want, got)
				}
			}
			for _, line := range got {
				if strings.Contains(line, "los") && tt.truncate == nil {
					t.Errorf("%s was refused, and the disk could cut it off", line)
				}
			}
		})
	}
}

// A segment whose name cannot be changed now is sealed later.
func TestSealIsTriedAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), Folder)
	b := open(t, dir, Options{})
	put(t, b, "a", 1)
	open := names(t, dir)[0]
	aside := filepath.Join(t.TempDir(), "aside")
	if err := os.Rename(filepath.Join(dir, open), aside); err != nil {
		t.Fatal(err)
	}
	if err := b.Seal(t.Context()); err == nil {
		t.Error("sealed without its file")
	}
	put(t, b, "b", 1)
	if err := os.Rename(aside, filepath.Join(dir, open)); err != nil {
		t.Fatal(err)
	}
	seal(t, b)
	if diff := cmp.Diff([]string{`{"id":"a0"}`, `{"id":"b0"}`}, readable(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestRoomIsLeftToTheStore(t *testing.T) {
	free := int64(10_000)
	b := open(t, filepath.Join(t.TempDir(), Folder), Options{MinFree: 9_990, Free: func(string) (int64, error) { return free, nil }})
	if err := b.Append(t.Context(), stories("a", 1), 1); !errors.Is(err, ErrSpace) {
		t.Errorf("%v", err)
	}
	free = 20_000
	put(t, b, "a", 1)
}

func TestDeletedFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), Folder)
	b := open(t, dir, Options{})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := b.Append(t.Context(), stories("a", 1), 1); !errors.Is(err, ErrDisk) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder of a store that was deleted came back: %v", err)
	}
}

// While the disk is busy what arrives waits, and is then seen to disk together; who does not wait any more is told so, and
// nothing of it is kept.
func TestSlowDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), Folder)
	d := &disk{slow: make(chan struct{})}
	b := open(t, dir, Options{create: d.create})
	var wg sync.WaitGroup
	errs := make([]error, 50)
	started := make(chan struct{}, len(errs))
	for i := range errs {
		wg.Go(func() {
			started <- struct{}{}
			errs[i] = b.Append(t.Context(), stories(fmt.Sprintf("s%d.", i), 2), 2)
		})
	}
	for range errs {
		<-started
	}
	for b.Depth().Stories < 2*len(errs) {
		time.Sleep(time.Millisecond)
	}
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Append(impatient, stories("gone", 1), 1); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := b.Seal(impatient); !errors.Is(err, context.Canceled) {
		t.Errorf("seal: %v", err)
	}
	close(d.slow)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if d.syncs > 25 {
		t.Errorf("%d syncs for %d batches that waited together", d.syncs, len(errs))
	}
	seal(t, b)
	if got := readable(t, dir); len(got) != 100 || strings.Contains(strings.Join(got, " "), "gone") {
		t.Errorf("%d lines", len(got))
	}
}

// Who is told that the inbox is half full finds there what made it so, or the tick that follows would leave it.
func TestPressedWhenItIsOnDisk(t *testing.T) {
	d := &disk{slow: make(chan struct{})}
	b := open(t, filepath.Join(t.TempDir(), Folder), Options{Most: Depth{Bytes: 1 << 20, Stories: 5}, create: d.create})
	kept := make(chan error, 1)
	go func() { kept <- b.Append(t.Context(), stories("a", 4), 4) }()
	for !b.Pressing() {
		time.Sleep(time.Millisecond)
	}
	select {
	case <-b.Pressed():
		t.Error("pressed by what is not there yet")
	case <-time.After(20 * time.Millisecond):
	}
	close(d.slow)
	if err := <-kept; err != nil {
		t.Fatal(err)
	}
	select {
	case <-b.Pressed():
	case <-time.After(10 * time.Second):
		t.Error("more than half full, and not told")
	}
}

// A bound may be changed while stories come: one that is lower refuses what comes and drops nothing, one that is higher lets
// it in, and an inbox that comes to be half full in this way says so.
func TestBoundIsChanged(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "in"), Options{Most: Depth{Bytes: 1 << 20, Stories: 100}})
	put(t, b, "a", 10)
	b.Bound(Depth{Bytes: 1 << 20, Stories: 12})
	select {
	case <-b.Pressed():
	case <-time.After(10 * time.Second):
		t.Error("more than half full, and not told")
	}
	if !b.Pressing() || b.Most().Stories != 12 || b.Depth().Stories != 10 {
		t.Errorf("%+v of %+v", b.Depth(), b.Most())
	}
	if err := b.Append(t.Context(), stories("b", 3), 3); !errors.Is(err, ErrFull) {
		t.Errorf("beyond the new bound: %v", err)
	}
	b.Bound(Depth{Bytes: 1 << 20, Stories: 5})
	if err := b.Append(t.Context(), stories("b", 1), 1); !errors.Is(err, ErrFull) || b.Depth().Stories != 10 {
		t.Errorf("a bound below what waits: %v, %+v", err, b.Depth())
	}
	b.Bound(Depth{})
	if b.Most() != DefaultMost() {
		t.Errorf("%+v", b.Most())
	}
	put(t, b, "b", 50)
	if b.Pressing() || b.Depth().Stories != 60 {
		t.Errorf("%+v", b.Depth())
	}
}
