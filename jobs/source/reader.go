package source

import (
	"context"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// Spec says what to read and from where.
type Spec struct {
	Options
	// Paths are files, folders (walked), globs, and "-" for standard input.
	Paths []string
	// Dir is the folder that relative paths are of, absolute; empty: that of the process. Items and cursors name files as
	// the paths do.
	Dir string
	// Cursor is where an earlier run ended, as Cursor.AppendBinary wrote it; nil reads everything.
	Cursor []byte
	// Follow reads files that others may still be writing to: a folder without a file is fine, and an unfinished end of
	// a file that changed in the last ten minutes before Arrived is left for the next run.
	Follow bool
	// Stdin is read for the path "-"; nil: os.Stdin.
	Stdin io.Reader
}

// settled is how long nobody has written to a file that is taken as finished.
const settled = 10 * time.Minute

// hopeless is after how many lines without a brace a file is given up, if it had none with one.
const hopeless = 1000

// Reader yields the items of a Spec. It is used once, through Next or through Items, and closed.
type Reader struct {
	spec   Spec
	dec    *Decoder
	cursor *Cursor
	refs   []fileRef
	starts map[string]fileState // where to begin in files known before
	next   int                  // into refs

	cur   *input
	scan  lineScanner
	base  int64    // count when cur was opened
	last  position // behind the last item of cur
	ready bool     // the scanner stands before an item, not before blank lines
	lost  error    // what reading cur ended with, while looking ahead
	plain int      // lines of cur that were no object, -1 after the first that was one

	count  atomic.Int64 // bytes read off the disk
	total  int64
	opened atomic.Int64
	piped  atomic.Bool // a read may block for ever

	small   *chunk // of Next
	smallAt int
}

// Open finds the files and reads the cursor. What is wrong with single files comes as items; an error means that the
// Spec cannot be: a mapping of an unknown field, or a cursor that wraps ErrCursor.
func Open(ctx context.Context, spec Spec) (*Reader, error) {
	dec, err := NewDecoder(spec.Options)
	if err != nil {
		return nil, err
	}
	cursor, err := DecodeCursor(spec.Cursor)
	if err != nil {
		return nil, err
	}
	if spec.Stdin == nil {
		spec.Stdin = os.Stdin
	}
	r := &Reader{spec: spec, dec: dec, cursor: cursor, refs: expand(spec.Dir, spec.Paths, spec.Follow)}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.resume()
	return r, nil
}

// resume matches the files with the cursor, drops those that were read to their end, and counts what is left.
func (r *Reader) resume() {
	r.starts = r.cursor.match(r.refs)
	todo := r.refs[:0]
	for _, ref := range r.refs {
		if st, ok := r.starts[ref.path]; ok && st.mark.whole && st.unchanged(ref) {
			continue
		}
		if ref.info != nil && ref.info.Mode().IsRegular() {
			r.total += ref.info.Size()
		}
		todo = append(todo, ref)
	}
	r.refs = todo
}

// Cursor is where the run stands: as Open read it, moved on by the caller with Advance.
func (r *Reader) Cursor() *Cursor { return r.cursor }

// Progress says how far the reading is. It may be called from any goroutine.
type Progress struct {
	Bytes, Total int64 // as they lie on disk; Total is 0 where a pipe is read
	Files        int   // opened so far
	Of           int   // to read in all
}

// Progress returns what was read so far; the items of it may still be on their way.
func (r *Reader) Progress() Progress {
	p := Progress{Bytes: r.count.Load(), Total: r.total, Files: int(r.opened.Load()), Of: len(r.refs)}
	if p.Total > 0 && p.Bytes > p.Total {
		p.Bytes = p.Total
	}
	return p
}

// Close gives back what is open.
func (r *Reader) Close() error {
	if r.cur != nil && !r.piped.Load() {
		r.cur.close()
		r.cur = nil
	}
	return nil
}

// decode makes the items of a chunk. It touches nothing of the Reader that changes.
func (r *Reader) decode(c *chunk) {
	for i := range c.entries {
		e := &c.entries[i]
		it := Item{Path: e.path, Line: e.line, Offset: e.offset, mark: e.mark}
		data := c.buf[e.from:e.to]
		reason := e.reason
		if reason == "" {
			var err error
			if it.Story, it.Notes, err = r.dec.Survive(data); err != nil {
				reason = err.Error()
			}
		}
		if reason != "" {
			it.Reject = &Reject{Path: e.path, Line: e.line, Reason: reason, Excerpt: excerpt(data)}
		}
		c.items = append(c.items, it)
	}
}

// Next returns the next item, io.EOF behind the last.
func (r *Reader) Next(ctx context.Context) (Item, error) {
	for r.small == nil || r.smallAt == len(r.small.items) {
		r.small, r.smallAt = &chunk{}, 0
		err := r.fill(ctx, r.small, 1)
		if err != nil && len(r.small.entries) == 0 {
			return Item{}, err
		}
		r.decode(r.small)
	}
	r.smallAt++
	return r.small.items[r.smallAt-1], nil
}
