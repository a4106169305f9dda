package archive

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/klauspost/compress/zstd"
)

// Inspect reads header and trailer of a backup and looks at none of its blocks. Its errors are ErrForeign, ErrVersion,
// ErrDamaged, or what the file system says.
func Inspect(path string) (Info, error) {
	f, err := open(path)
	if err != nil {
		return Info{}, err
	}
	defer f.Close()
	return f.info, nil
}

// file is an open backup.
type file struct {
	*os.File
	info   Info
	blocks int64 // where they begin
	end    int64 // where they end
}

func open(path string) (*file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read backup: %w", err)
	}
	b := &file{File: f, info: Info{Path: path}}
	if err := b.read(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return b, nil
}

// read takes in what stands before and behind the blocks.
func (f *file) read() error {
	path := f.info.Path
	stat, err := f.Stat()
	if err != nil {
		return fmt.Errorf("read backup: %w", err)
	}
	if !stat.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is no file", ErrForeign, path)
	}
	f.info.Size = stat.Size()
	start := make([]byte, len(magic)+4)
	n, err := io.ReadFull(f.File, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read backup: %w", err)
	}
	if known := min(n, len(magic)); string(start[:known]) != magic[:known] || n == 0 {
		return fmt.Errorf("%w: %s", ErrForeign, path)
	}
	if n < len(start) {
		return damaged(path, "it ends after %d bytes", n)
	}
	if v := binary.BigEndian.Uint32(start[len(magic):]); v > Version {
		return fmt.Errorf("%w: %s has version %d, this program reads up to %d", ErrVersion, path, v, Version)
	} else if v == 0 {
		return damaged(path, "no container has version 0")
	}
	footer := make([]byte, footerSize)
	end := f.info.Size - footerSize
	if end < int64(len(start)) {
		return damaged(path, "it ends after %d bytes", f.info.Size)
	}
	if _, err := f.ReadAt(footer, end); err != nil {
		return fmt.Errorf("read backup: %w", err)
	}
	f.info.ID = hex.EncodeToString(footer[4:])
	f.end = end - int64(binary.BigEndian.Uint32(footer))
	if f.end < int64(len(start)) {
		return damaged(path, "its end is missing")
	}
	head := frames{path: path, r: f.File, at: int64(len(start)), end: f.end}
	if err := oneJSON(&head, frameHeader, &f.info.Header); err != nil {
		return err
	}
	f.blocks = head.at
	tail := frames{path: path, r: f.File, at: f.end, end: end}
	if err := oneJSON(&tail, frameTrailer, &f.info.Trailer); err != nil {
		return damaged(path, "its end is missing")
	}
	if tail.at != tail.end {
		return damaged(path, "there is something behind its trailer")
	}
	return nil
}

// oneJSON reads the frame of a header or trailer.
func oneJSON(r *frames, kind byte, to any) error {
	var f frame
	err := r.next(&f, true)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err != nil || f.kind != kind {
		return damaged(r.path, "no frame of kind %c where one belongs", kind)
	}
	if err := json.Unmarshal(f.keys, to); err != nil {
		return damaged(r.path, "frame %c: %v", kind, err)
	}
	return nil
}

// checkSum compares the SHA-256 of the file with the one at its end.
func (f *file) checkSum(ctx context.Context, read func(n int)) error {
	sum := sha256.New()
	in := io.NewSectionReader(f.File, 0, f.info.Size-sha256.Size)
	buffer := make([]byte, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := in.Read(buffer)
		_, _ = sum.Write(buffer[:n])
		read(n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read backup: %w", err)
		}
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.info.ID {
		return damaged(f.info.Path, "its checksum does not match its content")
	}
	return nil
}

// cursor reads the rows of one backup in the order of their keys.
type cursor struct {
	f      *file
	frames frames
	values bool // else only keys, lengths and hashes are read
	block  frame
	keys   []byte // of the block, not yet read
	at     int    // in the block's values
	left   int    // rows of the block
	row    row

	blocks           int
	written, deleted int64
}

func (f *file) cursor(values bool) (*cursor, error) {
	unpack, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPart))
	if err != nil {
		return nil, err
	}
	return &cursor{
		f: f, values: values,
		frames: frames{path: f.info.Path, r: f.File, at: f.blocks, end: f.end, unpack: unpack},
	}, nil
}

// next goes to the next row. At the end, where it returns false, it compares what it met with the trailer.
func (c *cursor) next(ctx context.Context) (bool, error) {
	if c.left > 0 {
		return true, c.take()
	}
	path := c.f.info.Path
	if len(c.keys) > 0 || c.values && c.at != len(c.block.values) {
		return false, damaged(path, "a block holds more than its rows")
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	err := c.frames.next(&c.block, c.values)
	if errors.Is(err, io.EOF) {
		return false, c.complete()
	}
	if err != nil {
		return false, err
	}
	if c.block.kind != frameBlock || c.block.rows == 0 {
		return false, damaged(path, "no frame of kind %c where one belongs", frameBlock)
	}
	last := c.row.key
	c.blocks++
	c.keys, c.at, c.left, c.row = c.block.keys, 0, c.block.rows, row{}
	if err := c.take(); err != nil {
		return false, err
	}
	if c.blocks > 1 && string(c.row.key) <= string(last) {
		return false, damaged(path, "its keys do not ascend")
	}
	return true, nil
}

func (c *cursor) take() error {
	path := c.f.info.Path
	rest, ok := c.row.take(c.keys)
	if !ok {
		return damaged(path, "a row cannot be read")
	}
	c.keys = rest
	c.left--
	if c.row.deleted {
		c.deleted++
		return nil
	}
	c.written++
	if !c.values {
		return nil
	}
	if c.row.size > len(c.block.values)-c.at {
		return damaged(path, "a value is cut short")
	}
	c.row.value = c.block.values[c.at : c.at+c.row.size]
	c.at += c.row.size
	if Hash(c.row.value) != c.row.hash {
		return damaged(path, "a value is not what its hash says")
	}
	return nil
}

func (c *cursor) complete() error {
	t := &c.f.info.Trailer
	if c.blocks != t.Blocks || c.written != t.Written || c.deleted != t.Deleted {
		return damaged(c.f.info.Path, "%d blocks with %d rows and %d deletions are there, %d with %d and %d were written",
			c.blocks, c.written, c.deleted, t.Blocks, t.Written, t.Deleted)
	}
	return nil
}

// List inspects every backup in a folder, in the order of their names. Files that end like backups and are none, or
// that are damaged at their ends, come back as problems.
func List(dir string) (list []Info, problems []error, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list backups: %w", err)
	}
	for _, e := range entries {
		if !isName(e.Name()) || e.IsDir() {
			continue
		}
		info, err := Inspect(joinPath(dir, e.Name()))
		if err != nil {
			problems = append(problems, err)
			continue
		}
		list = append(list, info)
	}
	return list, problems, nil
}
