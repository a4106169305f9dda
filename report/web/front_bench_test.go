package web

import (
	"net/http/httptest"
	"testing"

	"github.com/samestory/samestory/report/internal/fixture"
)

// BenchmarkFrontPage measures what it takes to write the page, without its lists.
func BenchmarkFrontPage(b *testing.B) {
	r := fixture.Random(1, 300)
	h := &handler{pages: parsePages()}
	req := httptest.NewRequest("GET", "/?since=all", nil)
	name, data, err := h.front(r, req, fixture.Now)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		if err := h.pages[name].Execute(w.Body, frame{Now: fixture.Now, Page: name, Data: data}); err != nil {
			b.Fatal(err)
		}
	}
}
