package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrCursor tells of a cursor that this version cannot read. Starting without one reads everything again, which the
// engine answers with "unchanged".
var ErrCursor = errors.New("unreadable cursor")

// Cursor says how far each file of a source was read. A file is known by its path and by what lies at its head and
// before the place that was reached, so that a file which was replaced or cut starts anew, one that was renamed does
// not, and one that has grown is read from where it ended. Files compressed as a whole are skipped while they are
// unchanged and read to their old end when they are not.
//
// Not seen is a file rewritten with the same size, the same time stamp and the same first and last KiB.
type Cursor struct {
	files map[string]fileState
}

// fileState is how far one file was read.
type fileState struct {
	identity
	mark position
}

// identity is what tells a file from another under the same name.
type identity struct {
	size    int64  // of the file as it lies on disk, when it was opened
	modTime int64  // unix nanoseconds
	headLen int64  // bytes under head, at most fingerprintLen
	head    uint64 // xxh3 of the first bytes as they lie on disk
}

// position is a place behind an item, in the decompressed file.
type position struct {
	offset  int64 // where the next item begins, or the empty lines before it
	line    int64 // lines before offset
	tailEnd int64 // where the item's own bytes end
	tailLen int64 // bytes under tail, at most fingerprintLen
	tail    uint64
	whole   bool // the file ended here: while it is unchanged there is nothing to read
}

// mark carries a position and its file from the reader to the cursor; without a path it moves nothing.
type mark struct {
	path string
	file identity
	at   position
}

const fingerprintLen = 1024

// Advance notes that the item was dealt with. Items have to come in the order in which they were read; the cursor is to
// be stored in the transaction that stores them.
func (c *Cursor) Advance(it Item) {
	if it.mark.path == "" {
		return
	}
	if c.files == nil {
		c.files = map[string]fileState{}
	}
	c.files[it.mark.path] = fileState{it.mark.file, it.mark.at}
}

// Finished tells whether a file was read to its end and has not changed since.
func (c *Cursor) Finished(path string) bool {
	st, ok := c.files[filepath.Clean(path)]
	if !ok || !st.mark.whole {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && st.unchanged(fileRef{info: info})
}

// Len is the number of files the cursor knows.
func (c *Cursor) Len() int { return len(c.files) }

const cursorVersion = 1

// AppendBinary appends the versioned form that DecodeCursor reads. Equal cursors give equal bytes.
func (c *Cursor) AppendBinary(dst []byte) ([]byte, error) {
	paths := make([]string, 0, len(c.files))
	for p := range c.files {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	dst = append(dst, cursorVersion)
	dst = binary.AppendUvarint(dst, uint64(len(paths)))
	for _, p := range paths {
		f := c.files[p]
		dst = binary.AppendUvarint(dst, uint64(len(p)))
		dst = append(dst, p...)
		for _, v := range []int64{f.size, f.modTime, f.headLen, f.mark.offset, f.mark.line, f.mark.tailEnd, f.mark.tailLen} {
			dst = binary.AppendVarint(dst, v)
		}
		dst = binary.BigEndian.AppendUint64(dst, f.head)
		dst = binary.BigEndian.AppendUint64(dst, f.mark.tail)
		whole := byte(0)
		if f.mark.whole {
			whole = 1
		}
		dst = append(dst, whole)
	}
	return dst, nil
}

// DecodeCursor reads what AppendBinary wrote; no bytes at all are an empty cursor. Errors wrap ErrCursor.
func DecodeCursor(data []byte) (*Cursor, error) {
	c := &Cursor{files: map[string]fileState{}}
	if len(data) == 0 {
		return c, nil
	}
	if data[0] != cursorVersion {
		return nil, fmt.Errorf("%w: version %d, expected %d", ErrCursor, data[0], cursorVersion)
	}
	d := cursorDecoder{data: data[1:]}
	n := d.uvarint()
	last := ""
	for i := uint64(0); i < n && !d.bad; i++ {
		path := string(d.bytes(d.uvarint()))
		var f fileState
		for _, v := range []*int64{&f.size, &f.modTime, &f.headLen, &f.mark.offset, &f.mark.line, &f.mark.tailEnd, &f.mark.tailLen} {
			*v = d.varint()
		}
		f.head = d.fixed()
		f.mark.tail = d.fixed()
		if b := d.bytes(1); len(b) == 1 {
			f.mark.whole = b[0] == 1
			d.bad = d.bad || b[0] > 1
		}
		d.bad = d.bad || path == "" || i > 0 && strings.Compare(last, path) >= 0 || !f.sane()
		last = path
		c.files[path] = f
	}
	if d.bad || len(d.data) > 0 {
		return nil, fmt.Errorf("%w: damaged", ErrCursor)
	}
	return c, nil
}

func (f *fileState) sane() bool {
	m := &f.mark
	return f.size >= 0 && f.headLen >= 0 && f.headLen <= fingerprintLen && f.headLen <= f.size && m.offset >= 0 &&
		m.line >= 0 && m.tailLen >= 0 && m.tailLen <= fingerprintLen && m.tailEnd >= m.tailLen && m.tailEnd <= m.offset
}

// cursorDecoder reads fields one by one; after the first that is not there every read gives zero and bad stays set.
type cursorDecoder struct {
	data []byte
	bad  bool
}

func (d *cursorDecoder) step(n int) {
	if n <= 0 {
		d.bad, n = true, 0
	}
	d.data = d.data[n:]
}

func (d *cursorDecoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.data)
	d.step(n)
	return v
}

func (d *cursorDecoder) varint() int64 {
	v, n := binary.Varint(d.data)
	d.step(n)
	return v
}

func (d *cursorDecoder) bytes(n uint64) []byte {
	if n > uint64(len(d.data)) {
		d.bad = true
		return nil
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b
}

func (d *cursorDecoder) fixed() uint64 {
	b := d.bytes(8)
	if d.bad {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}
