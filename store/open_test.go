package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// listing is what a folder holds, for tests that say it must not change.
func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "missing"
	}
	var b strings.Builder
	for _, e := range entries {
		data, _ := os.ReadFile(filepath.Join(dir, e.Name()))
		fmt.Fprintf(&b, "%s %q\n", e.Name(), data)
	}
	return b.String()
}

func TestOpenRefuses(t *testing.T) {
	write := func(t *testing.T, path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	manifest := func(magic uint16) string {
		return "Bdgr" + string([]byte{byte(magic >> 8), byte(magic), 0, 8})
	}
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, dir string)
		options Options
		want    error
		text    string // in the message
	}{
		{"a missing folder", func(*testing.T, string) {}, Options{}, ErrNoStore, "no store in"},
		{"a missing folder, for reading", func(*testing.T, string) {}, Options{ReadOnly: true, Create: true}, ErrNoStore, ""},
		{"an empty folder", func(t *testing.T, dir string) { _ = os.Mkdir(dir, 0o755) }, Options{}, ErrNoStore, ""},
		{"a file", func(t *testing.T, dir string) { write(t, dir, "text") }, Options{Create: true}, ErrNotStore, "is a file"},
		{
			"a folder of other things", func(t *testing.T, dir string) { write(t, dir+"/letter.txt", "dear") },
			Options{Create: true},
			ErrNotStore, "letter.txt",
		},
		{
			"another program's database", func(t *testing.T, dir string) { write(t, dir+"/MANIFEST", manifest(0)) },
			Options{Create: true},
			ErrNotStore, "another program",
		},
		{
			"a newer schema", func(t *testing.T, dir string) { write(t, dir+"/MANIFEST", manifest(0x5300|SchemaVersion+1)) },
			Options{},
			ErrSchema, fmt.Sprintf("schema version %d, written by a newer samestory; this one reads version %d", SchemaVersion+1, SchemaVersion),
		},
		{
			"an older schema", func(t *testing.T, dir string) { write(t, dir+"/MANIFEST", manifest(0x5300)) },
			Options{Create: true},
			ErrSchema, "schema version 0, written by an older samestory",
		},
		{
			"a manifest of nonsense", func(t *testing.T, dir string) { write(t, dir+"/MANIFEST", "once upon a time") },
			Options{Create: true},
			ErrCorrupt, "manifest",
		},
		{"a cut manifest", func(t *testing.T, dir string) { write(t, dir+"/MANIFEST", "Bdg") }, Options{}, ErrCorrupt, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "store")
			test.prepare(t, dir)
			before := listing(t, dir)
			s, err := Open(t.Context(), dir, test.options)
			if err == nil {
				s.Close()
			}
			if !errors.Is(err, test.want) {
				t.Fatalf("%v, expected %v", err, test.want)
			}
			if !strings.Contains(err.Error(), test.text) || !strings.Contains(err.Error(), dir) {
				t.Errorf("the message lacks %q or the folder: %v", test.text, err)
			}
			if after := listing(t, dir); after != before {
				t.Errorf("the folder was changed from\n%s to\n%s", before, after)
			}
		})
	}
}

func TestOpenTypedErrors(t *testing.T) {
	t.Parallel()
	s := create(t)
	for name, o := range map[string]Options{"writing": {}, "creating": {Create: true}, "reading": {ReadOnly: true}} {
		_, err := Open(t.Context(), s.dir, o)
		var locked *LockedError
		if !errors.Is(err, ErrLocked) || !errors.As(err, &locked) || locked.PID != os.Getpid() {
			t.Errorf("%s a store that is open: %v", name, err)
		}
	}
	dir := t.TempDir()
	s = reopen(t, dir, Options{Create: true, Params: Header{Features: 2, Params: "granularity 0.5"}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		params Header
		field  string
	}{
		{Header{Features: 3, Params: "granularity 0.5"}, "features"},
		{Header{Features: 2, Params: "granularity 0.6"}, "params"},
		{Header{Params: "granularity 0.6"}, "params"},
	} {
		_, err := Open(t.Context(), dir, Options{Params: test.params})
		var params *ParamsError
		if !errors.Is(err, ErrParams) || !errors.As(err, &params) || params.Field != test.field {
			t.Errorf("%+v: %v", test.params, err)
		}
	}
	s = reopen(t, dir, Options{ReadOnly: true})
	if want := (Header{Features: 2, Params: "granularity 0.5"}); s.Params() != want {
		t.Errorf("parameters are %+v", s.Params())
	}
	if err := s.Commit(t.Context(), Batch{}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("commit while reading: %v", err)
	}
	again := reopen(t, dir, Options{ReadOnly: true}) // readers do not exclude each other
	if again.Params() != s.Params() {
		t.Error("two readers differ")
	}
}

// The schema version is in the header as well, where a magic number that was overlooked cannot hide it.
func TestOpenHeaderOfOtherSchema(t *testing.T) {
	t.Parallel()
	s := create(t)
	other := encodeHeader(&Header{})
	other[1] = SchemaVersion + 1
	if err := s.writeOps(sealAll([]op{{key: []byte{tabHeader}, value: other}})); err != nil {
		t.Fatal(err)
	}
	s.Close()
	_, err := Open(t.Context(), s.dir, Options{})
	var schema *SchemaError
	if !errors.As(err, &schema) || schema.Found != SchemaVersion+1 || schema.Want != SchemaVersion {
		t.Errorf("%v", err)
	}
}

// A creation that was cut off before the header was written is no store yet, and can be finished.
func TestOpenFinishesCreation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, err := badger.Open(badger.DefaultOptions(dir).WithExternalMagic(magicStore | SchemaVersion).WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), dir, Options{}); !errors.Is(err, ErrNoStore) {
		t.Errorf("%v, expected %v", err, ErrNoStore)
	}
	clean(t, reopen(t, dir, Options{Create: true}))
}

