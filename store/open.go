package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// Options say how a store is opened. The zero value opens an existing store for writing without comparing parameters.
type Options struct {
	ReadOnly bool
	Create   bool   // make the store if the folder is missing or empty
	Params   Header // zero fields are not compared
	Log      *slog.Logger
	// MinFree is how many bytes of disk have to stay free after a commit; 0 means DefaultMinFree. Badger writes through
	// memory maps, so a disk that fills up under it ends the process.
	MinFree int64
	// Salvage opens a store that has lost commits which were acknowledged: see LostError. What is left is then all there
	// is. Only Repair has a use for it.
	Salvage bool
	Seams   Seams
}

// DefaultMinFree covers the tables that Badger may be writing in the background while a commit goes on.
const DefaultMinFree = 256 << 20

// Badger's settings. What is not named here is its default.
const (
	memTableSize     = 48 << 20 // a transaction takes 15 % of it: two thousand stories of 3 KB with their features
	memTables        = 3        // bounds memory while tables are written
	compactors       = 2        // the fewest that it takes
	blockCacheSize   = 64 << 20
	indexCacheSize   = 32 << 20  // without a bound all indexes stay in memory
	valueLogFileSize = 128 << 20 // small, so that its garbage collection can act
)

// Store is an open store. Close it.
type Store struct {
	dir      string
	db       *badger.DB
	log      *slog.Logger
	texts    atomic.Pointer[texts]
	header   Header
	schema   int // of the records; SchemaVersion but while a store is being upgraded
	salvage  bool
	mark     *os.File // commit mark, nil before the first commit
	readOnly bool
	minFree  int64

	folder os.FileInfo // as it was when it was opened
	seams  Seams       // complete

	commits sync.Mutex // held by the one commit at a time
	planned uint64     // number of the commit that is under way

	// gate is held for reading by whoever starts a snapshot, for writing by what must not be seen half-done.
	gate      sync.RWMutex
	closed    bool
	failed    atomic.Pointer[error] // set when what is on disk and what is in memory may differ
	snapshots sync.WaitGroup
	watchers  watchers
}

