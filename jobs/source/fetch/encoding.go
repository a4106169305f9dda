package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
)

const (
	// mostLayers is how often a body may be compressed; honest ones are once, and twice by mistake.
	mostLayers = 3
	// peeked is what of a body is looked at to tell what it is.
	peeked = 64
	// maxWindow bounds what a zstd decoder holds, in bytes.
	maxWindow = 8 << 20
)

// errDamaged reports compressed data that stops making sense.
var errDamaged = errors.New("damaged compressed data")

// decode undoes the encodings of a body. Servers say one and send another, so that the bytes have the last word: what is
// said to be compressed and is not is taken as it is, and what is a gzip file is opened though nothing is said. A layer
// yields no more than most bytes.
func decode(in *bufio.Reader, said []string, most int64) (io.Reader, error) {
	var codings []string
	for _, line := range said {
		for coding := range strings.SplitSeq(line, ",") {
			if coding = strings.ToLower(strings.TrimSpace(coding)); coding != "" && coding != "identity" {
				codings = append(codings, coding)
			}
		}
	}
	if len(codings) > mostLayers {
		return nil, fmt.Errorf("%w: %d layers", ErrEncoding, len(codings))
	}
	for i := len(codings) - 1; i >= 0; i-- {
		next, err := undo(in, codings[i])
		if err != nil {
			return nil, err
		}
		if next != nil {
			in = bufio.NewReader(&limited{r: next, most: most})
		}
	}
	if head, _ := in.Peek(peeked); isGzip(head) {
		next, err := undo(in, "gzip")
		if err != nil {
			return nil, err
		}
		return next, nil
	}
	return in, nil
}

// undo is one layer; nil where the bytes say that there is none.
func undo(in *bufio.Reader, coding string) (io.Reader, error) {
	head, err := in.Peek(peeked)
	if len(head) == 0 {
		if err == io.EOF {
			return nil, nil // nothing, however it is compressed
		}
		return nil, err
	}
	said := coding == "gzip" || coding == "x-gzip"
	switch zipped := isGzip(head); {
	case said != zipped:
		return nil, nil // what is zipped and is not said to be is opened in the end
	case said:
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return &tolerant{r: z}, nil
	}
	switch coding {
	case "deflate":
		switch {
		case isZlib(head):
			z, err := zlib.NewReader(in)
			if err != nil {
				return nil, fmt.Errorf("deflate: %w", err)
			}
			return &tolerant{r: z}, nil
		case looksText(head):
			return nil, nil
		}
		return &tolerant{r: flate.NewReader(in)}, nil // which the standard does not mean, and servers send
	case "zstd":
		if !bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
			return nil, nil
		}
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return &tolerant{r: z}, nil
	}
	if looksText(head) {
		return nil, nil
	}
	return nil, fmt.Errorf("%w %.40q", ErrEncoding, coding)
}

// tolerant reads compressed data as long as it makes sense. What follows the end of a gzip member and is none itself is
// padding that some servers leave.
type tolerant struct {
	r   io.Reader
	any bool
}

func (t *tolerant) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.any = t.any || n > 0
	switch corrupt := flate.CorruptInputError(0); {
	case err == nil || err == io.EOF:
	case t.any && errors.Is(err, gzip.ErrHeader):
		err = io.EOF
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrHeader), errors.Is(err, zlib.ErrChecksum), isZstd(err):
		err = fmt.Errorf("%w: %w", errDamaged, err)
	}
	return n, err
}

func isZstd(err error) bool {
	for _, one := range []error{
		zstd.ErrMagicMismatch, zstd.ErrCRCMismatch, zstd.ErrBlockTooSmall, zstd.ErrUnexpectedBlockSize, zstd.ErrReservedBlockType,
		zstd.ErrCompressedSizeTooBig, zstd.ErrFrameSizeMismatch, zstd.ErrFrameSizeExceeded,
	} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

func isGzip(head []byte) bool {
	return len(head) > 2 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8
}

// isZlib reads the two bytes that begin such a stream: the method, and a check of both.
func isZlib(head []byte) bool {
	return len(head) > 1 && head[0]&0x0f == 8 && head[0]>>4 <= 7 && (int(head[0])<<8|int(head[1]))%31 == 0
}

// looksText tells markup and JSON from compressed data.
func looksText(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(head) == 0 || !bytes.ContainsRune([]byte("<{["), rune(head[0])) {
		return false
	}
	return bytes.IndexFunc(head, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }) < 0
}
