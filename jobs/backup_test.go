package jobs

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
	"github.com/samestory/samestory/store/archive"
)

var morning = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

// bare makes a store with one run, so that it has a lineage.
func bare(t *testing.T, what string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "db"), store.Options{Create: true, MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	first := &store.Run{ID: what, Job: "tick", Started: morning, Status: store.RunOK}
	if err := s.Commit(t.Context(), store.Batch{At: morning, Run: first}); err != nil {
		t.Fatal(err)
	}
	return s
}

func change(t *testing.T, s *store.Store, what string) {
	t.Helper()
	d := &cluster.Delta{Changes: []cluster.Change{{Kind: "created", Object: what}}}
	if err := s.Commit(t.Context(), store.Batch{Delta: d, At: morning}); err != nil {
		t.Fatal(err)
	}
}

// kinds lists the backups of a folder as the days since morning and "full" or the place in the chain.
func kinds(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), archive.Extension)
		at, err := time.Parse("20060102T150405Z", strings.Split(name, "-")[1])
		if err != nil {
			t.Fatal(err)
		}
		_, kind, _ := strings.Cut(name, ".")
		list = append(list, at.Sub(morning).Truncate(time.Hour).String()+" "+kind)
	}
	return list
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// run makes backups at some hours, with a change before each.
func run(t *testing.T, b *Backup, s *store.Store, hours ...int) {
	t.Helper()
	for _, h := range hours {
		change(t, s, "x")
		now := morning.Add(time.Duration(h) * time.Hour)
		info, err := b.next(t.Context(), s, now, quiet())
		if err != nil {
			t.Fatalf("hour %d: %v", h, err)
		}
		if info.Full() {
			if err := b.prune(s, &info, quiet()); err != nil {
				t.Fatal(err)
			}
		}
		// Whatever is there can be restored at any time.
		list, problems, err := archive.List(b.Dir)
		if err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
		for _, i := range list {
			chain, err := archive.Chain([]string{i.Path})
			if err == nil {
				err = archive.Verify(t.Context(), chain, nil)
			}
			if err != nil {
				t.Errorf("hour %d: %v", h, err)
			}
		}
	}
}

func TestBackupsFullAndIncremental(t *testing.T) {
	b := &Backup{Dir: filepath.Join(t.TempDir(), "far", "backups"), FullEvery: 24 * time.Hour, Keep: 2}
	s := bare(t, "first")
	run(t, b, s, 0, 8, 16, 24, 32, 47)
	want := []string{"0s full", "8h0m0s part1", "16h0m0s part2", "24h0m0s full", "32h0m0s part1", "47h0m0s part2"}
	if diff := cmp.Diff(want, kinds(t, b.Dir)); diff != "" {
		t.Error(diff)
	}
	// The third full one makes the first chain go, whole.
	run(t, b, s, 48, 50)
	want = []string{"24h0m0s full", "32h0m0s part1", "47h0m0s part2", "48h0m0s full", "50h0m0s part1"}
	if diff := cmp.Diff(want, kinds(t, b.Dir)); diff != "" {
		t.Error(diff)
	}
}

// Backups of another store in the same folder are neither gone on with nor removed.
func TestBackupsOfTwoStores(t *testing.T) {
	b := &Backup{Dir: t.TempDir(), FullEvery: time.Hour, Keep: 1}
	one, two := bare(t, "one"), bare(t, "two")
	run(t, b, one, 0)
	run(t, b, two, 1, 3, 5)
	run(t, b, two, 7)
	if diff := cmp.Diff([]string{"0s full", "7h0m0s full"}, kinds(t, b.Dir)); diff != "" {
		t.Error(diff)
	}
}

// A chain that is damaged, or of a later state than the store's, or from the future, is left alone, and a new one begins.
func TestBackupsBeginAnew(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, b *Backup, s *store.Store, full string) *store.Store{
		"a flipped byte": func(t *testing.T, _ *Backup, s *store.Store, full string) *store.Store {
			data, err := os.ReadFile(full)
			if err != nil {
				t.Fatal(err)
			}
			data[len(data)*2/3] ^= 1
			if err := os.WriteFile(full, data, 0o600); err != nil {
				t.Fatal(err)
			}
			return s
		},
		"a missing parent": func(t *testing.T, _ *Backup, s *store.Store, full string) *store.Store {
			if err := os.Remove(full); err != nil {
				t.Fatal(err)
			}
			return s
		},
		"a store that went back": func(t *testing.T, _ *Backup, s *store.Store, full string) *store.Store {
			dir := filepath.Join(t.TempDir(), "restored")
			if _, err := store.Restore(t.Context(), []string{full}, dir, store.RestoreOptions{MinFree: 1}); err != nil {
				t.Fatal(err)
			}
			old, err := store.Open(t.Context(), dir, store.Options{MinFree: 1})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { old.Close() })
			return old
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := &Backup{Dir: t.TempDir(), FullEvery: 1000 * time.Hour, Keep: 3}
			s := bare(t, "first")
			run(t, b, s, 0, 1)
			change(t, s, "x")
			list, _, err := archive.List(b.Dir)
			if err != nil {
				t.Fatal(err)
			}
			info, err := b.next(t.Context(), s, morning.Add(2*time.Hour), quiet())
			if err != nil || info.Sequence != 2 {
				t.Fatalf("%+v, %v", info, err)
			}
			s = spoil(t, b, s, list[0].Path)
			if info, err = b.next(t.Context(), s, morning.Add(3*time.Hour), quiet()); err != nil || !info.Full() {
				t.Fatalf("%+v, %v", info, err)
			}
		})
	}
}

// A clock that went back makes no difference but in the names.
func TestBackupsWithAClockThatWentBack(t *testing.T) {
	b := &Backup{Dir: t.TempDir(), FullEvery: 24 * time.Hour, Keep: 2}
	s := bare(t, "first")
	run(t, b, s, 24*365, 1, 2, 3)
	want := []string{"1h0m0s full", "2h0m0s part1", "3h0m0s part2", "8760h0m0s full"}
	if diff := cmp.Diff(want, kinds(t, b.Dir)); diff != "" {
		t.Error(diff)
	}
}

// What a killed backup has left is taken away after a day, and nothing else is.
func TestBackupsSweep(t *testing.T) {
	b := &Backup{Dir: t.TempDir()}
	now := time.Now()
	for name, age := range map[string]time.Duration{
		".samestory-x.full.ssb.123.partial": 25 * time.Hour, ".samestory-y.full.ssb.123.partial": time.Hour,
		".notes.partial": 48 * time.Hour, "samestory-z.full.ssb": 48 * time.Hour,
	} {
		path := filepath.Join(b.Dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	b.sweep(now, quiet())
	entries, err := os.ReadDir(b.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if diff := cmp.Diff([]string{".notes.partial", ".samestory-y.full.ssb.123.partial", "samestory-z.full.ssb"}, left); diff != "" {
		t.Error(diff)
	}
}
