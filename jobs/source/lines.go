package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/zeebo/xxh3"
)

// lineScanner cuts a file into items without looking into them: lines, or the values of a JSON array or of objects
// written over several lines. It holds at most limit bytes of one.
type lineScanner struct {
	r      *bufio.Reader
	limit  int64
	offset int64 // of the next byte
	line   int64 // line ends before offset
	values bool  // the file is an array, or one object over several lines
}

// cut is one item's bytes, by their place in the buffer they were appended to.
type cut struct {
	from, to int   // in the buffer, white space trimmed; at most limit bytes
	size     int64 // of the whole item
	offset   int64
	line     int64 // from 1
	at       position
	open     bool // the file ended inside the item
}

// begin looks at the first bytes: at the byte order mark, and at whether items are lines.
func (l *lineScanner) begin() {
	if mark, _ := l.r.Peek(3); string(mark) == "\ufeff" {
		l.discard(3)
	}
	head, _ := l.r.Peek(headPeek)
	i := skipSpace(head, 0)
	if i == len(head) {
		return
	}
	switch head[i] {
	case '[':
		l.values = true
	case '{':
		rest := bytes.TrimLeft(head[i+1:], " \t\r")
		l.values = len(rest) > 0 && rest[0] == '\n'
	}
}

func (l *lineScanner) discard(n int) {
	k, _ := l.r.Discard(n)
	l.offset += int64(k)
}

// skipBlank steps over empty lines, and in a file of values over what stands between two of them. At the end of the
// file it returns io.EOF.
func (l *lineScanner) skipBlank() error {
	for {
		if _, err := l.r.Peek(1); err != nil {
			return err
		}
		b, _ := l.r.Peek(l.r.Buffered())
		n := 0
		for n < len(b) && l.isBlank(b[n]) {
			if b[n] == '\n' {
				l.line++
			}
			n++
		}
		l.discard(n)
		if n < len(b) {
			return nil
		}
	}
}

func (l *lineScanner) isBlank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || l.values && (c == ',' || c == '[' || c == ']')
}

// next appends the next item's bytes to buf. At the end it returns io.EOF; any other error is the disk's or the
// decompressor's, and what was read of the item is dropped.
func (l *lineScanner) next(buf []byte) ([]byte, cut, error) {
	if err := l.skipBlank(); err != nil {
		return buf, cut{}, err
	}
	c := cut{from: len(buf), offset: l.offset, line: l.line + 1}
	var err error
	if l.values {
		buf, err = l.value(buf, &c)
	} else {
		buf, err = l.text(buf, &c)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return buf[:c.from], c, err
	}
	item := bytes.TrimRight(buf[c.from:], " \r\n\t")
	c.to = c.from + len(item)
	c.at = position{offset: l.offset, line: l.line}
	if c.size <= l.limit {
		tail := item[max(0, len(item)-fingerprintLen):]
		c.at.tailEnd, c.at.tailLen, c.at.tail = c.offset+int64(len(item)), int64(len(tail)), xxh3.Hash(tail)
	}
	return buf, c, nil
}

// keep appends b as far as the limit allows, so that a line of any length needs bounded memory.
func (l *lineScanner) keep(buf []byte, c *cut, b []byte) []byte {
	if room := l.limit - c.size; room > 0 {
		buf = append(buf, b[:min(int64(len(b)), room)]...)
	}
	c.size += int64(len(b))
	l.offset += int64(len(b))
	return buf
}

// text reads to the end of the line.
func (l *lineScanner) text(buf []byte, c *cut) ([]byte, error) {
	for {
		b, err := l.r.ReadSlice('\n')
		buf = l.keep(buf, c, b)
		switch {
		case err == nil:
			l.line++
			if c.size > 0 { // the line end is no part of the line
				c.size--
				if int64(len(buf)-c.from) > c.size {
					buf = buf[:int64(c.from)+c.size]
				}
			}
			return buf, nil
		case errors.Is(err, bufio.ErrBufferFull):
		default:
			c.open = true
			return buf, err
		}
	}
}

// value reads one JSON value, by counting braces outside strings.
func (l *lineScanner) value(buf []byte, c *cut) ([]byte, error) {
	depth, quoted, escaped := 0, false, false
	for {
		if _, err := l.r.Peek(1); err != nil {
			c.open = depth > 0 || quoted
			return buf, err
		}
		b, _ := l.r.Peek(l.r.Buffered())
		n, done := 0, false
		for ; n < len(b) && !done; n++ {
			ch := b[n]
			if ch == '\n' {
				l.line++
			}
			switch {
			case escaped:
				escaped = false
			case quoted:
				escaped = ch == '\\'
				if ch == '"' {
					quoted = false
					done = depth == 0
				}
			case ch == '"':
				quoted = true
			case ch == '{' || ch == '[':
				depth++
			case ch == '}' || ch == ']':
				if ch == ']' && depth == 0 {
					n--
					done = true
					break
				}
				depth--
				done = depth <= 0
			case depth == 0 && l.isBlank(ch):
				if ch == '\n' {
					l.line--
				}
				n--
				done = true
			}
		}
		buf = l.keep(buf, c, b[:n])
		_, _ = l.r.Discard(n)
		if done {
			return buf, nil
		}
	}
}

// seek skips to a place reached earlier and says whether the bytes before it are still those that were read then.
func (l *lineScanner) seek(p position) (bool, error) {
	var tail []byte
	for l.offset < p.offset {
		if _, err := l.r.Peek(1); err != nil {
			if errors.Is(err, io.EOF) {
				return false, nil
			}
			return false, err
		}
		b, _ := l.r.Peek(min(l.r.Buffered(), int(min(p.offset-l.offset, readBuffer))))
		// What lies between tailEnd-tailLen and tailEnd was the end of the last item.
		from, to := p.tailEnd-p.tailLen-l.offset, p.tailEnd-l.offset
		if from, to = max(from, 0), min(to, int64(len(b))); from < to {
			tail = append(tail, b[from:to]...)
		}
		l.discard(len(b))
	}
	l.line = p.line
	return int64(len(tail)) == p.tailLen && (p.tailLen == 0 || xxh3.Hash(tail) == p.tail), nil
}
