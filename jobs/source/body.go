package source

import (
	"bufio"
	"io"
)

// Body cuts a stream of stories into items without decoding them, with memory for one item only. It reads what a file may
// hold: an object a line, an array, or objects over several lines.
type Body struct {
	scan lineScanner
	buf  []byte
}

// NewBody reads from r items of at most limit bytes. With values every item is one JSON value, wherever the line ends are;
// else it is a line, unless the first bytes say otherwise.
func NewBody(r io.Reader, limit int64, values bool) *Body {
	b := &Body{scan: lineScanner{r: bufio.NewReaderSize(r, 64<<10), limit: limit}}
	b.scan.begin()
	b.scan.values = b.scan.values || values
	return b
}

// Next returns the next item, which is valid until the following call, and the line on which it begins, from 1. At the end
// it returns io.EOF. reason is set instead of item where the item is too long to be one. Any other error is the stream's.
func (b *Body) Next() (item []byte, line int64, reason string, err error) {
	buf, c, err := b.scan.next(b.buf[:0])
	b.buf = buf
	if err != nil {
		return nil, c.line, "", err
	}
	if c.size > b.scan.limit {
		return nil, c.line, tooLong(c.size, b.scan.limit).Error(), nil
	}
	return buf[c.from:c.to], c.line, "", nil
}
