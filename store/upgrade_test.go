package store

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/samestory/samestory/cluster"
)

// released unpacks a store that a released schema wrote, see testdata/released/README.md.
func released(t *testing.T, schema int) string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "released", fmt.Sprintf("schema%d.tar.zst", schema)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	dir := t.TempDir()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		out, err := os.Create(filepath.Join(dir, filepath.Base(h.Name)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(out, r)
		if err := errors.Join(err, out.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// given reads what the released stores were made of: the last text of every story, and all texts.
func given(t *testing.T) (current map[string]string, versions map[string]int) {
	t.Helper()
	current, versions = make(map[string]string), make(map[string]int)
	texts := make(map[string]bool)
	b, err := os.ReadFile(filepath.Join("testdata", "released", "second.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		var s struct{ ID, Text string }
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		if current[s.ID] = s.Text; !texts[s.ID+s.Text] {
			texts[s.ID+s.Text] = true
			versions[s.ID]++
		}
	}
	return current, versions
}

var upgraded = Header{Features: cluster.FeaturesVersion, Params: cluster.Fingerprint()}

func upgradeOptions(backup string) UpgradeOptions {
	return UpgradeOptions{
		Params: upgraded, Backup: backup, Now: epoch.AddDate(1, 0, 0), chunk: 4 << 10,
		Featurise: func(profiles []cluster.SourceProfile) (func(context.Context, []cluster.Story) ([][]byte, error), error) {
			e, err := cluster.New(cluster.DefaultParams())
			if err != nil {
				return nil, err
			}
			return e.Features, e.Restore(nil, profiles, nil, nil)
		},
	}
}

// olderRows reads the rows of a store of an older schema as they are on disk, with the checksums that this one adds.
func olderRows(t *testing.T, dir string, schema int) map[string]string {
	t.Helper()
	s, err := openOlder(dir, schema, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	v := s.View()
	defer v.Close()
	rows := make(map[string]string)
	if err := v.everyRow(t.Context(), func(key, value []byte) error {
		rows[string(key)] = string(value)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return rows
}

// A store of every released schema is refused, upgraded, sound, and holds what was put into it under the ids that it had.
func TestUpgradeReleased(t *testing.T) {
	t.Parallel()
	for schema := 1; schema < SchemaVersion; schema++ {
		t.Run(fmt.Sprint(schema), func(t *testing.T) {
			t.Parallel()
			dir := released(t, schema)
			onDisk := olderRows(t, dir, schema)
			before := maps.Clone(onDisk)
			for key, value := range before {
				if schema < schemaSealed {
					break
				}
				plain, err := unseal([]byte(key), []byte(value))
				if err != nil {
					t.Fatal(err)
				}
				before[key] = string(plain)
			}
			_, err := Open(t.Context(), dir, Options{ReadOnly: true})
			var older *SchemaError
			if !errors.As(err, &older) || older.Found != schema {
				t.Fatalf("a store of schema %d opens, or with %v", schema, err)
			}
			backups := t.TempDir()
			report, err := Upgrade(t.Context(), dir, upgradeOptions(backups))
			if err != nil {
				t.Fatal(err)
			}
			if report.From != schema || report.To != SchemaVersion || report.Resumed || (report.Baseline > 0) != (schema < schemaSealed) || report.Backup == "" {
				t.Errorf("%+v", report)
			}
			if remade := schema == 1; (report.Features > 0) != remade {
				t.Errorf("features of %d stories were made anew", report.Features)
			}
			s := reopen(t, dir, Options{Params: upgraded})
			clean(t, s)
			sameContent(t, s)
			after := dump(t, s)
			for key, value := range before {
				switch key[0] {
				case tabHeader, tabCounts, tabFeatures:
				default:
					if after[key] != value {
						t.Errorf("row %q was %q and is %q", key, value, after[key])
					}
				}
			}
			if again, err := Upgrade(t.Context(), dir, upgradeOptions("")); !errors.Is(err, ErrLocked) {
				t.Errorf("a store that is open is upgraded: %+v %v", again, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if again, err := Upgrade(t.Context(), dir, upgradeOptions(backups)); err != nil || again.Changed() || again.Backup != "" {
				t.Errorf("a second upgrade does %+v, %v", again, err)
			}
			restoreOlder(t, report.Backup, schema, onDisk)
		})
	}
}

// sameContent compares stories, texts and versions with what was put in.
func sameContent(t *testing.T, s *Store) {
	t.Helper()
	v := s.View()
	defer v.Close()
	current, versions := given(t)
	stats, err := v.Stats()
	if err != nil || stats.Stories != len(current) || stats.Versions != 1 || stats.Schema != SchemaVersion {
		t.Fatalf("%+v, %v", stats, err)
	}
	for id, text := range current {
		r, err := v.Story(id)
		if err != nil {
			t.Fatal(err)
		}
		_, got, err := v.Text(id)
		if err != nil || got != text || r.Versions != versions[id] || r.Placement.Event == "" {
			t.Errorf("story %s: %v, %d versions, in %+v:\n%s", id, err, r.Versions, r.Placement, cmp.Diff(text, got))
		}
	}
}

// restoreOlder restores the backup of a store of an older schema, row by row, and upgrades that.
func restoreOlder(t *testing.T, file string, schema int, rows map[string]string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "restored")
	report, err := Restore(t.Context(), []string{file}, dir, RestoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Chain[0].Schema; got != schema {
		t.Errorf("the backup says schema %d", got)
	}
	if diff := cmp.Diff(rows, olderRows(t, dir, schema)); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
	if _, err := Upgrade(t.Context(), dir, upgradeOptions("")); err != nil {
		t.Fatal(err)
	}
	s := reopen(t, dir, Options{Params: upgraded})
	clean(t, s)
	sameContent(t, s)
}

// An upgrade that was cut off at any of its steps is resumed by the next one, keeps the backup of the first, and leads
// to the same store. Until its last step the store counts as one of the old schema.
func TestUpgradeResumes(t *testing.T) {
	t.Parallel()
	for schema := 1; schema < SchemaVersion; schema++ {
		whole := released(t, schema)
		if _, err := Upgrade(t.Context(), whole, upgradeOptions("")); err != nil {
			t.Fatal(err)
		}
		want := dump(t, reopen(t, whole, Options{}))
		errCut := errors.New("cut off")
		for cut := 0; ; cut++ {
			dir, backups := released(t, schema), t.TempDir()
			n, reached, backedUp := 0, "", 0
			o := upgradeOptions(backups)
			o.Seams.Step = func(name string) error {
				if backedUp > 0 {
					backedUp++ // steps since there is a backup
				}
				if name == StepPublished {
					backedUp = 1
				}
				if n++; n > cut {
					reached = name
					return errCut
				}
				return nil
			}
			_, err := upgradeStore(t.Context(), dir, o)
			if err == nil {
				if least := 7; cut < least && schema < schemaSealed {
					t.Errorf("schema %d: an upgrade has %d steps", schema, cut)
				}
				break
			}
			if !errors.Is(err, errCut) {
				t.Fatal(err)
			}
			if found, err := SchemaOf(dir); err != nil || (found == SchemaVersion) != (reached == StepSwitched) {
				t.Errorf("cut off at step %d, %s, the schema is %d, %v", cut, reached, found, err)
			}
			report, err := Upgrade(t.Context(), dir, upgradeOptions(backups))
			if err != nil {
				t.Fatalf("schema %d, cut off at step %d, %s: %v", schema, cut, reached, err)
			}
			if report.Resumed != (backedUp > 1 && reached != StepSwitched) {
				t.Errorf("cut off at step %d, %s: %+v", cut, reached, report)
			}
			number := 1
			if reached == StepPublished {
				number = 2 // nobody had noted the first
			}
			if files, _ := filepath.Glob(filepath.Join(backups, "*.ssb")); len(files) != number {
				t.Errorf("cut off at step %d, %s: there are %d backups", cut, reached, len(files))
			}
			s := reopen(t, dir, Options{Params: upgraded})
			if diff := cmp.Diff(want, dump(t, s)); diff != "" {
				t.Errorf("schema %d, cut off at step %d, %s (-want +got):\n%s", schema, cut, reached, diff)
			}
			clean(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A store whose features are of another version, in the schema of today, gets them made anew.
func TestUpgradeFeatures(t *testing.T) {
	t.Parallel()
	dir := released(t, 2)
	old := upgradeOptions("")
	old.Params.Params = "of another time"
	if _, err := Upgrade(t.Context(), dir, old); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), dir, Options{Params: upgraded}); !errors.Is(err, ErrParams) {
		t.Fatalf("a store with other features opens, or with %v", err)
	}
	report, err := Upgrade(t.Context(), dir, upgradeOptions(t.TempDir()))
	current, _ := given(t)
	if err != nil || report.Features != len(current) || report.Baseline != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	s := reopen(t, dir, Options{Params: upgraded})
	clean(t, s)
	sameContent(t, s)
}

// A store of a later schema is refused, whether opened or upgraded, and nothing of it is touched.
func TestNewerIsRefused(t *testing.T) {
	t.Parallel()
	s := sound(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.dir, manifestName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[5]++
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	before := folder(t, s.dir)
	_, opened := Open(t.Context(), s.dir, Options{})
	_, upgrading := Upgrade(t.Context(), s.dir, upgradeOptions(""))
	for _, err := range []error{opened, upgrading} {
		var newer *SchemaError
		if !errors.As(err, &newer) || newer.Found != SchemaVersion+1 {
			t.Errorf("%v", err)
		}
	}
	if diff := cmp.Diff(before, folder(t, s.dir)); diff != "" {
		t.Errorf("refusing changed the folder:\n%s", diff)
	}
}

// folder reads all files of a folder.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(b)
	}
	return files
}

// A store that the schema of today wrote when it was released still opens.
func TestReleasedOpens(t *testing.T) {
	t.Parallel()
	s := reopen(t, released(t, SchemaVersion), Options{Params: upgraded})
	clean(t, s)
	sameContent(t, s)
}

// An upgrade of an earlier program that was cut off before its very last step, two bytes of the manifest, is no obstacle.
func TestUpgradeOverUnswitchedManifest(t *testing.T) {
	t.Parallel()
	dir := released(t, 3)
	path := filepath.Join(dir, manifestName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[5] = 2
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := Upgrade(t.Context(), dir, upgradeOptions(""))
	if err != nil || report.Baseline != 0 || !report.Changed() {
		t.Fatalf("%+v, %v", report, err)
	}
	s := reopen(t, dir, Options{Params: upgraded})
	clean(t, s)
	sameContent(t, s)
}
