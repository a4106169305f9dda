package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/samestory/samestory/store/archive"
)

// ErrInside: a backup was to be written into the folder of the store itself, where it would be lost with it.
var ErrInside = errors.New("target lies inside the store")

// BackupOptions say what a backup holds and where it goes.
type BackupOptions struct {
	// To is the file, or a folder that exists: the file then gets the name that archive.Name makes. A file is never
	// replaced.
	To string
	// Since is the chain, as archive.Chain gave it, that this backup goes on from; empty for a full backup.
	Since []archive.Info
	Now   time.Time
	// Progress is told now and then; it may be nil.
	Progress archive.Progress
}

// Backup writes what a snapshot of the store holds, while commits go on, and gives the file its name once it is complete,
// on disk, and has been read back. With Since it first verifies that chain, and then writes only what differs from its
// state: it compares all rows, keys and hashes of values, with those of the chain, so that deletions are found whatever the
// database has cleared away meanwhile, and a store that was restored in between goes on with the chain it came from.
//
// Badger's own Stream is not used: each of its goroutines reads at a time of its own, so that a commit could fall between
// them, rows that it cannot read are left out with a line in the log, and markers of deletions are gone once they have
// been compacted.
//
// Its errors are ErrInside, ErrFull, archive.ErrChain and ErrDamaged for Since, and what the file system says. After an
// error there is no file.
func (s *Store) Backup(ctx context.Context, o BackupOptions) (archive.Info, error) {
	info, err := s.backup(ctx, o)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		err = fmt.Errorf("%w: %w", ErrFull, err)
	}
	if err != nil {
		return archive.Info{}, fmt.Errorf("backup: %w", err)
	}
	return info, nil
}

func (s *Store) backup(ctx context.Context, o BackupOptions) (archive.Info, error) {
	v := s.View()
	defer v.Close()
	header, err := v.backupHeader(o)
	if err != nil {
		return archive.Info{}, err
	}
	return s.backupAs(ctx, v, o, header)
}

// backupAs writes the rows of a snapshot under a header.
func (s *Store) backupAs(ctx context.Context, v *Snapshot, o BackupOptions, header archive.Header) (info archive.Info, err error) {
	path := o.To
	if isDir(path) {
		path = filepath.Join(path, archive.Name(&header))
	}
	if err := outside(s.dir, path); err != nil {
		return archive.Info{}, err
	}
	w, err := archive.Create(path, header)
	if err != nil {
		return archive.Info{}, err
	}
	defer func() { err = errors.Join(err, w.Abort()) }()
	if err := s.seams.Step(StepBegun); err != nil {
		return archive.Info{}, err
	}
	rows := &backupRows{ctx: ctx, w: w}
	if len(o.Since) > 0 {
		// What goes on from a damaged chain could not be restored.
		if err := archive.Verify(ctx, o.Since, nil); err != nil {
			return archive.Info{}, err
		}
		if rows.parent, err = archive.Merge(ctx, o.Since, false); err != nil {
			return archive.Info{}, err
		}
		defer rows.parent.Close()
		if err := rows.next(); err != nil {
			return archive.Info{}, err
		}
	}
	_, rough := s.db.EstimateSize(nil)
	if err := v.everyRow(ctx, func(key, value []byte) error {
		if o.Progress != nil && rows.state.Rows%4096 == 0 {
			o.Progress(min(rows.state.Bytes, int64(rough)), int64(rough))
		}
		if rows.state.Rows%4096 == 1 {
			if err := s.seams.Step(StepRows); err != nil {
				return err
			}
		}
		return rows.add(key, value)
	}); err != nil {
		return archive.Info{}, err
	}
	if err := errors.Join(rows.rest(), w.Finish(&rows.state)); err != nil {
		return archive.Info{}, err
	}
	if err := s.seams.Step(StepWritten); err != nil {
		return archive.Info{}, err
	}
	if info, err = archive.Inspect(w.Partial()); err != nil {
		return archive.Info{}, err
	}
	// Read back: by itself, its parents have been when they were written.
	if err := archive.VerifyFile(ctx, info); err != nil {
		return archive.Info{}, err
	}
	if err := s.seams.Step(StepVerified); err != nil {
		return archive.Info{}, err
	}
	if err := w.Publish(); err != nil {
		return archive.Info{}, err
	}
	if err := s.seams.Step(StepPublished); err != nil {
		return archive.Info{}, err
	}
	info.Path = path
	return info, nil
}

