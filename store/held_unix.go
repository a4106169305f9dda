//go:build linux || darwin

package store

import (
	"os"
	"syscall"
)

// held tells whether a process has a database open in the folder: Badger locks the folder itself.
func held(dir string) bool {
	f, err := os.Open(dir)
	if err != nil {
		return false
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == syscall.EWOULDBLOCK
}
