package push

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/samestory/samestory/jobs/source"
)

// hold is what one delivery has of the budget.
type hold struct {
	h     *Handler
	bytes int64
}

// take asks for more; it does not wait, since those who hold the rest may be waiting for the same.
func (t *hold) take(n int64) error {
	if t.h.held.Add(n) > t.h.bounds.Load().budget {
		t.h.held.Add(-n)
		return &refusal{
			status: http.StatusTooManyRequests, after: busy,
			detail: "Too many deliveries are under way. None of this one was kept.",
		}
	}
	t.bytes += n
	return nil
}

func (t *hold) release() { t.h.held.Add(-t.bytes) }

const (
	// maxWindow bounds what a zstd frame may ask to be held; frames of the command's default level ask for less.
	maxWindow = 8 << 20
	// What a delivery holds beside its stories.
	plainCost, gzipCost, zstdCost = 64 << 10, 128 << 10, 2*maxWindow + 128<<10
	// byteCost is what a byte of a body takes: it is in a buffer of its item and among the lines, both of which grow by
	// doubling.
	byteCost = 4
	// resultCost is what a result takes.
	resultCost = 160
)

// body is the decompressed body of a request. It yields at most so many bytes, each paid for, then an error.
type body struct {
	r     io.Reader
	left  int64
	hold  *hold
	large error
	close func()
}

func (b *body) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, b.large
	}
	if err := b.hold.take(byteCost * int64(n)); err != nil {
		return 0, err
	}
	return n, err
}

// open begins to read a body, through whatever it is compressed with.
func (h *Handler) open(w http.ResponseWriter, r *http.Request, hold *hold) (*body, error) {
	most := h.bounds.Load().body
	b := &body{r: http.MaxBytesReader(w, r.Body, most), left: most, hold: hold, large: h.tooLarge(), close: func() {}}
	if r.ContentLength > most {
		return nil, b.large
	}
	switch coding := strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))); coding {
	case "", "identity":
		return b, hold.take(plainCost)
	case "gzip", "x-gzip":
		if err := hold.take(gzipCost); err != nil {
			return nil, err
		}
		z, err := gzip.NewReader(b.r)
		if err != nil {
			return nil, h.unreadable(err)
		}
		b.r, b.close = z, func() { z.Close() }
		return b, nil
	case "zstd":
		if err := hold.take(zstdCost); err != nil {
			return nil, err
		}
		z, err := zstd.NewReader(b.r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, h.unreadable(err)
		}
		b.r, b.close = z, z.Close
		return b, nil
	default:
		return nil, &refusal{
			status: http.StatusUnsupportedMediaType,
			detail: fmt.Sprintf("Bodies encoded as %.40q are not read: gzip, zstd, or as they are.", coding),
		}
	}
}

// delivery is a request while its stories are gathered.
type delivery struct {
	handler *Handler
	hold    *hold
	decoder *source.Decoder
	now     time.Time
	lines   []byte // what is to be kept
	answer  *answer
}

// read gathers the stories of a body.
func (d *delivery) read(r io.Reader, values bool) error {
	items := source.NewBody(r, d.decoder.Limits().Line, values)
	for {
		item, line, reason, err := items.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(d.answer.Stories) == maxItems {
			return d.handler.tooLarge()
		}
		if err := d.take(item, line, reason); err != nil {
			return err
		}
	}
}

// take judges one item.
func (d *delivery) take(item []byte, line int64, reason string) error {
	if err := d.hold.take(resultCost); err != nil {
		return err
	}
	res := result{Item: len(d.answer.Stories) + 1, Line: line, Reason: reason}
	if reason == "" {
		story, notes, err := d.decoder.Survive(item)
		if err != nil {
			res.Reason = err.Error()
		} else {
			res.ID, res.Notes = story.ID, notes.Words()
			d.lines = source.AppendStamped(d.lines, d.now, item)
		}
	}
	if res.Reason != "" {
		d.answer.Rejected++
	} else {
		d.answer.Accepted++
	}
	d.answer.Stories = append(d.answer.Stories, res)
	return nil
}
