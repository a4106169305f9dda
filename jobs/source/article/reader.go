package article

import (
	"context"
	"fmt"

	"github.com/samestory/samestory/jobs/source/fetch"
)

// Getter fetches pages; a *fetch.Client does.
type Getter interface {
	Get(context.Context, fetch.Request) (*fetch.Response, error)
}

// Reader fetches the page of a story and finds the article on it.
type Reader struct {
	from Getter
	by   *Extractor
}

// NewReader puts the two together.
func NewReader(from Getter, by *Extractor) *Reader { return &Reader{from, by} }

const (
	// accept asks for what can be read.
	accept = "text/html, application/xhtml+xml;q=0.9"
	// largestPage is in bytes; pages of newspapers have up to two megabytes, most of it scripts.
	largestPage = 5 << 20
)

// Read gets the article at an address, if the robots.txt of its host allows. Its errors are those of the fetch and of
// Extract.
func (r *Reader) Read(ctx context.Context, address string) (Article, error) {
	res, err := r.from.Get(ctx, fetch.Request{URL: address, Accept: accept, MaxBody: largestPage, Robots: true})
	if err != nil {
		return Article{}, err
	}
	a, err := r.by.Extract(ctx, res.Body, res.Header.Get("Content-Type"))
	if err != nil {
		return Article{}, fmt.Errorf("read the page %s: %w", fetch.Redact(address), err)
	}
	return a, nil
}