// What a process left that was killed is put in order also when the store is opened for reading.
func TestOpenAfterCrash(t *testing.T) {
	t.Parallel()
	s := create(t)
	if err := s.Commit(t.Context(), padded(3, 100)); err != nil {
		t.Fatal(err)
	}
	r := reopen(t, copyStore(t, s.dir), Options{ReadOnly: true})
	clean(t, r)
	if len(dump(t, r)) != len(dump(t, s)) {
		t.Error("the store that was opened for reading is another")
	}
}

// Putting a store in order takes the right to write to it. Who has not is told so.
func TestOpenAfterCrashWithoutRights(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere")
	}
	s := create(t)
	if err := s.Commit(t.Context(), padded(3, 100)); err != nil {
		t.Fatal(err)
	}
	crashed := copyStore(t, s.dir)
	if err := os.Chmod(crashed, 0o555); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), crashed, Options{ReadOnly: true}); !errors.Is(err, ErrRecover) {
		t.Errorf("%v, expected %v", err, ErrRecover)
	}
}

// Damage that keeps the database from opening is told apart from a folder that is no store.
func TestOpenDamaged(t *testing.T) {
	t.Parallel()
	damage := map[string]func(t *testing.T, dir string){
		"a flipped byte in the manifest": func(t *testing.T, dir string) {
			path := filepath.Join(dir, manifestName)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			data[len(data)-3] ^= 0x40
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"a flipped byte in the index of a table": func(t *testing.T, dir string) {
			tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
			if err != nil || len(tables) == 0 {
				t.Fatalf("no tables: %v", err)
			}
			data, err := os.ReadFile(tables[0])
			if err != nil {
				t.Fatal(err)
			}
			data[len(data)-60] ^= 0x40
			if err := os.WriteFile(tables[0], data, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"a missing table": func(t *testing.T, dir string) {
			tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
			if err != nil || len(tables) == 0 {
				t.Fatalf("no tables: %v", err)
			}
			if err := os.Remove(tables[0]); err != nil {
				t.Fatal(err)
			}
		},
		"a table cut in half": func(t *testing.T, dir string) {
			tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
			if err != nil || len(tables) == 0 {
				t.Fatalf("no tables: %v", err)
			}
			info, err := os.Stat(tables[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(tables[0], info.Size()/2); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, do := range damage {
		t.Run(name, func(t *testing.T) {
			s := sound(t)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			do(t, s.dir)
			for _, o := range []Options{{ReadOnly: true}, {MinFree: 1}} {
				s, err := Open(t.Context(), s.dir, o)
				if err == nil {
					s.Close()
				}
				if !errors.Is(err, ErrCorrupt) {
					t.Errorf("%+v: %v, expected %v", o, err, ErrCorrupt)
				}
			}
		})
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	s := create(t)
	v := s.View()
	v.Close()
	v.Close()
	if _, err := v.Story("x"); !errors.Is(err, ErrClosed) {
		t.Errorf("closed snapshot: %v", err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), Batch{}); !errors.Is(err, ErrClosed) {
		t.Errorf("commit: %v", err)
	}
	v = s.View()
	defer v.Close()
	if _, err := v.Stats(); !errors.Is(err, ErrClosed) {
		t.Errorf("snapshot of a closed store: %v", err)
	}
	if _, err := s.Check(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("check: %v", err)
	}
}
