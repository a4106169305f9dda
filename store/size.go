package store

import (
	"errors"
	"io/fs"
	"path/filepath"
)

func (v *Snapshot) counts() (counts, error) {
	value, err := v.get([]byte{tabCounts})
	if err != nil {
		return counts{}, err
	}
	if value == nil {
		return counts{}, corrupt("counts are missing")
	}
	return decodeCounts(value)
}

// Stats describes the store. Its counts are of the snapshot, its size is of now.
func (v *Snapshot) Stats() (Stats, error) {
	c, err := v.counts()
	if err != nil {
		return Stats{}, err
	}
	size, err := folderSize(v.s.dir)
	if err != nil {
		return Stats{}, err
	}
	return Stats{Counts: c.Counts, Schema: SchemaVersion, Params: v.s.header, Bytes: size}, nil
}

// folderSize is what the files of a folder occupy. Files that vanish meanwhile are nothing.
func folderSize(dir string) (int64, error) {
	var total int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			var info fs.FileInfo
			if info, err = d.Info(); err == nil {
				total += occupied(info)
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	return total, err
}
