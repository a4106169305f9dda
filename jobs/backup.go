package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/store"
	"github.com/samestory/samestory/store/archive"
)

// Backup says when a daemon backs its store up and what it keeps.
type Backup struct {
	Spec      *schedule.Spec
	Dir       string
	FullEvery time.Duration // a full backup is made when the last one is as old as that, else what has changed since
	Keep      int           // full backups of this store that are kept, each with its incremental ones; at least 1
}

// backup makes the next backup and, after a full one, lets go of the oldest. The engine has no part in it: a backup that
// fails costs no desk.
func (d *Daemon) backup(ctx context.Context) error {
	o := d.options()
	log := newRunLog(jobBackup, o.Clock)
	info, err := o.Backup.next(ctx, d.store, o.Clock(), o.Log)
	if err == nil {
		log.state.Notes = append(log.state.Notes, fmt.Sprintf("%s: %d rows, %d deletions, %d bytes", filepath.Base(info.Path), info.Written,
			info.Deleted, info.Size))
		o.Log.Info("backup", "file", info.Path, "full", info.Full(), "rows", info.Written, "deleted", info.Deleted, "bytes", info.Size)
		if info.Full() {
			err = o.Backup.prune(d.store, &info, o.Log)
		}
	}
	_, err = log.end(d.store, err)
	return err
}

// next makes one backup, which store.Backup verifies before it gives it its name. A chain that cannot be gone on with, for
// whatever reason, is a reason for a full one.
func (b *Backup) next(ctx context.Context, s *store.Store, now time.Time, log *slog.Logger) (archive.Info, error) {
	if err := os.MkdirAll(b.Dir, 0o755); err != nil {
		return archive.Info{}, fmt.Errorf("backup: %w", err)
	}
	b.sweep(now, log)
	o := store.BackupOptions{To: b.Dir, Now: now}
	var err error
	if o.Since, err = b.since(s, now, log); err != nil {
		return archive.Info{}, err
	}
	info, err := s.Backup(ctx, o)
	if len(o.Since) > 0 && (errors.Is(err, archive.ErrChain) || errors.Is(err, archive.ErrDamaged)) {
		log.Warn("the chain cannot be gone on with: a full backup is made", "error", err)
		o.Since = nil
		info, err = s.Backup(ctx, o)
	}
	return info, err
}

// since finds the chain to go on with: the latest of this store, unless its full backup is old. It is empty where a full
// backup is due.
func (b *Backup) since(s *store.Store, now time.Time, log *slog.Logger) ([]archive.Info, error) {
	list, problems, err := b.ours(s)
	if err != nil {
		return nil, err
	}
	for _, problem := range problems {
		log.Warn("a file in the folder of backups cannot be read", "error", problem)
	}
	list = slices.DeleteFunc(list, func(i archive.Info) bool {
		return i.Schema != store.SchemaVersion || i.Created.After(now) // the clock has gone back
	})
	if len(list) == 0 {
		return nil, nil
	}
	last := slices.MaxFunc(list, older)
	chain, err := archive.Chain([]string{last.Path})
	if err != nil {
		log.Warn("the chain cannot be gone on with: a full backup is made", "error", err)
		return nil, nil
	}
	if now.Sub(chain[0].Created) >= b.FullEvery {
		return nil, nil
	}
	return chain, nil
}

// ours lists the backups of the store in the folder.
func (b *Backup) ours(s *store.Store) (list []archive.Info, problems []error, err error) {
	view := s.View()
	defer view.Close()
	all, problems, err := archive.List(b.Dir)
	if err != nil {
		return nil, nil, err
	}
	for _, i := range all {
		is, err := view.Descends(i.Lineage)
		if err != nil {
			return nil, nil, fmt.Errorf("backup: %w", err)
		}
		if is {
			list = append(list, i)
		}
	}
	return list, problems, nil
}

func older(a, b archive.Info) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Sequence, b.Sequence), strings.Compare(a.Path, b.Path))
}

// prune removes the oldest full backups of the store beyond Keep, each after those that go on from it, so that what is
// left can be restored whenever it is interrupted. made has been verified. Backups of other stores are left alone.
func (b *Backup) prune(s *store.Store, made *archive.Info, log *slog.Logger) error {
	list, _, err := b.ours(s)
	if err != nil {
		return err
	}
	slices.SortFunc(list, older)
	var full []archive.Info
	for _, i := range list {
		// One that claims to be of a later time than the one just made is not known to be older.
		if i.Full() && older(i, *made) <= 0 {
			full = append(full, i)
		}
	}
	for _, root := range full[:max(0, len(full)-b.Keep)] {
		for _, i := range slices.Backward(descent(root, list)) {
			if err := os.Remove(i.Path); err != nil {
				return fmt.Errorf("remove an old backup: %w", err)
			}
			log.Info("old backup removed", "file", i.Path)
		}
	}
	return nil
}

// descent is a backup with all that go on from it, parents first.
func descent(root archive.Info, list []archive.Info) []archive.Info {
	all := []archive.Info{root}
	for n := 0; n < len(all); n++ {
		for _, i := range list {
			if i.Parent == all[n].ID {
				all = append(all, i)
			}
		}
	}
	return all
}

// sweep takes away what backups that were killed have left, once it is a day old.
func (b *Backup) sweep(now time.Time, log *slog.Logger) {
	entries, err := os.ReadDir(b.Dir)
	if err != nil {
		return // writing will say why
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !archive.IsPartial(e.Name()) || now.Sub(info.ModTime()) < 24*time.Hour {
			continue
		}
		path := filepath.Join(b.Dir, e.Name())
		if err := os.Remove(path); err == nil {
			log.Info("unfinished backup removed", "file", path)
		}
	}
}
