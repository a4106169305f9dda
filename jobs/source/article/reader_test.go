package article

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/jobs/source/fetch"
)

// getter answers with what a test wants and keeps what it was asked.
type getter struct {
	asked fetch.Request
	res   *fetch.Response
	err   error
}

func (g *getter) Get(_ context.Context, r fetch.Request) (*fetch.Response, error) {
	g.asked = r
	return g.res, g.err
}

func TestReader(t *testing.T) {
	const p = "<p>Eine Fähre ist vor Norderney auf Grund gelaufen, verletzt wurde dabei nach Angaben der Polizei niemand.</p>"
	g := &getter{res: &fetch.Response{
		Status: 200, Body: []byte("<article>" + p + p + "</article>"), Header: http.Header{"Content-Type": {"text/html"}},
		FinalURL: "https://example.org/final",
	}}
	r := NewReader(g, extractor(t, nil))
	a, err := r.Read(t.Context(), "https://example.org/story")
	if err != nil || !strings.HasPrefix(a.Text, "Eine Fähre") {
		t.Errorf("%+v, %v", a, err)
	}
	want := fetch.Request{URL: "https://example.org/story", Accept: accept, MaxBody: largestPage, Robots: true}
	if diff := cmp.Diff(want, g.asked, cmp.AllowUnexported(fetch.Request{})); diff != "" {
		t.Error(diff)
	}
	g.res.Body = nil
	if _, err := r.Read(t.Context(), "https://desk:s3cret@example.org/story"); !errors.Is(err, ErrNoText) || strings.Contains(err.Error(), "s3cret") {
		t.Error(err)
	}
	g.err = fetch.ErrRobots
	if _, err := r.Read(t.Context(), "https://example.org/story"); !errors.Is(err, fetch.ErrRobots) {
		t.Error(err)
	}
}
