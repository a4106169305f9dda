package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// chunk is a run of items that is decoded in one go.
type chunk struct {
	buf     []byte
	entries []entry
	items   []Item
	done    chan struct{}
}

// entry is an item before it is decoded; reason is set where it cannot be.
type entry struct {
	cut
	path   string
	reason string
	mark   mark
}

const (
	chunkItems = 128
	chunkBytes = 512 << 10
)

// fill reads the next items into c, at most n of them; io.EOF with the last.
func (r *Reader) fill(ctx context.Context, c *chunk, n int) error {
	for len(c.entries) < n && len(c.buf) < chunkBytes {
		if err := ctx.Err(); err != nil {
			return err
		}
		switch {
		case r.cur != nil:
			r.step(c)
		case r.next < len(r.refs):
			r.next++
			r.open(c, r.refs[r.next-1])
		default:
			return io.EOF
		}
	}
	return nil
}

// open makes ref the current file, or says why it cannot be.
func (r *Reader) open(c *chunk, ref fileRef) {
	r.opened.Add(1)
	r.base, r.last, r.ready, r.lost, r.plain = r.count.Load(), position{}, false, nil, 0
	if ref.problem != "" {
		c.entries = append(c.entries, entry{path: ref.path, reason: ref.problem})
		return
	}
	r.piped.Store(ref.info == nil || !ref.info.Mode().IsRegular())
	in, err := r.begin(ref, true)
	if err != nil {
		r.piped.Store(false)
		e := entry{path: ref.path, reason: problem(err)}
		if foreign, ok := errors.AsType[errForeign](err); ok {
			e.reason = string(foreign)
			e.mark = mark{ref.path, in.id, position{whole: true}}
		}
		if ref.info != nil {
			r.count.Store(r.base + ref.info.Size())
		}
		c.entries = append(c.entries, e)
		return
	}
	r.cur = in
}

// begin opens the file and goes to where an earlier run ended, or to the start where that is another file's place.
func (r *Reader) begin(ref fileRef, known bool) (*input, error) {
	in, err := openInput(ref, r.spec.Stdin, &r.count)
	if err != nil {
		return in, err
	}
	r.scan = lineScanner{r: in.r, limit: r.dec.o.Limits.Line}
	r.scan.begin()
	st, ok := r.starts[ref.path]
	if !known || !ok || st.mark.offset == 0 {
		return in, nil
	}
	if in.plain {
		if from := st.mark.tailEnd - st.mark.tailLen; from > r.scan.offset {
			if _, err := in.file.Seek(from, io.SeekStart); err != nil {
				in.close()
				return in, err
			}
			r.count.Store(r.base + from)
			r.scan.r.Reset(&counting{in.file, &r.count})
			r.scan.offset = from
		}
	}
	same, err := r.scan.seek(st.mark)
	if err == nil && same {
		r.last = st.mark
		r.last.whole = false
		r.plain = -1
		return in, nil
	}
	in.close()
	r.count.Store(r.base)
	return r.begin(ref, false)
}

// step adds the next item of the current file to c, or ends the file.
func (r *Reader) step(c *chunk) {
	path := r.refs[r.next-1].path
	if r.lost != nil {
		r.fail(c, path, r.lost)
		return
	}
	buf, item, err := r.scan.next(c.buf)
	switch {
	case errors.Is(err, io.EOF):
		r.end()
		return
	case err != nil:
		r.fail(c, path, err)
		return
	}
	c.buf = buf
	e := entry{cut: item, path: path}
	data := buf[item.from:item.to]
	long := item.size > r.scan.limit
	switch {
	case long:
		e.reason = tooLong(item.size, r.scan.limit).Error()
		if item.open {
			e.at = r.last
			e.at.whole = true
		}
	case item.open && cutShort(data):
		// The cursor stays before it: should the file grow, the line is read whole.
		if r.spec.Follow && r.fresh() {
			c.buf = buf[:item.from]
			r.end()
			return
		}
		e.reason = "the file ends in the middle of a line"
		e.at = r.last
		e.at.whole = true
	}
	if r.plain >= 0 && !r.scan.values {
		r.plain++
		if data[0] == '{' {
			r.plain = -1
		}
	}
	if r.plain == hopeless {
		e.reason = fmt.Sprintf("no JSON in the first %d lines: the rest of the file is not read", hopeless)
		e.cut.line, e.cut.to = 0, e.cut.from
		e.at.whole = true
	}
	r.last = e.at
	if !e.at.whole {
		e.at.whole = r.atEnd(&e.at)
	}
	if r.cur.regular {
		e.mark = mark{path, r.cur.id, e.at}
	}
	c.entries = append(c.entries, e)
	if e.at.whole {
		r.end()
	}
}

// atEnd looks whether anything follows, so that the last item of a file can say that it is the last. A pipe is not
// asked: the answer could take for ever.
func (r *Reader) atEnd(p *position) bool {
	if !r.cur.regular {
		return false
	}
	err := r.scan.skipBlank()
	if errors.Is(err, io.EOF) {
		p.offset, p.line = r.scan.offset, r.scan.line
		return true
	}
	r.lost = err
	return false
}

// cutShort tells an unfinished value from a finished one whose line end is not written yet.
func cutShort(data []byte) bool {
	_, err := skipValue(data, 0, 0)
	return errors.Is(err, errEnd)
}

// fresh says whether somebody may still be writing to the current file.
func (r *Reader) fresh() bool {
	return r.cur.regular && r.dec.o.Arrived.Sub(time.Unix(0, r.cur.id.modTime)) < settled
}

// fail ends the current file with what the disk or the decompressor said. What was read of it counts.
func (r *Reader) fail(c *chunk, path string, err error) {
	defer r.end()
	short := errors.Is(err, io.ErrUnexpectedEOF)
	if short && r.spec.Follow && r.fresh() {
		return
	}
	e := entry{path: path, cut: cut{line: r.scan.line + 1, offset: r.scan.offset}}
	switch {
	case r.cur.plain:
		e.reason = fmt.Sprintf("%s, in line %d", problem(err), e.line)
	case short:
		e.reason = fmt.Sprintf("truncated: the compressed data end in line %d, at byte %d of the text", e.line, e.offset+1)
	default:
		e.reason = fmt.Sprintf("damaged: %v, in line %d, at byte %d of the text", err, e.line, e.offset+1)
	}
	if r.cur.regular && !r.cur.plain { // a disk may recover, a damaged file does not
		at := r.last
		at.whole = true
		e.mark = mark{path, r.cur.id, at}
	}
	c.entries = append(c.entries, e)
}

// end closes the current file.
func (r *Reader) end() {
	if r.cur.regular {
		r.count.Store(r.base + r.cur.id.size)
	}
	r.cur.close()
	r.cur = nil
	r.piped.Store(false)
}
