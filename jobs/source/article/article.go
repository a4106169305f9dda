package article

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Article is what a page has of a story. Fields are empty where the page does not say.
type Article struct {
	Title  string
	Text   string // never empty, without the title; paragraphs apart by an empty line
	Author string
	Lang   string // as the page declares it, such as "de" or "pt-BR"
	// Published is a time as the page writes it in its metadata.
	Published string
}

var (
	// ErrNoText reports a page without an article: a list of links, a video, a question about cookies.
	ErrNoText = errors.New("no article on the page")
	// ErrNoPage reports what is no HTML.
	ErrNoPage = errors.New("no HTML page")
	// ErrDeep reports a page with elements so deep inside of one another that no person wrote it.
	ErrDeep = errors.New("the page is too deep")
	// ErrTimeout reports a page that took too long all the same, or that others which do left no place for.
	ErrTimeout = errors.New("the page takes too long")
	// ErrPanic reports a page that the parser does not survive.
	ErrPanic = errors.New("the page cannot be read")
)

// Options bound the work.
type Options struct {
	// Timeout is how long one page may take with waiting for its turn. Pages of newspapers take some 10 ms.
	Timeout time.Duration
	// Concurrent is how many pages are worked on at a time.
	Concurrent int
}

// DefaultOptions are wide enough for any newspaper.
func DefaultOptions() Options {
	return Options{Timeout: 10 * time.Second, Concurrent: 2}
}

// Extractor finds articles.
type Extractor struct {
	o     Options
	slots chan struct{}
}

// New makes an extractor.
func New(o Options) (*Extractor, error) {
	if o.Timeout <= 0 || o.Concurrent < 1 {
		return nil, fmt.Errorf("article: options out of range: %s, %d at a time", o.Timeout, o.Concurrent)
	}
	return &Extractor{o: o, slots: make(chan struct{}, o.Concurrent)}, nil
}

// Extract finds the article on a page. contentType is the header of that name, or empty.
func (e *Extractor) Extract(ctx context.Context, page []byte, contentType string) (Article, error) {
	return e.run(ctx, func() (Article, error) { return extract(page, contentType) })
}

// run does work in its turn, for as long as there is time.
func (e *Extractor) run(ctx context.Context, work func() (Article, error)) (Article, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, e.o.Timeout, fmt.Errorf("%w: more than %s", ErrTimeout, e.o.Timeout))
	defer cancel()
	select {
	case e.slots <- struct{}{}:
	case <-ctx.Done():
		return Article{}, context.Cause(ctx)
	}
	type result struct {
		a   Article
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer func() { <-e.slots }()
		a, err := survive(work)
		done <- result{a, err}
	}()
	select {
	case r := <-done:
		return r.a, r.err
	case <-ctx.Done():
		return Article{}, context.Cause(ctx)
	}
}

// survive turns a panic into an error.
func survive(work func() (Article, error)) (a Article, err error) {
	defer func() {
		if what := recover(); what != nil {
			a, err = Article{}, fmt.Errorf("%w: %v", ErrPanic, what)
		}
	}()
	return work()
}

func extract(page []byte, contentType string) (Article, error) {
	if !isPage(page, contentType) {
		return Article{}, ErrNoPage
	}
	doc, err := html.Parse(strings.NewReader(decode(page, contentType)))
	if err != nil {
		return Article{}, fmt.Errorf("%w: %w", ErrDeep, err) // it refuses nothing else
	}
	meta, data := metadata(doc), readLinked(doc)
	a := Article{
		Title: or(meta.title, data.headline), Author: or(data.author, meta.author), Lang: language(doc),
		Published: or(meta.published, data.published),
	}
	a.Text = content(doc, a.Title)
	// Half of a text was cut off for those who do not pay, or hidden until somebody asks for the rest.
	if len(a.Text) < len(data.body)/2 {
		a.Text = data.body
	}
	n := 0
	for _, r := range a.Text {
		n += weight(r)
	}
	if n < shortest {
		return Article{}, ErrNoText
	}
	return a, nil
}

// shortest is what an article has at the least, in letters as block.length counts them.
const shortest = 60

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
