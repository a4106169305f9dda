package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// torn lists the logs that were named but never filled: Badger makes the file and its size in two steps, a crash may fall
// between them, and Badger then takes the empty file for a new one and refuses to open. Nothing has ever been in them.
func torn(dir string) ([]string, error) {
	var empty []string
	for _, pattern := range []string{"*.mem", "*.vlog"} {
		files, err := filepath.Glob(filepath.Join(globQuote(dir), pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			info, err := os.Stat(file)
			if errors.Is(err, fs.ErrNotExist) {
				continue // whoever has the store open is done with it
			}
			if err != nil {
				return nil, err
			}
			if info.Size() == 0 {
				empty = append(empty, file)
			}
		}
	}
	return empty, nil
}

// dropTorn takes the empty logs of a crash away. In a store that another process has open they are about to be filled.
func dropTorn(dir string, readOnly bool) error {
	files, err := torn(dir)
	if err != nil || len(files) == 0 {
		return err
	}
	if readOnly {
		return errUnclean
	}
	return exclusively(dir, func() error {
		files, err := torn(dir)
		for _, file := range files {
			err = errors.Join(err, os.Remove(file))
		}
		return err
	})
}

// present refuses to go on when the folder of an open store has been taken away: what is written into deleted files would
// be lost without a word.
func (s *Store) present() error {
	now, err := os.Stat(s.dir)
	if err == nil && !os.SameFile(now, s.folder) {
		return fmt.Errorf("%w: another folder has been put in the place of %s while it was open: start again to use it", ErrGone, s.dir)
	}
	if err == nil {
		_, err = os.Stat(filepath.Join(s.dir, manifestName))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s was deleted or moved while it was open: put it back, or stop and restore a backup", ErrGone, s.dir)
	}
	return err
}
