package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/zeebo/xxh3"
)

// errForeign tells of a file that holds no JSON at all; its text is the reason.
type errForeign string

func (e errForeign) Error() string { return string(e) }

// input is one open file, decompressed.
type input struct {
	r       *bufio.Reader // decompressed
	file    *os.File      // nil for standard input
	plain   bool          // not compressed: offsets are places in the file
	closers []func()
	id      identity
	regular bool // has a size and can be read again: a file, no pipe
}

const (
	readBuffer = 256 << 10
	headPeek   = 4 << 10
	// maxWindow bounds what a zstd frame may ask the decoder to hold.
	maxWindow = 128 << 20
)

// openInput opens the file at ref and finds out what it is. count grows with the bytes read off the disk. With an
// error the input is closed, and still says what is known of the file.
func openInput(ref fileRef, std io.Reader, count *atomic.Int64) (*input, error) {
	in := &input{}
	var src io.Reader = std
	if ref.path != stdin {
		f, err := os.Open(ref.at)
		if err != nil {
			return in, err
		}
		in.file = f
		in.closers = append(in.closers, func() { f.Close() })
		info, err := f.Stat()
		if err != nil {
			in.close()
			return in, err
		}
		if in.regular = info.Mode().IsRegular(); in.regular {
			if in.id, _, err = identify(f, info); err != nil {
				in.close()
				return in, err
			}
		}
		src = f
	}
	err := in.decompress(bufio.NewReaderSize(&counting{src, count}, readBuffer))
	if err == nil {
		err = in.check()
	}
	if err != nil {
		in.close()
	}
	return in, err
}

// identify takes the file's fingerprint and returns the bytes under it.
func identify(f *os.File, info fs.FileInfo) (identity, []byte, error) {
	head := make([]byte, min(fingerprintLen, info.Size()))
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return identity{}, nil, err
	}
	head = head[:n]
	return identity{info.Size(), info.ModTime().UnixNano(), int64(n), xxh3.Hash(head)}, head, nil
}

// decompress looks at the first bytes, not at the name: dumps are renamed more often than they are recompressed.
func (in *input) decompress(raw *bufio.Reader) error {
	magic, err := raw.Peek(6)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(raw)
		if err != nil {
			return errForeign("broken gzip: " + err.Error())
		}
		in.closers = append(in.closers, func() { z.Close() })
		in.r = bufio.NewReaderSize(z, readBuffer)
	case len(magic) >= 4 && (bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}) ||
		magic[0]&0xf0 == 0x50 && magic[1] == 0x2a && magic[2] == 0x4d && magic[3] == 0x18):
		z, err := zstd.NewReader(raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return errForeign("broken zstd: " + err.Error())
		}
		in.closers = append(in.closers, z.Close)
		in.r = bufio.NewReaderSize(z, readBuffer)
	case bytes.HasPrefix(magic, []byte{0xfd, '7', 'z', 'X', 'Z', 0}):
		return errForeign("compressed with xz: decompress it first, only gzip and zstd are read as they are")
	case bytes.HasPrefix(magic, []byte("BZh")):
		return errForeign("compressed with bzip2: decompress it first, only gzip and zstd are read as they are")
	case bytes.HasPrefix(magic, []byte{'P', 'K', 3, 4}):
		return errForeign("a zip archive: unpack it first, only gzip and zstd are read as they are")
	default:
		in.r, in.plain = raw, true
	}
	return nil
}

// check refuses what is no JSON text from its first bytes, before a million lines of it are refused one by one.
func (in *input) check() error {
	head, err := in.r.Peek(headPeek)
	if len(head) == 0 {
		if in.plain && err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		return nil // a decompressor says it again to the scanner, which knows the place
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return errForeign("UTF-16 text: convert the file to UTF-8, for instance with iconv")
	case bytes.IndexByte(head, 0) >= 0:
		return errForeign("a binary file: expected JSON text, one story object a line")
	}
	if first := bytes.TrimLeft(head, "\ufeff \t\r\n"); len(first) > 0 && first[0] != '{' && first[0] != '[' {
		odd := 0
		for _, c := range head {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
				odd++
			}
		}
		if odd > len(head)/50 || !utf8.Valid(head[:len(head)-min(len(head), utf8.UTFMax)]) && odd > 0 {
			return errForeign("a binary file: expected JSON text, one story object a line")
		}
	}
	return nil
}

func (in *input) close() {
	for i := len(in.closers) - 1; i >= 0; i-- {
		in.closers[i]()
	}
}

// counting counts what goes through it.
type counting struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
