package store

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// When the disk is nearly full a commit is refused before anything is written, and goes through when there is room.
func TestFullDiskIsRefused(t *testing.T) {
	t.Parallel()
	s := create(t)
	s.minFree = 100 << 20
	for _, test := range []struct {
		free int64
		full bool
	}{{99 << 20, true}, {100 << 20, true}, {200 << 20, false}, {0, true}} {
		s.seams.Free = func(string) (int64, error) { return test.free, nil }
		before := len(dump(t, s))
		err := s.Commit(t.Context(), padded(3, 100))
		if got := errors.Is(err, ErrFull); got != test.full || !got && err != nil {
			t.Errorf("with %d bytes free: %v", test.free, err)
		}
		if err != nil && (!strings.Contains(err.Error(), "make room") || !strings.Contains(err.Error(), s.dir)) {
			t.Errorf("the message does not say what to do: %v", err)
		}
		if test.full && len(dump(t, s)) != before {
			t.Errorf("with %d bytes free something was stored", test.free)
		}
	}
	clean(t, s)
}

// On a real small disk the store stops with the error before the disk is full, stays sound, and goes on when there is
// room again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	dir := filepath.Join(disk, "store")
	s, err := Open(t.Context(), dir, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.Close() }()
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 100<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	n := 0
	for err == nil {
		if n++; n > 100 {
			t.Fatal("the disk is never full")
		}
		b := victimBatch(4 * n) // nine megabytes
		err = s.Commit(t.Context(), b)
	}
	if !errors.Is(err, ErrFull) {
		t.Fatalf("after %d commits: %v", n, err)
	}
	clean(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), dir, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), victimBatch(4*n)); err != nil {
		t.Errorf("with room again: %v", err)
	}
	clean(t, s)
	v := s.View()
	defer v.Close()
	if stats, err := v.Stats(); err != nil || stats.Stories != 10*n {
		t.Errorf("%d stories after %d commits, %v", stats.Stories, n, err)
	}
}

// A disk without room for a store is refused before one is made.
func TestFullDiskAtCreation(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	none := func(string) (int64, error) { return 1 << 20, nil }
	if _, err := Open(t.Context(), dir, Options{Create: true, Seams: Seams{Free: none}}); !errors.Is(err, ErrFull) {
		t.Errorf("%v, expected %v", err, ErrFull)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("something was written: %v", entries)
	}
}
