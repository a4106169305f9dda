package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"

	"github.com/samestory/samestory/store/archive"
)

// ErrNotEmpty: a backup was to be restored into a folder that holds something. Nothing in it has been touched.
var ErrNotEmpty = errors.New("folder is not empty")

// RestoreOptions steer Restore.
type RestoreOptions struct {
	Log     *slog.Logger
	MinFree int64 // see Options
	Seams   Seams
	// Stage is told what is done now: "verifying", "writing", "checking". It may be nil.
	Stage func(name string)
	// Progress is told now and then how much of a stage is done; it may be nil.
	Progress archive.Progress
}

// RestoreReport says what was restored.
type RestoreReport struct {
	Chain []archive.Info
	// Check is what Check said of the restored store. Findings are those that the store had when it was backed up: what
	// was restored has been compared with the backup, row by row. It is empty for a backup of an older schema, which has to
	// be upgraded before it can be opened.
	Check CheckReport
}

// restoreSuffix is what the folder is called beside its place, as long as it is not complete.
const restoreSuffix = ".partial"

// Restore makes a store of a chain of backups in a folder that is missing or empty. The chain is read and verified from
// the first to the last byte before anything is written. The store is made beside its place and moved there once it is
// complete, on disk, compared with the backup and checked; after an error nothing is left of it, and what a killed
// process has left is taken away by the next.
//
// Its errors are those of archive.Chain and archive.Verify, ErrSchema, ErrNotEmpty, ErrLocked while another process
// restores into the same folder, ErrFull, or what the file system says.
func Restore(ctx context.Context, files []string, dir string, o RestoreOptions) (RestoreReport, error) {
	r := restoring{o: o, dir: filepath.Clean(dir)}
	r.o.Seams = r.o.Seams.complete()
	if r.o.MinFree == 0 {
		r.o.MinFree = DefaultMinFree
	}
	report, err := r.run(ctx, files)
	if err != nil {
		return RestoreReport{}, fmt.Errorf("restore: %w", err)
	}
	return report, nil
}

type restoring struct {
	o       RestoreOptions
	dir     string
	partial string
	chain   []archive.Info
}

func (r *restoring) stage(name string) {
	if r.o.Stage != nil {
		r.o.Stage(name)
	}
}

func (r *restoring) run(ctx context.Context, files []string) (report RestoreReport, err error) {
	if r.chain, err = archive.Chain(files); err != nil {
		return report, err
	}
	tip := r.chain[len(r.chain)-1]
	if tip.Schema > SchemaVersion || tip.Schema < 1 {
		return report, &SchemaError{Dir: "in " + tip.Path, Found: tip.Schema, Want: SchemaVersion}
	}
	if err := vacant(r.dir); err != nil {
		return report, err
	}
	r.stage("verifying")
	if err := archive.Verify(ctx, r.chain, r.o.Progress); err != nil {
		return report, err
	}
	parent := filepath.Dir(r.dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return report, err
	}
	r.partial = r.dir + restoreSuffix
	if err := clearPartial(r.partial); err != nil {
		return report, err
	}
	if err := os.Mkdir(r.partial, 0o755); err != nil {
		return report, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(r.partial))
		}
	}()
	if err := r.reach(StepBegun); err != nil {
		return report, err
	}
	r.stage("writing")
	if err := r.load(ctx, tip.StateBytes); err != nil {
		return report, err
	}
	if err := r.reach(StepWritten); err != nil {
		return report, err
	}
	r.stage("checking")
	if report.Check, err = r.compare(ctx, &tip); err != nil {
		return report, err
	}
	if err := r.reach(StepVerified); err != nil {
		return report, err
	}
	report.Chain = r.chain
	return report, r.publish()
}

func (r *restoring) reach(name string) error { return r.o.Seams.Step(name) }

// vacant refuses a folder that holds anything.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		if info, statErr := os.Stat(dir); statErr == nil && !info.IsDir() {
			return fmt.Errorf("%w: %s is a file", ErrNotEmpty, dir)
		}
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%w: %s holds %s", ErrNotEmpty, dir, entries[0].Name())
	}
	return nil
}

