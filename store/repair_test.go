package store

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

// remade gives the stories of soundBatch the features they have there.
func remade([]cluster.SourceProfile) (func(context.Context, []cluster.Story) ([][]byte, error), error) {
	return func(_ context.Context, stories []cluster.Story) ([][]byte, error) {
		out := make([][]byte, len(stories))
		for i := range out {
			out[i] = []byte("f")
		}
		return out, nil
	}, nil
}

// Every row that follows from others is made anew when it is missing or says something else, and nothing else changes.
func TestRepairDerived(t *testing.T) {
	t.Parallel()
	s := sound(t)
	want := dump(t, s)
	derived := string([]byte{
		tabIndex, tabFeatures, tabWaiting, tabGroup, tabEventTime, tabThreadTime, tabLone, tabMention, tabRedirectTo, tabRunIndex,
		tabRejectCount, tabJournalOf, tabCounts, tabBrought,
	})
	for key, value := range want {
		if !strings.Contains(derived, key[:1]) {
			continue
		}
		damages := []op{{key: []byte(key), delete: true}}
		if len(value) > 0 {
			flipped := []byte(value)
			flipped[len(flipped)-1] ^= 0x10
			damages = append(damages, op{key: []byte(key), value: flipped})
		}
		for _, damage := range damages {
			if err := s.writeOps([]op{damage}); err != nil {
				t.Fatal(err)
			}
			dry, err := s.Repair(t.Context(), RepairOptions{DryRun: true, Featurise: remade})
			if err != nil || !dry.Changed() || dry.Before.OK() {
				t.Errorf("row %q, deleted %t: a dry run finds %+v, %v", key, damage.delete, dry, err)
			}
			r, err := s.Repair(t.Context(), RepairOptions{Featurise: remade})
			if err != nil || !r.After.OK() || len(r.Lost) > 0 {
				t.Errorf("row %q, deleted %t: %+v, %v", key, damage.delete, r, err)
			}
			if diff := cmp.Diff(want, dump(t, s)); diff != "" {
				t.Fatalf("row %q, deleted %t, repaired (-want +got):\n%s", key, damage.delete, diff)
			}
		}
	}
	again, err := s.Repair(t.Context(), RepairOptions{Featurise: remade})
	if err != nil || again.Changed() {
		t.Errorf("a sound store is repaired: %+v, %v", again, err)
	}
}

// What cannot be made anew is named, stays where it is, and is still found afterwards.
func TestRepairNamesWhatIsLost(t *testing.T) {
	t.Parallel()
	for _, table := range []byte{
		tabMeta, tabText, tabVersion, tabEvent, tabThread, tabSource, tabCursor, tabRun, tabReject, tabJournal, tabRedirect, tabBringer,
	} {
		s := sound(t)
		for key, value := range dump(t, s) {
			if key[0] != table {
				continue
			}
			flipped := []byte(value)
			flipped[len(flipped)/2] ^= 0x10
			if err := s.writeOps([]op{{key: []byte(key), value: flipped}}); err != nil {
				t.Fatal(err)
			}
			break
		}
		was := dumpRaw(t, s, table)
		r, err := s.Repair(t.Context(), RepairOptions{Featurise: remade})
		if err != nil || len(r.Lost) == 0 || r.After.OK() {
			t.Errorf("table %c: %+v, %v", table, r, err)
		}
		if diff := cmp.Diff(was, dumpRaw(t, s, table)); diff != "" {
			t.Errorf("table %c was changed:\n%s", table, diff)
		}
	}
}

// dumpRaw reads a table as it is, checksums included.
func dumpRaw(t *testing.T, s *Store, table byte) map[string]string {
	t.Helper()
	rows := make(map[string]string)
	v := s.View()
	defer v.Close()
	if err := v.scanRaw(table, nil, nil, func(key, value []byte) (bool, error) {
		rows[string(key)] = string(value)
		return true, nil
	}); err != nil {
		t.Fatal(err)
	}
	return rows
}

// A chain of redirects is shortened, and one of an id in use is dropped.
func TestRepairRedirects(t *testing.T) {
	t.Parallel()
	s := sound(t)
	redirect := func(from, to string) op {
		return op{key: keyID(tabRedirect, from), value: encodeRedirect(&Redirect{Redirect: cluster.Redirect{From: from, To: to}, At: epoch})}
	}
	if err := s.writeOps(sealAll([]op{redirect("e-older", "e-old"), redirect("e2", "e1")})); err != nil {
		t.Fatal(err)
	}
	r, err := s.Repair(t.Context(), RepairOptions{Featurise: remade})
	if err != nil || !r.After.OK() {
		t.Fatalf("%+v, %v", r, err)
	}
	v := s.View()
	defer v.Close()
	if rd, err := v.Redirect("e-older"); err != nil || rd.To != "e1" {
		t.Errorf("%+v, %v", rd, err)
	}
	if rd, err := v.Redirect("e2"); err == nil {
		t.Errorf("%+v is still there", rd)
	}
}

// A flipped byte in a log is refused before anything is written. Repair goes on with the commits before it, and says how
// many were lost.
func TestRepairAfterLostCommits(t *testing.T) {
	t.Parallel()
	s := sound(t)
	for n := range 4 {
		if err := s.Commit(t.Context(), victimBatch(4*n+1)); err != nil {
			t.Fatal(err)
		}
	}
	dir := copyStore(t, s.dir)
	logs, err := filepath.Glob(filepath.Join(dir, "*.mem"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("%v, %v", logs, err)
	}
	b, err := readLog(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	flipByte(t, logs[0], int64(len(strings.TrimRight(string(b), "\x00"))*3/4))
	before := folder(t, dir)
	_, err = Open(t.Context(), dir, Options{MinFree: 1})
	var lost *LostError
	if !errors.As(err, &lost) || !errors.Is(err, ErrCorrupt) || lost.Acked != 6 || lost.Kept >= lost.Acked || lost.Kept < 2 {
		t.Fatalf("opening gives %v", err)
	}
	if diff := cmp.Diff(before, folder(t, dir)); diff != "" {
		t.Error("refusing changed the folder")
	}
	s = reopen(t, dir, Options{Salvage: true})
	r, err := s.Repair(t.Context(), RepairOptions{Featurise: remade})
	if err != nil || !r.After.OK() || r.Commits != lost.Acked-lost.Kept {
		t.Errorf("%+v, %v", r, err)
	}
	if err := errors.Join(s.Commit(t.Context(), victimBatch(13)), s.Close()); err != nil {
		t.Fatal(err)
	}
	clean(t, reopen(t, dir, Options{}))
}