// Open opens the store in dir. Its errors are ErrNoStore, ErrNotStore, ErrLocked, ErrSchema, ErrParams, ErrCorrupt,
// ErrRecover, ErrFull, or what the file system says. A folder that is not a store is not written to.
//
// Several processes may have a store open for reading at once, and none while one has it open for writing. A store
// that was left by a crash is opened for writing for a moment first, also when ReadOnly is set.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := openPatiently(ctx, dir, o)
	if errors.Is(err, errUnclean) {
		// Only reading can meet this: whatever a crash has left is put in order by opening for writing.
		if err := recoverByWriting(ctx, dir, o); err != nil {
			return nil, err
		}
		s, err = openPatiently(ctx, dir, o)
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

// errUnclean: a store cannot be opened for reading before a crash has been dealt with.
var errUnclean = errors.New("store was not closed")

// patiently gives a lock that is just being let go a moment: a process that ends, or one that a fork has copied the lock
// into, holds it a little longer than it seems.
func patiently[T any](ctx context.Context, take func() (T, error)) (T, error) {
	for pause := 10 * time.Millisecond; ; pause *= 2 {
		taken, err := take()
		if !errors.Is(err, ErrLocked) || pause > 100*time.Millisecond {
			return taken, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return taken, err
		}
	}
}

func openPatiently(ctx context.Context, dir string, o Options) (*Store, error) {
	return patiently(ctx, func() (*Store, error) { return open(dir, o) })
}

func recoverByWriting(ctx context.Context, dir string, o Options) error {
	o.ReadOnly, o.Create = false, false
	s, err := openPatiently(ctx, dir, o)
	if err != nil {
		return fmt.Errorf("open store: %w: %s was left by a crash or is being written: open it once with the right to "+
			"write: %w", ErrRecover, dir, err)
	}
	return s.Close()
}

func open(dir string, o Options) (s *Store, err error) {
	s = &Store{
		dir: dir, log: o.Log, header: o.Params, readOnly: o.ReadOnly, minFree: o.MinFree, seams: o.Seams.complete(),
		schema: SchemaVersion, salvage: o.Salvage,
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.minFree == 0 {
		s.minFree = DefaultMinFree
	}
	fresh, err := inspect(dir)
	if err != nil {
		return nil, err
	}
	if fresh {
		if !o.Create || o.ReadOnly {
			return nil, fmt.Errorf("%w in %s", ErrNoStore, dir)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	if !o.ReadOnly {
		if err := s.roomFor(0); err != nil {
			return nil, err
		}
	}
	if err := dropTorn(dir, o.ReadOnly); err != nil {
		return nil, err
	}
	var tables []uint64
	if !fresh {
		if tables, err = inspectTables(dir, SchemaVersion); err != nil {
			return nil, err
		}
		if !o.Salvage {
			if err := inspectLogs(dir); err != nil {
				return nil, err
			}
		}
	}
	if s.folder, err = os.Stat(dir); err != nil {
		return nil, err
	}
	workers := compactors
	if s.seams.Still {
		workers = 0
	}
	if s.db, err = openBadgerWith(dir, SchemaVersion, o.ReadOnly, workers, s.log); err != nil {
		return nil, err
	}
	if err := missingTables(dir, SchemaVersion, tables, s.db); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	if err := s.start(o.Create); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if !o.ReadOnly && !o.Salvage {
		if err := s.endRuns(); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// start brings an open database to where snapshots and commits can begin.
func (s *Store) start(create bool) error {
	if err := s.settleRedo(); err != nil {
		return err
	}
	var value, dictionary []byte
	empty := false
	err := s.db.View(func(txn *badger.Txn) (err error) {
		if value, err = get(txn, []byte{tabHeader}); err != nil {
			return err
		}
		if value == nil {
			it := txn.NewIterator(badger.IteratorOptions{})
			it.Rewind()
			empty = !it.Valid()
			it.Close()
		}
		dictionary, err = get(txn, []byte{tabDictionary})
		return err
	})
	if err != nil {
		return err
	}
	t, err := newTexts(dictionary)
	if err != nil {
		return corrupt("%s: dictionary: %v", s.dir, err)
	}
	s.texts.Store(t)
	if value == nil && !empty {
		return corrupt("%s: the header is missing", s.dir)
	}
	if value == nil {
		// Between the manifest and the header nothing else is written: a creation that was cut off.
		if !create || s.readOnly {
			return fmt.Errorf("%w in %s: its creation was interrupted", ErrNoStore, s.dir)
		}
		if err := s.reach(StepMade); err != nil {
			return err
		}
		return s.writeOps(sealAll([]op{
			{key: []byte{tabHeader}, value: encodeHeader(&s.header)},
			{key: []byte{tabCounts}, value: encodeCounts(&counts{})},
		}))
	}
	schema, stored, err := decodeHeader(value)
	if err != nil {
		return err
	}
	if schema != SchemaVersion {
		return &SchemaError{Dir: s.dir, Found: schema, Want: SchemaVersion}
	}
	if err := stored.check(s.dir, &s.header); err != nil {
		return err
	}
	s.header = stored
	if s.salvage {
		return nil
	}
	return s.startMark()
}

// startMark sees to it that no commit is missing that was acknowledged.
func (s *Store) startMark() error {
	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	kept, err := lastCommit(func(key []byte) ([]byte, error) { return get(txn, key) })
	if err != nil {
		return err
	}
	return s.checkMark(kept)
}

func openBadger(dir string, schema int, readOnly bool, log *slog.Logger) (*badger.DB, error) {
	return openBadgerWith(dir, schema, readOnly, compactors, log)
}

func openBadgerWith(dir string, schema int, readOnly bool, workers int, log *slog.Logger) (db *badger.DB, err error) {
	// Badger asserts on some damage, by panic.
	defer func() {
		if r := recover(); r != nil {
			err = corrupt("%s: %v", dir, r)
		}
	}()
	db, err = badger.Open(badger.DefaultOptions(dir).
		WithReadOnly(readOnly).
		WithLogger(badgerLog{log}).
		WithSyncWrites(false).
		WithMemTableSize(memTableSize).WithNumMemtables(memTables).WithNumCompactors(workers).
		WithBlockCacheSize(blockCacheSize).WithIndexCacheSize(indexCacheSize).
		WithValueLogFileSize(valueLogFileSize).
		WithCompression(options.Snappy).
		WithChecksumVerificationMode(options.OnBlockRead).
		WithNumVersionsToKeep(1).
		WithDetectConflicts(false). // commits are serial
		WithMetricsEnabled(false).
		WithExternalMagic(uint16(magicStore | schema)))
	if err == nil {
		return db, nil
	}
	// Badger's errors carry their cause as text only.
	text := err.Error()
	switch {
	case strings.Contains(text, "Another process is using"):
		return nil, lockedError(dir)
	case strings.Contains(text, badger.ErrTruncateNeeded.Error()):
		return nil, errUnclean
	case strings.Contains(text, "no space left"), strings.Contains(text, "disk quota"):
		return nil, fmt.Errorf("%w: %s: %w", ErrFull, dir, err)
	case strings.Contains(text, "permission denied"):
		return nil, fmt.Errorf("%w: %w", fs.ErrPermission, err)
	case strings.Contains(text, "read-only file system"):
		return nil, fmt.Errorf("%w: %w", syscall.EROFS, err)
	default:
		return nil, corrupt("%s: %v", dir, err)
	}
}

// manifestName is the file that makes a folder a Badger database.
const manifestName = "MANIFEST"

// inspect looks at the folder without changing it: fresh if there is nothing in it that anyone could miss.
func inspect(dir string) (fresh bool, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		if info, statErr := os.Stat(dir); statErr == nil && !info.IsDir() {
			return false, fmt.Errorf("%w: %s is a file", ErrNotStore, dir)
		}
		return false, err
	}
	foreign := ""
	for _, e := range entries {
		switch e.Name() {
		case manifestName:
			return false, inspectManifest(dir)
		case "LOCK", "KEYREGISTRY", "MANIFEST-REWRITE", "REWRITE-KEYREGISTRY", "lost+found":
			// Left by a creation that was cut off, or by the file system.
		default:
			foreign = e.Name()
		}
	}
	if foreign != "" {
		return false, fmt.Errorf("%w: %s holds other files, %s for one", ErrNotStore, dir, foreign)
	}
	return true, nil
}

// inspectManifest reads the first bytes of the manifest: Badger's mark, our magic, Badger's version.
func inspectManifest(dir string) error {
	f, err := os.Open(filepath.Join(dir, manifestName))
	if err != nil {
		return err
	}
	defer f.Close()
	var head [8]byte
	if n, err := f.Read(head[:]); err != nil || n < len(head) {
		return corrupt("%s: manifest is cut short", dir)
	}
	magic := binary.BigEndian.Uint16(head[4:])
	switch {
	case string(head[:4]) != "Bdgr":
		return corrupt("%s: manifest does not begin like one", dir)
	case magic&magicMask != magicStore:
		return fmt.Errorf("%w: %s is the database of another program", ErrNotStore, dir)
	case magic&^magicMask != SchemaVersion:
		return &SchemaError{Dir: dir, Found: int(magic &^ magicMask), Want: SchemaVersion}
	}
	return nil
}

func lockedError(dir string) error {
	e := &LockedError{Dir: dir}
	if b, err := os.ReadFile(filepath.Join(dir, "LOCK")); err == nil {
		e.PID, _ = strconv.Atoi(strings.TrimSpace(string(b)))
	}
	return e
}

// Close waits for open snapshots and for a commit that is under way, and closes the store. Closing twice is harmless.
func (s *Store) Close() error {
	s.commits.Lock()
	defer s.commits.Unlock()
	s.gate.Lock()
	if s.closed {
		s.gate.Unlock()
		return nil
	}
	s.closed = true
	s.gate.Unlock()
	s.snapshots.Wait()
	if err := s.present(); errors.Is(err, ErrGone) && !s.readOnly {
		// Badger would try for ever to write into the folder. It is left to the end of the process.
		return fmt.Errorf("close store: %w", err)
	}
	err := s.db.Close()
	if s.mark != nil {
		err = errors.Join(err, s.mark.Close())
	}
	if err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// Dir is the folder of the store.
func (s *Store) Dir() string { return s.dir }

// Params are the parameters the store was made with.
func (s *Store) Params() Header { return s.header }