// clearPartial takes away what a restore has left that was killed. It touches nothing that it does not know.
func clearPartial(partial string) error {
	if _, err := os.Lstat(partial); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if held(partial) {
		return fmt.Errorf("%w: another process restores into %s", ErrLocked, partial)
	}
	_, err := inspect(partial)
	if err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrSchema) {
		return fmt.Errorf("%s is in the way: %w", partial, err)
	}
	return os.RemoveAll(partial)
}

// load writes the rows of the chain into a new database.
func (r *restoring) load(ctx context.Context, total int64) (err error) {
	log := r.o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Store{dir: r.partial, log: log, minFree: r.o.MinFree, seams: r.o.Seams}
	if err := s.roomToRestore(total); err != nil {
		return err
	}
	s.db, err = patiently(ctx, func() (*badger.DB, error) {
		return openBadger(r.partial, r.chain[len(r.chain)-1].Schema, false, log)
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.db.Close()) }()
	rows, err := archive.Merge(ctx, r.chain, true)
	if err != nil {
		return err
	}
	defer rows.Close()
	b := newBatch(s, StepRows)
	var done, looked int64
	for {
		more, err := rows.Next(ctx)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		// The transaction keeps key and value until it is committed.
		o := op{key: append([]byte(nil), rows.Key...), value: append([]byte{}, rows.Value...)}
		if err := b.add(o); err != nil {
			return err
		}
		if done += int64(len(o.key) + len(o.value)); done-looked < memTableSize/4 {
			continue
		}
		looked = done
		if r.o.Progress != nil {
			r.o.Progress(done, total)
		}
		if err := s.roomFor(0); err != nil {
			return err
		}
	}
	return errors.Join(b.commit(), s.sync())
}

// roomToRestore refuses to begin what the disk has no room for: Badger writes through memory maps, and a disk that fills
// up under one ends the process. Rows lie in a log first and in tables that are merged later.
func (s *Store) roomToRestore(total int64) error {
	free, err := s.seams.Free(s.dir)
	if err != nil {
		return fmt.Errorf("free space of %s: %w", s.dir, err)
	}
	if need := s.minFree + 2*total; free < need {
		return fmt.Errorf("%w: %s has %d MiB left and the restored store needs up to %d MiB while it is made", ErrFull,
			filepath.Dir(s.dir), free>>20, (need+1<<20-1)>>20)
	}
	return nil
}

// compare opens the restored store and holds it against the backup, row by row, and against the invariants.
func (r *restoring) compare(ctx context.Context, tip *archive.Info) (report CheckReport, err error) {
	var s *Store
	if tip.Schema == SchemaVersion {
		s, err = Open(ctx, r.partial, Options{Log: r.o.Log, ReadOnly: true, MinFree: r.o.MinFree, Seams: r.o.Seams})
	} else {
		s, err = patiently(ctx, func() (*Store, error) { return openOlder(r.partial, tip.Schema, r.o.Log, r.o.MinFree) })
	}
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	v := s.View()
	defer v.Close()
	var state archive.State
	if err := v.everyRow(ctx, func(key, value []byte) error {
		state.Add(key, archive.Hash(value), len(value))
		return nil
	}); err != nil {
		return report, err
	}
	if state.Rows != tip.StateRows || state.Digest() != tip.Digest {
		return report, corrupt("%s: %d rows were read back, %d were restored, or they differ", r.partial, state.Rows, tip.StateRows)
	}
	if tip.Schema < SchemaVersion {
		return report, nil // Upgrade reads all of it
	}
	return s.Check(ctx)
}

// publish moves the complete store to its place.
func (r *restoring) publish() error {
	if err := os.Remove(r.dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the empty folder %s cannot make room: %w", r.dir, err)
	}
	if err := r.reach(StepCleared); err != nil {
		return err
	}
	if err := os.Rename(r.partial, r.dir); err != nil {
		return err
	}
	if err := r.reach(StepPublished); err != nil {
		return err
	}
	return archive.SyncFolder(filepath.Dir(r.dir))
}
