package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store/archive"
)

// Featurise makes the features of stories. It is given the profiles of all sources first: what a source repeats is no
// part of what its stories say.
type Featurise func(profiles []cluster.SourceProfile) (func(context.Context, []cluster.Story) ([][]byte, error), error)

// UpgradeOptions steer Upgrade.
type UpgradeOptions struct {
	Params    Header    // what the store is to be opened with
	Featurise Featurise // for stores whose features are of another version
	// Backup is the file that the store is written to before anything is changed, or a folder for it; empty for none.
	Backup  string
	Now     time.Time
	Log     *slog.Logger
	MinFree int64 // see Options
	Seams   Seams
	// Progress is told now and then how many rows of how many have been read; it may be nil. The stages are "backup",
	// "rows" and "journal".
	Progress func(stage string, done, total int64)

	chunk int // see upgradeChunk, in its place if set
}

// UpgradeReport says what an upgrade did.
type UpgradeReport struct {
	From, To int    // schema versions; equal where only the features were of another version, or nothing was
	Resumed  bool   // an earlier upgrade had been cut off
	Backup   string // file that was written before, also by the upgrade that was cut off; empty for none
	Rows     int    // rows that were written anew, those of an upgrade that was cut off not counted
	Features int    // stories whose features were made anew, likewise
	Baseline int    // journal entries that say what there was
}

// SchemaOf tells the schema version of the store in a folder without opening it: ErrNoStore, ErrNotStore.
func SchemaOf(dir string) (int, error) {
	fresh, err := inspect(dir)
	var schema *SchemaError
	switch {
	case errors.As(err, &schema):
		return schema.Found, nil
	case err != nil:
		return 0, err
	case fresh:
		return 0, fmt.Errorf("%w in %s", ErrNoStore, dir)
	}
	return SchemaVersion, nil
}

// Upgrade brings the store in dir to SchemaVersion and to the features that Params name. Stories, texts, versions and ids
// stay as they are; what the clusters would be with the new features is for a rebuild to find.
//
// It writes a backup first, unless told otherwise. Rows are written anew in transactions that note how far they came, so
// that an upgrade that was cut off is resumed by the next one; until the last transaction, which takes effect whole or
// not at all, the store counts as one of the old schema. Its errors are those of Open; ErrCorrupt for a store that has to
// be repaired, with the program that wrote it, or restored.
func Upgrade(ctx context.Context, dir string, o UpgradeOptions) (UpgradeReport, error) {
	report, err := upgradeStore(ctx, dir, o)
	if err != nil {
		return report, fmt.Errorf("upgrade: %w", err)
	}
	return report, nil
}

func upgradeStore(ctx context.Context, dir string, o UpgradeOptions) (report UpgradeReport, err error) {
	schema, err := SchemaOf(dir)
	if err != nil {
		return report, err
	}
	report.From, report.To = schema, SchemaVersion
	if schema > SchemaVersion {
		return report, &SchemaError{Dir: dir, Found: schema, Want: SchemaVersion}
	}
	s, err := patiently(ctx, func() (*Store, error) { return openOlder(dir, schema, o.Log, o.MinFree) })
	if err != nil {
		return report, err
	}
	s.seams = o.Seams.complete()
	u := &upgrade{ctx: ctx, s: s, o: o, report: &report}
	if err := errors.Join(u.run(), s.Close()); err != nil {
		return report, err
	}
	if schema == SchemaVersion {
		return report, nil
	}
	if err := switchManifest(dir); err != nil {
		return report, err
	}
	return report, s.reach(StepSwitched)
}