// backupHeader says what a backup of the snapshot is.
func (v *Snapshot) backupHeader(o BackupOptions) (archive.Header, error) {
	c, err := v.counts()
	if err != nil {
		return archive.Header{}, err
	}
	lineage, err := v.Lineage()
	if err != nil {
		return archive.Header{}, err
	}
	h := archive.Header{
		Schema: SchemaVersion, Features: v.s.header.Features, Params: v.s.header.Params, Lineage: lineage, Created: o.Now.UTC(),
		JournalFrom: 1, JournalTo: c.Changes, Stories: c.Stories, Events: c.Events, Threads: c.Threads,
	}
	if len(o.Since) == 0 {
		return h, nil
	}
	parent := &o.Since[len(o.Since)-1]
	ours := true
	if parent.Lineage != "" {
		if ours, err = v.Descends(parent.Lineage); err != nil {
			return h, err
		}
		h.Lineage = parent.Lineage
	}
	switch {
	case parent.Schema != h.Schema:
		return h, fmt.Errorf("%w: %s is of schema version %d and the store of %d: make a full backup", archive.ErrChain, parent.Path,
			parent.Schema, h.Schema)
	case !ours:
		return h, fmt.Errorf("%w: %s is of another store than %s", archive.ErrChain, parent.Path, v.s.dir)
	case parent.JournalTo > h.JournalTo:
		return h, fmt.Errorf("%w: %s is of a later time than %s: it has %d journal entries, the store %d", archive.ErrChain,
			parent.Path, v.s.dir, parent.JournalTo, h.JournalTo)
	}
	h.Parent, h.Sequence, h.JournalFrom = parent.ID, parent.Sequence+1, parent.JournalTo+1
	return h, nil
}

// Lineage tells stores apart by their first run: the hash of its id, in hexadecimal. A store has it in common with its
// copies and with what was restored from its backups. It is empty while there has been no run.
func (v *Snapshot) Lineage() (lineage string, err error) {
	err = v.scan(tabRun, nil, nil, func(key, _ []byte) (bool, error) {
		if len(key) <= timeWidth {
			return false, corrupt("key of a run: %d bytes", len(key))
		}
		lineage = hex.EncodeToString(key[timeWidth:])
		return false, nil
	})
	return lineage, err
}

// Descends reports whether a backup of that lineage is of this store, a copy of it, or what it was restored from: whether
// its first run is known here. A clock that went back may have put another run before it.
func (v *Snapshot) Descends(lineage string) (bool, error) {
	key, err := hex.DecodeString(lineage)
	if err != nil || len(key) == 0 {
		return false, nil
	}
	value, err := v.get(append([]byte{tabRunIndex}, key...))
	return value != nil, err
}

// everyRow calls each for all rows in the order of their keys, but for those of a redo log: a snapshot begins before such
// a log counts, or after it has been applied. The number of the last batch is left out too: it belongs to the files of one
// folder.
func (v *Snapshot) everyRow(ctx context.Context, each func(key, value []byte) error) error {
	if v.err != nil {
		return v.err
	}
	it := v.txn.NewIterator(badger.IteratorOptions{})
	defer it.Close()
	n := 0
	for it.Rewind(); it.Valid(); it.Next() {
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		item := it.Item()
		key := item.Key()
		if key[0] == tabRedo || key[0] == tabRedoChunk || key[0] == tabCommits || key[0] == tabScratch {
			continue
		}
		if err := item.Value(func(value []byte) error { return each(key, value) }); err != nil {
			return err
		}
	}
	return nil
}

// backupRows brings the rows of a store and those of a chain together, both in the order of their keys.
type backupRows struct {
	ctx    context.Context
	w      *archive.Writer
	state  archive.State
	parent *archive.Rows // nil for a full backup, and behind its last row
}

func (b *backupRows) next() error {
	more, err := b.parent.Next(b.ctx)
	if !more {
		b.parent.Close()
		b.parent = nil
	}
	return err
}

// add writes a row of the store, and deletes the rows of the chain before it, which the store no longer has.
func (b *backupRows) add(key, value []byte) error {
	hash := archive.Hash(value)
	b.state.Add(key, hash, len(value))
	for b.parent != nil {
		switch c := strings.Compare(string(b.parent.Key), string(key)); {
		case c < 0:
			if err := errors.Join(b.w.Delete(b.parent.Key), b.next()); err != nil {
				return err
			}
			continue
		case c == 0 && b.parent.Hash == hash && b.parent.Size == len(value):
			return b.next()
		case c == 0:
			if err := b.next(); err != nil {
				return err
			}
		}
		break
	}
	return b.w.Put(key, value, hash)
}

// rest deletes what the chain has behind the last row of the store.
func (b *backupRows) rest() error {
	for b.parent != nil {
		if err := errors.Join(b.w.Delete(b.parent.Key), b.next()); err != nil {
			return err
		}
	}
	return nil
}

// outside refuses a file inside the folder of a store, links followed.
func outside(dir, path string) error {
	real := func(p string) (string, error) {
		abs, err := filepath.Abs(p)
		if err != nil {
			return "", err
		}
		resolved, err := filepath.EvalSymlinks(abs)
		if errors.Is(err, fs.ErrNotExist) {
			return abs, nil
		}
		return resolved, err
	}
	inner, err := real(dir)
	if err != nil {
		return err
	}
	folder, err := real(filepath.Dir(path))
	if err != nil {
		return err
	}
	if rel, err := filepath.Rel(inner, folder); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return fmt.Errorf("%w: %s is in %s", ErrInside, path, dir)
	}
	return nil
}
