package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/dgraph-io/badger/v4"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/store/archive"
)

// backUp writes a backup of the store, since the chain that ends with the named file if there is one.
func backUp(t testing.TB, s *Store, to, since string) archive.Info {
	t.Helper()
	info, err := tryBackUp(s, to, since)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func tryBackUp(s *Store, to, since string) (archive.Info, error) {
	o := BackupOptions{To: to, Now: epoch}
	if since != "" {
		var err error
		if o.Since, err = archive.Chain([]string{since}); err != nil {
			return archive.Info{}, err
		}
	}
	return s.Backup(context.Background(), o)
}

// restored opens what a restore makes of a backup.
func restored(t *testing.T, files ...string) *Store {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "restored")
	report, err := Restore(t.Context(), files, dir, RestoreOptions{MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !report.Check.OK() {
		t.Errorf("check finds %+v", report.Check.Findings)
	}
	return reopen(t, dir, Options{})
}

// Random histories with a backup after each tick, full or since the last, and what makes the database forget deletions in
// between: every backup restores to what the store held then.
func TestRestoreEqualsStore(t *testing.T) {
	t.Parallel()
	fewer(t, 10)
	rapid.Check(t, func(rt *rapid.T) {
		root, err := os.MkdirTemp(t.TempDir(), "history")
		if err != nil {
			rt.Fatal(err)
		}
		at := func(name string) string { return filepath.Join(root, name) }
		s, err := Open(t.Context(), at("store"), Options{Create: true, MinFree: 1})
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { s.Close() }()
		m := newModel(rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0)).IntN)
		last := ""
		held := map[string]map[string]string{}
		for n := range rapid.IntRange(1, 6).Draw(rt, "ticks") {
			if err := s.Commit(t.Context(), m.tick()); err != nil {
				rt.Fatal(err)
			}
			switch rapid.IntRange(0, 3).Draw(rt, "then") {
			case 0:
				last = ""
			case 1:
				if err := s.Maintain(t.Context()); err != nil {
					rt.Fatal(err)
				}
			case 2:
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				if s, err = Open(t.Context(), at("store"), Options{MinFree: 1}); err != nil {
					rt.Fatal(err)
				}
			}
			info, err := tryBackUp(s, at(fmt.Sprintf("%d.ssb", n)), last)
			if err != nil {
				rt.Fatal(err)
			}
			last = info.Path
			held[last] = dump(t, s)
		}
		for _, path := range slices.Sorted(maps.Keys(held)) {
			dir := strings.TrimSuffix(path, archive.Extension)
			report, err := Restore(t.Context(), []string{path}, dir, RestoreOptions{MinFree: 1})
			if err != nil {
				rt.Fatal(err)
			}
			if !report.Check.OK() {
				rt.Fatalf("check finds %+v", report.Check.Findings)
			}
			r, err := Open(t.Context(), dir, Options{MinFree: 1})
			if err != nil {
				rt.Fatal(err)
			}
			if diff := gocmp.Diff(held[path], dump(t, r)); diff != "" {
				rt.Fatalf("%s (-store +restored):\n%s", path, diff)
			}
			if path == last {
				if diff := compare(r, m); diff != "" {
					rt.Fatal(diff)
				}
			}
			if err := r.Close(); err != nil {
				rt.Fatal(err)
			}
		}
	})
}

