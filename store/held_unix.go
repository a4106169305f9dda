//go:build linux || darwin

package store

import (
	"errors"
	"os"
	"syscall"
)

// held tells whether a process has a database open in the folder: Badger locks the folder itself.
func held(dir string) bool {
	return errors.Is(exclusively(dir, func() error { return nil }), ErrLocked)
}

// exclusively does something while no other process can have a database open in the folder.
func exclusively(dir string, do func() error) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return lockedError(dir)
	}
	if err != nil {
		return err
	}
	return do()
}
