package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/dgraph-io/badger/v4"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/store/archive"
)

// An expiry that is cut off anywhere has given up whole threads, and the next one does the rest.
func TestExpireCutOff(t *testing.T) {
	t.Parallel()
	const days = 600 // several commits
	errCut := errors.New("cut off")
	// Closed, or each copy would write out in the background what the logs hold, and be no state of one moment when it is copied.
	template := closed(t, aged(t, days, short).dir)
	for _, after := range []int{1, 2, 3, 6, 9, 14} {
		s := reopen(t, copyStore(t, template), Options{})
		n := 0
		s.seams.Transaction = 16 << 10
		s.seams.Step = func(string) error {
			if n++; n == after {
				return errCut
			}
			return nil
		}
		if _, err := s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(0, 0, days)}); !errors.Is(err, errCut) {
			t.Fatalf("cut off after %d steps: %v", after, err)
		}
		dir := copyStore(t, s.dir)
		again := reopen(t, dir, Options{})
		clean(t, again)
		if _, err := again.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(0, 0, days)}); err != nil {
			t.Fatal(err)
		}
		clean(t, again)
		v := again.View()
		stats, err := v.Stats()
		v.Close()
		if err != nil || stats.Expired != 3*days || stats.TextBytes != 0 {
			t.Errorf("cut off after %d steps and taken up again: %+v, %v", after, stats, err)
		}
	}
}

// Repair leaves expired stories alone, and takes away what should have gone with them.
func TestRepairExpired(t *testing.T) {
	t.Parallel()
	s := aged(t, 3, short)
	text, features := []byte(nil), []byte(nil)
	at := placeOf(epoch, keyOf("d000-0"))
	err := s.db.View(func(txn *badger.Txn) (err error) {
		if text, err = getRaw(txn, keyPlace(tabText, at)); err == nil {
			features, err = getRaw(txn, keyPlace(tabFeatures, at))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(0, 0, 2)}); err != nil {
		t.Fatal(err)
	}
	sane := dump(t, s)
	report, err := s.Repair(t.Context(), RepairOptions{})
	if err != nil || report.Changed() || len(report.Lost) > 0 {
		t.Errorf("a store with expired stories is repaired: %+v, %v", report, err)
	}
	if err := s.writeOps([]op{{key: keyPlace(tabText, at), value: text}, {key: keyPlace(tabFeatures, at), value: features}}); err != nil {
		t.Fatal(err)
	}
	found, err := s.Check(t.Context())
	if err != nil || found.OK() {
		t.Errorf("leftovers are not found: %+v, %v", found, err)
	}
	if report, err = s.Repair(t.Context(), RepairOptions{}); err != nil || !report.After.OK() || len(report.Lost) > 0 {
		t.Errorf("leftovers are repaired: %+v, %v", report, err)
	}
	if diff := gocmp.Diff(sane, dump(t, s)); diff != "" {
		t.Errorf("after repair:\n%s", diff)
	}
}

// A full backup, and an incremental one from before anything expired, restore a store with expired stories.
func TestBackupExpired(t *testing.T) {
	t.Parallel()
	s := aged(t, 4, short)
	folder := t.TempDir()
	full, err := s.Backup(t.Context(), BackupOptions{To: folder, Now: epoch})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(0, 0, 2)}); err != nil {
		t.Fatal(err)
	}
	for i, since := range [][]archive.Info{nil, {full}} {
		info, err := s.Backup(t.Context(), BackupOptions{To: folder, Since: since, Now: epoch.AddDate(0, 0, 5+i)})
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "restored")
		if _, err := Restore(t.Context(), []string{info.Path}, dir, RestoreOptions{MinFree: 1}); err != nil {
			t.Fatal(err)
		}
		restored := reopen(t, dir, Options{})
		clean(t, restored)
		if diff := gocmp.Diff(dump(t, s), dump(t, restored)); diff != "" {
			t.Errorf("restored:\n%s", diff)
		}
	}
}

// A read-only store can tell what would expire, and not do it; a context that ends stops it between commits.
func TestExpireRefuses(t *testing.T) {
	t.Parallel()
	s := aged(t, 3, short)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Expire(ctx, ExpireOptions{Before: epoch.AddDate(1, 0, 0)}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(1, 0, 0)}); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	s = reopen(t, s.dir, Options{ReadOnly: true})
	if _, err := s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(1, 0, 0)}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("read-only: %v", err)
	}
	if dry, err := s.Expire(t.Context(), ExpireOptions{Before: epoch.AddDate(1, 0, 0), DryRun: true}); err != nil || dry.Stories != 9 {
		t.Errorf("dry run: %+v, %v", dry, err)
	}
}
