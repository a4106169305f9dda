package sim

import (
	"os"
	"syscall"
	"testing"
)

// folder is a folder in memory where there is room for one: a year consists of commits, and each waits for the disk.
func folder(t *testing.T) string {
	const memory, enough = "/dev/shm", 2 << 30 // Badger writes through memory maps, for which a full disk is the end
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err != nil || int64(fs.Bavail)*fs.Bsize < enough {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "samestory-sim-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
