package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/answers"
	"github.com/samestory/samestory/report/service"
)

// Snapshot is what a question is answered from; *store.Snapshot is one.
type Snapshot interface {
	report.Journal
	report.StoryReader
	report.FeedReader
	Sequence() uint64
	Close()
}

// Options are what an API is made of. View and Now are needed; without the others what needs them answers 403.
type Options struct {
	// View is called once for each question; the snapshot is closed at the end of it.
	View func() Snapshot
	// Now is the clock that ages are measured by.
	Now func() time.Time
	// Lists answers lists of events and threads from memory; with nil they are read from the store, and have no further pages.
	Lists service.Lists
	// Editor carries out orders.
	Editor service.Editor
	// Judge compares texts with what is stored.
	Judge service.Judge
	// Push takes stories in, at POST /api/v1/stories.
	Push http.Handler
}

// API is the handler of everything under /api/.
type API struct {
	o    Options
	mux  *http.ServeMux
	kept http.Handler // the mux with the answers of keeps kept, while nothing changes; the mux itself without lists
	memo *report.Memo
	huma huma.API
	// since is when this API was made. Tags hold it, so that those of a store that was restored meanwhile mean nothing.
	since string
}

// New makes an API.
func New(o Options) *API { return build(o, false) }

// build makes an API. A closed one says in its document that there are no fields but those that it names; only tests want
// that, since fields may be added at any time.
func build(o Options, closed bool) *API {
	a := &API{o: o, mux: http.NewServeMux(), memo: report.NewMemo(), since: strconv.FormatInt(time.Now().UnixMilli(), 36)}
	a.kept = a.mux
	if o.Lists != nil {
		a.kept = answers.NewKeeper(o.Lists.State, o.Now).Keep(a.mux)
	}
	c := huma.DefaultConfig("samestory", strconv.Itoa(report.Version))
	c.CreateHooks = nil // they add links to schemas that are nowhere served
	c.DocsPath, c.SchemasPath = "", ""
	c.OpenAPIPath = "" // it is served with the headers of everything else
	c.Formats = map[string]huma.Format{"application/json": format, "json": format}
	c.Transformers = []huma.Transformer{tidy}
	c.Info.Description = about
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Components.SecuritySchemes = schemes
	a.huma = humago.New(a.mux, c)
	a.huma.UseMiddleware(a.onlyKnownParameters, a.onlyJSON, keepAddress)
	a.lists()
	a.items()
	a.journal()
	a.judging()
	a.orders()
	a.pushing()
	a.following()
	complete(a.huma.OpenAPI(), closed)
	a.document()
	return a
}