// Commits that come while a backup is written are not in it, small or large: it holds the snapshot it began with.
func TestBackupWhileCommitting(t *testing.T) {
	t.Parallel()
	s := create(t)
	if err := s.Commit(t.Context(), padded(40, 400<<10)); err != nil {
		t.Fatal(err)
	}
	full := backUp(t, s, filepath.Join(t.TempDir(), "full.ssb"), "")
	for _, since := range []string{"", full.Path} {
		before := dump(t, s)
		n := 0
		o := BackupOptions{To: filepath.Join(filepath.Dir(full.Path), fmt.Sprintf("%q.ssb", filepath.Base(since))), Now: epoch}
		if since != "" {
			o.Since = []archive.Info{full}
		}
		o.Progress = func(int64, int64) {
			for range 3 {
				n++
				b := victimBatch(len(before) + 4*n) // each needs a redo log
				if n%3 == 0 {
					b = victimBatch(len(before) + 4*n + 1)
				}
				if err := s.Commit(t.Context(), b); err != nil {
					t.Error(err)
				}
			}
		}
		info, err := s.Backup(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 || len(dump(t, s)) <= len(before) {
			t.Fatal("nothing was committed meanwhile")
		}
		if got := dump(t, restored(t, info.Path)); !gocmp.Equal(before, got) {
			t.Errorf("since %q: %d rows were restored, the snapshot had %d", since, len(got), len(before))
		}
	}
}

// A backup that begins at any step of a commit holds the state of before or of after, never a redo log nor a part of what
// it does.
func TestBackupAtEveryStep(t *testing.T) {
	t.Parallel()
	s := create(t)
	if err := s.Commit(t.Context(), padded(3, 100)); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	before := dump(t, s)
	done := make(chan error, 20)
	begun := map[string]bool{}
	s.seams.Step = func(name string) error {
		switch name {
		case StepBegun, StepRows, StepWritten, StepVerified, StepPublished: // of the backups themselves
			return nil
		}
		if begun[name] {
			return nil
		}
		begun[name] = true
		back := func() error {
			_, err := tryBackUp(s, filepath.Join(dir, name+".ssb"), "")
			return err
		}
		switch name {
		case StepApplied, StepSettled, StepCleared, StepDropped, StepDone:
			// Snapshots wait for what is under way, so the commit must not wait for them.
			go func() { done <- back() }()
		default:
			done <- back()
		}
		return nil
	}
	if err := s.Commit(t.Context(), victimBatch(400)); err != nil {
		t.Fatal(err)
	}
	for range begun {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	after := dump(t, s)
	for _, name := range []string{StepPlanned, StepStaged, StepSynced, StepMarked, StepApplied, StepSettled, StepCleared, StepDone} {
		want := after
		switch name {
		case StepPlanned, StepStaged, StepSynced, StepMarked:
			want = before
		}
		r := restored(t, filepath.Join(dir, name+".ssb"))
		if got := dump(t, r); !gocmp.Equal(want, got) {
			t.Errorf("a backup that began when %s: %d rows, expected %d", name, len(got), len(want))
		}
		clean(t, r)
	}
}

// Deletions are found although the database has cleared their markers away, and by a chain whose store was restored in
// between.
func TestDeletionsAfterCompaction(t *testing.T) {
	t.Parallel()
	s := create(t)
	if err := s.Commit(t.Context(), padded(500, 2000)); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	full := backUp(t, s, filepath.Join(dir, "full.ssb"), "")
	var ops []op
	for key := range dump(t, s) {
		if key[0] == tabFeatures {
			ops = append(ops, op{key: []byte(key), delete: true})
		}
	}
	if err := s.writeOps(ops); err != nil {
		t.Fatal(err)
	}
	// Closing writes a table; once there are several they are merged to the lowest level, which drops what is deleted
	// together with its marker.
	for n := range 6 {
		if err := s.Commit(t.Context(), victimBatch(4*n+1)); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s.dir, Options{})
		if err := s.Maintain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := markers(t, s); n > 0 {
		t.Fatalf("the database still knows of %d deletions: this tests nothing", n)
	}
	want := dump(t, s)
	part := backUp(t, s, filepath.Join(dir, "part.ssb"), full.Path)
	if part.Deleted != 500 {
		t.Errorf("%d rows and %d deletions were written", part.Written, part.Deleted)
	}
	into := filepath.Join(dir, "restored")
	report, err := Restore(t.Context(), []string{part.Path}, into, RestoreOptions{MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	if report.Check.OK() {
		t.Error("what the store lacked is not found by check")
	}
	r := reopen(t, into, Options{})
	if diff := gocmp.Diff(want, dump(t, r)); diff != "" {
		t.Errorf("(-store +restored):\n%s", diff)
	}
	next := backUp(t, r, filepath.Join(dir, "next.ssb"), part.Path)
	if next.Written != 0 || next.Deleted != 0 || next.Sequence != 2 || next.Digest != part.Digest {
		t.Errorf("a restored store differs from its backup: %+v", next)
	}
}

// markers counts the deletions that the database still knows of.
func markers(t *testing.T, s *Store) (n int) {
	t.Helper()
	v := s.View()
	defer v.Close()
	it := v.txn.NewIterator(badger.IteratorOptions{AllVersions: true})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		if it.Item().IsDeletedOrExpired() {
			n++
		}
	}
	return n
}

// What a backup says of itself.
func TestBackupInfo(t *testing.T) {
	t.Parallel()
	s := sound(t)
	dir := t.TempDir()
	full := backUp(t, s, dir, "")
	if got, want := filepath.Base(full.Path), "samestory-20260301T060000Z-j6.full.ssb"; got != want {
		t.Errorf("called %s, expected %s", got, want)
	}
	rows := dump(t, s)
	if full.Schema != SchemaVersion || full.Stories != 5 || full.Events != 3 || full.JournalFrom != 1 || full.JournalTo != 6 ||
		full.StateRows != int64(len(rows)) || full.Written != full.StateRows || full.Deleted != 0 || !full.Full() || len(full.Lineage) != 32 {
		t.Errorf("%+v", full)
	}
	if err := s.Commit(t.Context(), Batch{At: epoch, Cursors: []Cursor{{Source: "archive", Data: []byte("8")}}}); err != nil {
		t.Fatal(err)
	}
	part := backUp(t, s, dir, full.Path)
	if part.Parent != full.ID || part.Sequence != 1 || part.JournalFrom != 7 || part.JournalTo != 6 || part.Written != 1 || part.Lineage != full.Lineage {
		t.Errorf("%+v", part)
	}
	if _, err := tryBackUp(s, dir, full.Path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the same name again: %v", err)
	}
	// An empty store can be backed up, too.
	empty := backUp(t, create(t), filepath.Join(dir, "empty.ssb"), "")
	if empty.Lineage != "" || empty.StateRows != 2 {
		t.Errorf("%+v", empty)
	}
	clean(t, restored(t, empty.Path))
}

// A run that a clock gone back puts before all others does not make a store another.
func TestBackupAfterClockWentBack(t *testing.T) {
	t.Parallel()
	s := sound(t)
	dir := t.TempDir()
	full := backUp(t, s, filepath.Join(dir, "full.ssb"), "")
	early := &Run{ID: "r0", Started: epoch.AddDate(-1, 0, 0), Status: RunOK}
	if err := s.Commit(t.Context(), Batch{At: epoch, Run: early}); err != nil {
		t.Fatal(err)
	}
	part := backUp(t, s, filepath.Join(dir, "part.ssb"), full.Path)
	part = backUp(t, s, filepath.Join(dir, "part2.ssb"), part.Path)
	if part.Lineage != full.Lineage || part.Sequence != 2 {
		t.Errorf("%+v", part)
	}
}

// What cannot be the parent of a backup is refused.
func TestBackupSinceRefused(t *testing.T) {
	t.Parallel()
	s := sound(t)
	dir := t.TempDir()
	early := backUp(t, s, filepath.Join(dir, "early.ssb"), "")
	if err := s.Commit(t.Context(), victimBatch(1)); err != nil {
		t.Fatal(err)
	}
	late := backUp(t, s, filepath.Join(dir, "late.ssb"), early.Path)
	other := create(t)
	if err := other.Commit(t.Context(), Batch{At: epoch, Run: &Run{ID: "r2", Started: epoch, Status: RunOK}}); err != nil {
		t.Fatal(err)
	}
	foreign := backUp(t, other, filepath.Join(dir, "foreign.ssb"), "")
	older := restored(t, early.Path)
	for what, err := range map[string]error{
		"another store's":    second(tryBackUp(s, filepath.Join(dir, "x.ssb"), foreign.Path)),
		"one of a later day": second(tryBackUp(older, filepath.Join(dir, "x.ssb"), late.Path)),
	} {
		if !errors.Is(err, archive.ErrChain) {
			t.Errorf("%s: %v", what, err)
		}
	}
	flip(t, early.Path, 400)
	if _, err := tryBackUp(s, filepath.Join(dir, "x.ssb"), late.Path); !errors.Is(err, archive.ErrDamaged) {
		t.Errorf("on a damaged chain: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "x.ssb")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a file was left")
	}
}

func second[T any](_ T, err error) error { return err }

// flip changes a byte of a file.
func flip(t *testing.T, path string, at int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[at%len(data)] ^= 0x20
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A backup inside the store would be lost with it, whichever way its folder is named.
func TestBackupInsideStore(t *testing.T) {
	t.Parallel()
	s := sound(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(s.dir, link); err != nil {
		t.Skip(err)
	}
	sub := filepath.Join(s.dir, "sub")
	if err := os.Mkdir(sub, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{s.dir, filepath.Join(s.dir, "b.ssb"), link, filepath.Join(link, "b.ssb"), sub} {
		if _, err := tryBackUp(s, to, ""); !errors.Is(err, ErrInside) {
			t.Errorf("%s: %v", to, err)
		}
	}
	backUp(t, s, s.dir+"-backup.ssb", "")
}

// A disk that is full, or that cannot be written to, costs the backup and nothing else.
func TestBackupDisks(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	s := create(t)
	if err := s.Commit(t.Context(), padded(40, 100<<10)); err != nil {
		t.Fatal(err)
	}
	if _, err := tryBackUp(s, disk, ""); !errors.Is(err, ErrFull) {
		t.Errorf("on a full disk: %v", err)
	}
	if entries, _ := os.ReadDir(disk); len(entries) > 0 {
		t.Errorf("something was left: %v", entries)
	}
	if out, err := exec.Command("mount", "-o", "remount,ro", disk).CombinedOutput(); err != nil {
		t.Skipf("%v: %s", err, out)
	}
	if _, err := tryBackUp(s, disk, ""); !errors.Is(err, syscall.EROFS) {
		t.Errorf("on a disk for reading: %v", err)
	}
	clean(t, s)
}

// A backup that is interrupted leaves nothing.
func TestBackupInterrupted(t *testing.T) {
	t.Parallel()
	s := create(t)
	if err := s.Commit(t.Context(), padded(2000, 100)); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Backup(ctx, BackupOptions{To: dir, Now: epoch, Progress: func(int64, int64) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("something was left: %v", entries)
	}
}
