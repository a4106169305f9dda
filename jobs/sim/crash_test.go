package sim

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// snapshot copies a folder as it is at this moment, which is how a process that is killed leaves it: what it has written,
// through memory maps too, is with the system. Holes stay holes: a store that is open is mostly such.
func snapshot(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case !d.Type().IsRegular():
			return nil // a socket, of the process that is gone
		}
		return copySparse(path, target)
	})
}

// The places of data and holes in a file, as lseek(2) finds them on Linux; elsewhere asking is an error.
const (
	seekData = 3
	seekHole = 4
)

func copySparse(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := out.Truncate(info.Size()); err != nil {
		return err
	}
	for at := int64(0); at < info.Size(); {
		data, err := in.Seek(at, seekData)
		if errors.Is(err, syscall.ENXIO) {
			break // holes to the end
		}
		end := info.Size()
		if err == nil {
			if end, err = in.Seek(data, seekHole); err != nil {
				return err
			}
		} else {
			data = at
		}
		if _, err := in.Seek(data, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.Copy(io.NewOffsetWriter(out, data), io.LimitReader(in, end-data)); err != nil {
			return err
		}
		at = end
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}