// openOlder opens the database of a store of a given schema version for writing, without a look at its header.
func openOlder(dir string, schema int, log *slog.Logger, minFree int64) (s *Store, err error) {
	s = &Store{dir: dir, log: log, minFree: minFree, seams: Seams{}.complete(), schema: schema}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.minFree == 0 {
		s.minFree = DefaultMinFree
	}
	if err := dropTorn(dir, false); err != nil {
		return nil, err
	}
	tables, err := inspectTables(dir, schema)
	if err != nil {
		return nil, err
	}
	if s.folder, err = os.Stat(dir); err != nil {
		return nil, err
	}
	if err := errors.Join(s.roomFor(0), inspectLogs(dir)); err != nil {
		return nil, err
	}
	if s.db, err = openBadger(dir, schema, false, s.log); err != nil {
		return nil, err
	}
	if err := errors.Join(missingTables(dir, schema, tables, s.db), s.settleRedo()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// switchManifest gives the manifest the magic of SchemaVersion: two bytes, which no crash can tear apart.
func switchManifest(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, manifestName), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(binary.BigEndian.AppendUint16(nil, magicStore|SchemaVersion), 4)
	return errors.Join(err, f.Sync(), f.Close(), archive.SyncFolder(dir))
}

// upgrade is the state of one Upgrade.
type upgrade struct {
	ctx       context.Context
	s         *Store
	o         UpgradeOptions
	report    *UpgradeReport
	header    Header // of the store as it is
	total     int64  // rows
	done      int64
	texts     *texts
	featurise func(context.Context, []cluster.Story) ([][]byte, error)
	marker    upgradeMarker
}

// upgradeMarker is the record of an upgrade under way.
type upgradeMarker struct {
	target Header
	backup string
	last   []byte // key of the last row that was written anew
}

func (m *upgradeMarker) encode() []byte {
	b := appendUint([]byte{codecVersion}, uint64(m.target.Features))
	b = appendString(b, m.target.Params)
	b = appendString(b, m.backup)
	return appendBytes(b, m.last)
}

func decodeUpgradeMarker(b []byte) (upgradeMarker, error) {
	r := newReader("marker of an upgrade", b)
	m := upgradeMarker{target: Header{Features: r.count(), Params: r.string()}, backup: r.string(), last: r.bytes()}
	return m, r.done()
}

// before reads a value that has not been written anew: in an older schema it has no checksum.
func (u *upgrade) before(key []byte) ([]byte, error) {
	txn := u.s.db.NewTransaction(false)
	defer txn.Discard()
	if u.s.schema >= schemaSealed {
		return get(txn, key)
	}
	return getRaw(txn, key)
}

func (u *upgrade) run() error {
	ready, err := u.begin()
	if err != nil || ready {
		return err
	}
	if u.header != u.o.Params && bytes.Compare(u.marker.last, []byte{tabFeatures + 1}) < 0 {
		if err := u.useFeatures(); err != nil {
			return err
		}
	}
	if u.s.schema < schemaSealed || u.featurise != nil {
		if err := u.rows(); err != nil {
			return err
		}
	}
	return u.finish()
}

// begin finds out what there is to do; ready is true where that is nothing. It writes the backup and the marker.
func (u *upgrade) begin() (ready bool, err error) {
	txn := u.s.db.NewTransaction(false)
	defer txn.Discard()
	// The header of a complete upgrade has a checksum, and the magic of the manifest is all that is left to do.
	if value, err := get(txn, []byte{tabHeader}); err == nil && value != nil {
		if schema, stored, err := decodeHeader(value); err == nil && schema == SchemaVersion {
			u.header = stored
			if u.s.schema < SchemaVersion {
				u.report.Resumed = true
				return true, nil
			}
		} else if err == nil && schema >= schemaSealed && schema > u.s.schema {
			u.s.schema = schema // an upgrade to a schema in between lacked no more than the magic
		}
	}
	if u.s.schema < SchemaVersion {
		value, err := u.before([]byte{tabHeader})
		if err != nil {
			return false, err
		}
		if value == nil {
			return false, fmt.Errorf("%w in %s: its creation was interrupted", ErrNoStore, u.s.dir)
		}
		schema, stored, err := decodeHeader(value)
		if err != nil {
			return false, err
		}
		if schema != u.s.schema {
			return false, corrupt("%s: the header says schema %d and the manifest %d", u.s.dir, schema, u.s.schema)
		}
		u.header = stored
	} else if u.header == u.o.Params {
		return true, nil
	}
	value, err := getRaw(txn, []byte{tabUpgrade})
	if err != nil {
		return false, err
	}
	if value != nil {
		if u.marker, err = decodeUpgradeMarker(value); err != nil {
			return false, err
		}
		if u.marker.target != u.o.Params {
			return false, &ParamsError{
				Dir: u.s.dir, Field: "upgrade to", Stored: u.marker.target.Params, Want: u.o.Params.Params,
			}
		}
		u.report.Resumed, u.report.Backup = true, u.marker.backup
		return false, nil
	}
	u.marker.target = u.o.Params
	if u.o.Backup != "" {
		if u.marker.backup, err = u.backup(); err != nil {
			return false, err
		}
		u.report.Backup = u.marker.backup
	}
	return false, u.s.writeOps([]op{{key: []byte{tabUpgrade}, value: u.marker.encode()}})
}

// backup writes the store as it is to a file.
func (u *upgrade) backup() (string, error) {
	v := u.s.View()
	defer v.Close()
	value, err := u.before([]byte{tabCounts})
	if err != nil {
		return "", err
	}
	c, err := decodeCounts(value)
	if err != nil {
		return "", err
	}
	header := archive.Header{
		Schema: u.s.schema, Features: u.header.Features, Params: u.header.Params, Created: u.o.Now.UTC(), JournalFrom: 1,
		JournalTo: c.Changes, Stories: c.Stories, Events: c.Events, Threads: c.Threads,
	}
	bo := BackupOptions{To: u.o.Backup, Now: u.o.Now}
	if u.o.Progress != nil {
		bo.Progress = func(done, total int64) { u.o.Progress("backup", done, total) }
	}
	for {
		info, err := u.s.backupAs(u.ctx, v, bo, header)
		folder := isDir(bo.To)
		if !folder || !errors.Is(err, fs.ErrExist) {
			return info.Path, err
		}
		// An upgrade that was cut off between its backup and its marker has left one of this name. Whether it is of this
		// store, only its reader knows.
		header.Created = header.Created.Add(time.Second)
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// progress tells how far the rows are.
func (u *upgrade) progress(stage string, done int64) {
	if u.o.Progress != nil {
		u.o.Progress(stage, done, u.total)
	}
}

// Changed reports whether there was anything to do.
func (r *UpgradeReport) Changed() bool { return r.From != r.To || r.Resumed || r.Rows > 0 }
