package store

import (
	"os"
	"path/filepath"
	"testing"
)

// A crash may leave the file of the commit mark empty, or of zeros: nothing is known then, and nothing is wrong. The next
// commit makes it whole.
func TestCommitMarkThatWasNeverWritten(t *testing.T) {
	t.Parallel()
	for name, left := range map[string][]byte{"empty": {}, "zeros": make([]byte, markSlots*markSlot), "a part": make([]byte, 3)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s, err := Open(t.Context(), dir, Options{Create: true, MinFree: 1})
			if err != nil {
				t.Fatal(err)
			}
			commitAll(t, s, placedBatch("a", "b", "c"))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, markName), left, 0o644); err != nil {
				t.Fatal(err)
			}
			s = reopen(t, dir, Options{})
			clean(t, s)
			for range 3 {
				commitAll(t, s, Batch{At: epoch})
				clean(t, s)
			}
			if n, whole, err := readMark(dir); n != 4 || !whole || err != nil {
				t.Errorf("the mark says %d, whole %v, %v", n, whole, err)
			}
		})
	}
}

// An upgrade goes on over a log that a crash has named and never filled.
func TestUpgradeOverAnEmptyLog(t *testing.T) {
	t.Parallel()
	dir := released(t, 1)
	if err := os.WriteFile(filepath.Join(dir, "000009.vlog"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Upgrade(t.Context(), dir, upgradeOptions("")); err != nil {
		t.Fatal(err)
	}
	clean(t, reopen(t, dir, Options{Params: upgraded}))
}
