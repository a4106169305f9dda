//go:build linux || darwin

package store

import (
	"io/fs"
	"syscall"
)

// occupied is what a file takes on disk: Badger makes its log files larger than what is in them.
func occupied(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int64(st.Blocks) * 512
	}
	return info.Size()
}
