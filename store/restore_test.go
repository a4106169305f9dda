package store

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/store/archive"
)

// entriesOf lists what a folder holds.
func entriesOf(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// What is not whole, not ours, or of another schema is refused before a byte is written.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	s := sound(t)
	dir := t.TempDir()
	full := backUp(t, s, filepath.Join(dir, "full.ssb"), "")
	if err := s.Commit(t.Context(), victimBatch(1)); err != nil {
		t.Fatal(err)
	}
	part := backUp(t, s, filepath.Join(dir, "part.ssb"), full.Path)
	whole, err := os.ReadFile(full.Path)
	if err != nil {
		t.Fatal(err)
	}
	put := func(name string, data []byte) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	of := func(schema int) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "schema.ssb")
		w, err := archive.Create(path, archive.Header{Schema: schema, Created: epoch})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Finish(&archive.State{}), w.Publish()); err != nil {
			t.Fatal(err)
		}
		return path
	}
	flipped := put("flipped.ssb", whole)
	flip(t, flipped, len(whole)/2)
	for _, test := range []struct {
		name  string
		files []string
		want  error
	}{
		{"nothing", nil, archive.ErrChain},
		{"a cut file", []string{put("cut.ssb", whole[:len(whole)-5])}, archive.ErrDamaged},
		{"a flipped byte", []string{flipped}, archive.ErrDamaged},
		{"another program's file", []string{put("x.tar", []byte(strings.Repeat("ustar", 500)))}, archive.ErrForeign},
		{"a newer schema", []string{of(SchemaVersion + 1)}, ErrSchema},
		{"a part without its full backup", []string{put("part.ssb", mustRead(t, part.Path))}, archive.ErrChain},
		{"a file that is not there", []string{filepath.Join(dir, "none.ssb")}, os.ErrNotExist},
	} {
		root := t.TempDir()
		_, err := Restore(t.Context(), test.files, filepath.Join(root, "new"), RestoreOptions{MinFree: 1})
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, expected %v", test.name, err, test.want)
		}
		if names := entriesOf(t, root); len(names) > 0 {
			t.Errorf("%s: %v was left", test.name, names)
		}
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Only a missing or empty folder is restored into; parents of it are made.
func TestRestoreInto(t *testing.T) {
	t.Parallel()
	s := sound(t)
	full := backUp(t, s, filepath.Join(t.TempDir(), "full.ssb"), "")
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	if err := os.WriteFile(at("file"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Mkdir(at("empty"), 0o755), os.Mkdir(at("used"), 0o755), os.WriteFile(filepath.Join(at("used"), ".hidden"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{s.dir, at("used"), at("file")} {
		before := entriesOf(t, filepath.Dir(dir))
		if _, err := Restore(t.Context(), []string{full.Path}, dir, RestoreOptions{MinFree: 1}); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("%s: %v", dir, err)
		}
		if diff := gocmp.Diff(before, entriesOf(t, filepath.Dir(dir))); diff != "" {
			t.Error(diff)
		}
	}
	for _, dir := range []string{at("empty"), at("new"), filepath.Join(at("far"), "away", "new")} {
		if _, err := Restore(t.Context(), []string{full.Path}, dir, RestoreOptions{MinFree: 1}); err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		if diff := gocmp.Diff(dump(t, s), dump(t, reopen(t, dir, Options{}))); diff != "" {
			t.Errorf("%s (-store +restored):\n%s", dir, diff)
		}
	}
}

// A restore that is interrupted, or has no room, leaves nothing; what a killed one has left is in nobody's way.
func TestRestoreLeavesNothing(t *testing.T) {
	t.Parallel()
	s := create(t)
	if err := s.Commit(t.Context(), padded(60, 400<<10)); err != nil {
		t.Fatal(err)
	}
	full := backUp(t, s, filepath.Join(t.TempDir(), "full.ssb"), "")
	root := t.TempDir()
	dir := filepath.Join(root, "new")
	for _, stage := range []string{"verifying", "writing", "checking"} {
		ctx, cancel := context.WithCancel(t.Context())
		o := RestoreOptions{MinFree: 1, Stage: func(name string) {
			if name == stage {
				cancel()
			}
		}}
		if _, err := Restore(ctx, []string{full.Path}, dir, o); !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted when %s: %v", stage, err)
		}
		if names := entriesOf(t, root); len(names) > 0 {
			t.Errorf("interrupted when %s: %v was left", stage, names)
		}
	}
	if _, err := Restore(t.Context(), []string{full.Path}, dir, RestoreOptions{MinFree: 1 << 60}); !errors.Is(err, ErrFull) {
		t.Errorf("without room: %v", err)
	}
	if names := entriesOf(t, root); len(names) > 0 {
		t.Errorf("without room: %v was left", names)
	}
	// As a killed process leaves it.
	db, err := openBadger(mkdir(t, dir+restoreSuffix), SchemaVersion, false, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), []string{full.Path}, dir, RestoreOptions{MinFree: 1}); !errors.Is(err, ErrLocked) {
		t.Errorf("while another restores: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), []string{full.Path}, dir, RestoreOptions{MinFree: 1}); err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff([]string{"new"}, entriesOf(t, root)); diff != "" {
		t.Error(diff)
	}
	// A folder of that name that is somebody else's.
	mine := filepath.Join(mkdir(t, filepath.Join(root, "other"+restoreSuffix)), "notes")
	if err := os.WriteFile(mine, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), []string{full.Path}, filepath.Join(root, "other"), RestoreOptions{MinFree: 1}); !errors.Is(err, ErrNotStore) {
		t.Errorf("with another's folder in the way: %v", err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}

func mkdir(t *testing.T, dir string) string {
	t.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
