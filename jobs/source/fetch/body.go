package fetch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// body is what was read of one.
type body struct {
	data      []byte
	wire      int64
	truncated bool
}

// ratioFrom is the size from which a body is held to Options.MaxRatio: a small one does no harm however it was made.
const ratioFrom = 1 << 20

// read takes a body within its limits.
func read(res *http.Response, r *Request, ratio int) (*body, error) {
	most := r.MaxBody
	if res.ContentLength > most && !r.cut {
		return nil, fmt.Errorf("%w: %d bytes, at most %d are read", ErrTooLarge, res.ContentLength, most)
	}
	wire := &limited{r: res.Body, most: most}
	in, err := decode(bufio.NewReader(wire), res.Header.Values("Content-Encoding"), most)
	b := &body{wire: wire.n}
	if err == nil {
		err = b.fill(in, wire, most, ratio)
	}
	b.wire = wire.n
	switch {
	case err == nil:
		return b, nil
	case r.cut && errors.Is(err, ErrTooLarge):
		b.data, b.truncated = b.data[:min(int64(len(b.data)), most)], true
		return b, nil
	case len(b.data) > 0 && broken(err):
		b.truncated = true
		return b, nil
	}
	return nil, err
}

// broken tells an end that came too early, or damage, from a connection that failed.
func broken(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, errDamaged)
}

// fill reads to the end.
func (b *body) fill(in io.Reader, wire *limited, most int64, ratio int) error {
	var out bytes.Buffer
	defer func() { b.data = out.Bytes() }()
	chunk := make([]byte, 32<<10)
	for {
		n, err := in.Read(chunk)
		out.Write(chunk[:n])
		switch size := int64(out.Len()); {
		case size > ratioFrom && size/int64(ratio) > wire.n:
			return fmt.Errorf("%w: %d bytes of %d", ErrRatio, size, wire.n)
		case size > most:
			return fmt.Errorf("%w: more than %d bytes", ErrTooLarge, most)
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// limited counts what it reads and fails over a limit.
type limited struct {
	r       io.Reader
	n, most int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.n += int64(n); l.n > l.most {
		return n, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, l.most)
	}
	return n, err
}
