//go:build linux || darwin

package store

import "syscall"

// freeSpace is how many bytes an unprivileged process may still write to the disk that holds dir.
func freeSpace(dir string) (int64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil
}
