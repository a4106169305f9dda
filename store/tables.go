package store

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/table"
)

// Badger ends the process over a table file that was cut short, and goes on without one that is missing or whose index
// does not match its checksum. Neither will do for a store, so the files are looked at before it and their number after
// it.

// listedTables reads from the manifest which table files make up the database.
func listedTables(dir string, schema int) ([]uint64, error) {
	f, err := os.Open(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	manifest, _, err := badger.ReplayManifestFile(f, uint16(magicStore|schema), badger.DefaultOptions(dir).WithLogger(nil))
	if err != nil {
		return nil, corrupt("%s: manifest: %v", dir, err)
	}
	return slices.Sorted(maps.Keys(manifest.Tables)), nil
}

// inspectTables sees to it that every listed table file is there and whole, and gives the list.
func inspectTables(dir string, schema int) ([]uint64, error) {
	ids, err := listedTables(dir, schema)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		err := inspectTable(table.NewFilename(id, dir))
		if errors.Is(err, fs.ErrNotExist) {
			// A process that has the store open may just have replaced it.
			now, listErr := listedTables(dir, schema)
			if listErr != nil {
				return nil, listErr
			}
			if slices.Contains(now, id) {
				return nil, corrupt("%s: table %d is missing", dir, id)
			}
			continue
		}
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// maxTableSum bounds the checksum at the end of a table file, in bytes; it takes about a dozen.
const maxTableSum = 64

// inspectTable reads the lengths at the end of a table file: blocks, index, length of the index, checksum, length of
// the checksum.
func inspectTable(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	length := func(end int64) int64 {
		var b [4]byte
		if end < int64(len(b)) {
			return 0
		}
		if _, err := f.ReadAt(b[:], end-int64(len(b))); err != nil {
			return 0
		}
		return int64(binary.BigEndian.Uint32(b[:]))
	}
	sum := length(info.Size())
	if sum > 0 && sum <= maxTableSum {
		end := info.Size() - 4 - sum
		if index := length(end); index > 0 && index <= end-4 {
			return nil
		}
	}
	return corrupt("%s: table file is cut short", path)
}

// missingTables sees to it that Badger has taken up every table that was listed before it opened the database.
func missingTables(dir string, schema int, ids []uint64, db *badger.DB) error {
	open := make(map[uint64]bool)
	for _, t := range db.Tables() {
		open[t.ID] = true
	}
	missing := slices.DeleteFunc(ids, func(id uint64) bool { return open[id] })
	if len(missing) == 0 {
		return nil
	}
	// Or one that has been merged into others since: that is struck off the list first.
	now, err := listedTables(dir, schema)
	if err != nil {
		return err
	}
	for _, id := range missing {
		if slices.Contains(now, id) {
			return corrupt("%s: the index of table %d is not what was written", dir, id)
		}
	}
	return nil
}
