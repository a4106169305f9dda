package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// following describes the stream of the journal, which package stream serves.
func (a *API) following() {
	o := op("follow-changes", "/api/v1/stream", tagJournal, "Changes as they are committed, as server-sent events")
	o.Method, o.Security = http.MethodGet, mayRead
	o.Description = "The id of an event is the number of a journal entry, its name the kind of it, its data the element of `changes` " +
		"for it. A client that comes back with Last-Event-ID misses nothing. Without a place the stream begins at the end of the journal."
	text := func(in, name, about string) *huma.Param {
		return &huma.Param{In: in, Name: name, Description: about, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	o.Parameters = []*huma.Param{
		text("header", "Last-Event-ID", "Number of the last entry that the client has."),
		text("query", "since", "The same, for clients that set no header."),
		text("query", "object", "Only of this group, event, thread or series."),
		text("query", "level", "Only of this level."),
		text("query", "kind", "Only of this kind."),
	}
	o.Responses = map[string]*huma.Response{"200": {
		Description: "Goes on until the client leaves.",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	for _, status := range []int{400, 401, 403, 429, 503} {
		o.Responses[codeOf(status)] = a.problemResponse(status)
	}
	a.huma.OpenAPI().AddOperation(&o)
}
