package article

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	trafilatura "github.com/markusmobius/go-trafilatura"
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
	// ErrComplex reports a page that would take too long: too many elements, or too deep inside of one another.
	ErrComplex = errors.New("too many elements on the page")
	// ErrTimeout reports a page that took too long all the same, or that others which do left no place for.
	ErrTimeout = errors.New("the page takes too long")
	// ErrPanic reports a page that the libraries do not survive.
	ErrPanic = errors.New("the page cannot be read")
)

// Options bound the work.
type Options struct {
	// Timeout is how long one page may take with waiting for its turn. Pages of newspapers take some 10 ms.
	Timeout time.Duration
	// Concurrent is how many pages are worked on at a time.
	Concurrent int
	// Elements is how many a page may have, scripts and drawings not counted. Pages of newspapers have 1,000 to 5,000; the
	// work grows with the square, and takes some seconds for 15,000.
	Elements int
}

// DefaultOptions are wide enough for any newspaper.
func DefaultOptions() Options {
	return Options{Timeout: 10 * time.Second, Concurrent: 2, Elements: 15_000}
}

// Extractor finds articles.
type Extractor struct {
	o     Options
	slots chan struct{}
}

// New makes an extractor.
func New(o Options) (*Extractor, error) {
	if o.Timeout <= 0 || o.Concurrent < 1 || o.Elements < 1 {
		return nil, fmt.Errorf("article: options out of range: %s, %d at a time, %d elements", o.Timeout, o.Concurrent, o.Elements)
	}
	return &Extractor{o: o, slots: make(chan struct{}, o.Concurrent)}, nil
}

// Extract finds the article on a page. contentType is the header of that name, or empty; address is where the page came
// from.
func (e *Extractor) Extract(ctx context.Context, page []byte, contentType, address string) (Article, error) {
	return e.run(ctx, func() (Article, error) { return extract(page, contentType, address, e.o.Elements) })
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

func extract(page []byte, contentType, address string, elements int) (Article, error) {
	if !isPage(page, contentType) {
		return Article{}, ErrNoPage
	}
	doc, err := html.Parse(strings.NewReader(decode(page, contentType)))
	if err != nil {
		return Article{}, fmt.Errorf("%w: %w", ErrComplex, err) // it refuses nothing but depth
	}
	said := readLinked(doc)
	if n := prune(doc, 0); n.elements > elements || n.lists > deepestLists {
		return Article{}, fmt.Errorf("%w: %d of them, at most %d are read; lists %d deep, at most %d", ErrComplex, n.elements, elements,
			n.lists, deepestLists)
	}
	a := Article{Lang: language(doc), Published: or(published(doc), said.published)}
	o := trafilatura.Options{ExcludeComments: true, HtmlDateMode: trafilatura.Disabled}
	if u, err := url.Parse(address); err == nil {
		o.OriginalURL = u
	}
	if found, err := trafilatura.ExtractDocument(doc, o); err == nil && found.ContentNode != nil {
		a.Title, a.Author = oneLine(found.Metadata.Title), oneLine(found.Metadata.Author)
		a.Text = paragraphs(found.ContentNode)
	}
	a.Title, a.Author = or(a.Title, said.headline), or(said.author, a.Author)
	if rest, ok := strings.CutPrefix(a.Text, a.Title+"\n\n"); ok && a.Title != "" {
		a.Text = rest
	}
	// Half of a text was cut off for those who do not pay, or hidden until somebody asks for the rest.
	if len(a.Text) < len(said.body)/2 {
		a.Text = said.body
	}
	if letters(a.Text) < fewestLetters {
		return Article{}, ErrNoText
	}
	return a, nil
}

// fewestLetters is what an article has at the least. Ideographs say more each.
const fewestLetters = 60

func letters(s string) (n int) {
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Ideographic, r):
			n += 3
		case unicode.IsLetter(r):
			n++
		}
	}
	return n
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
