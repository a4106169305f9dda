package api

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Story is a story as it is pushed. Further fields are left alone.
type Story struct {
	_         struct{} `additionalProperties:"true"`
	ID        string   `json:"id,omitempty" doc:"Under which the store has it; made from the address, or else from the content, where it is left out."`
	URL       string   `json:"url,omitempty" doc:"Of the page."`
	Title     string   `json:"title,omitempty" doc:"Headline. One of title and text has to be there."`
	Text      string   `json:"text,omitempty" doc:"Plain, or HTML."`
	Source    string   `json:"source,omitempty" doc:"Outlet; the host of the address where it is left out."`
	Author    string   `json:"author,omitempty"`
	Lang      string   `json:"lang,omitempty" doc:"Primary language subtag; found out from the text where it is left out." example:"en"`
	Published string   `json:"published,omitempty" doc:"When it came out, with its zone; a date alone is known to the day." example:"2026-03-13T08:00:00Z"`
	Updated   string   `json:"updated,omitempty" doc:"When it was changed last."`
}

// Delivery is the answer to a push.
type Delivery struct {
	Version  int        `json:"version" doc:"1"`
	Accepted int        `json:"accepted" doc:"How many stories are on disk."`
	Rejected int        `json:"rejected" doc:"How many items are no story, and are not kept."`
	Stories  []ItemLine `json:"stories" nullable:"false" doc:"What became of each item of the body, in order."`
}

// ItemLine is what became of one item of a push.
type ItemLine struct {
	Item   int      `json:"item" doc:"Which, from 1."`
	Line   int64    `json:"line" doc:"Of the body on which it begins, from 1."`
	ID     string   `json:"id,omitempty" doc:"Of an accepted story, under which the store has it."`
	Notes  []string `json:"notes,omitempty" nullable:"false" doc:"What was decided for an accepted story, such as no date."`
	Reason string   `json:"reason,omitempty" doc:"Why an item is no story."`
}

// pushing adds the operation that takes stories in. What it does is the handler's; here it is only described.
func (a *API) pushing() {
	schemas := a.huma.OpenAPI().Components.Schemas
	story := schemas.Schema(reflect.TypeFor[Story](), true, "")
	delivery := schemas.Schema(reflect.TypeFor[Delivery](), true, "")
	push := op("push-stories", "/api/v1/stories", tagStories, "Take stories in; they are in the lists after the next tick")
	push.Method, push.Security = http.MethodPost, mayPush
	push.Description = "A delivery is kept whole or not at all; what in it is no story is left out and told. It may be compressed: " +
		"`Content-Encoding: gzip` or `zstd`. docs/JSON.md has its limits. `/v1/stories` is another address of it."
	push.RequestBody = &huma.RequestBody{
		Required: true,
		Content: map[string]*huma.MediaType{
			"application/json":     {Schema: &huma.Schema{OneOf: []*huma.Schema{story, {Type: huma.TypeArray, Items: story}}}},
			"application/x-ndjson": {Schema: &huma.Schema{Type: huma.TypeString, Description: "A story as a JSON object on each line."}},
		},
	}
	push.Responses = map[string]*huma.Response{
		"202": {Description: "Every accepted story is on disk.", Content: map[string]*huma.MediaType{"application/json": {Schema: delivery}}},
		"422": {Description: "No item could be accepted.", Content: map[string]*huma.MediaType{"application/json": {Schema: delivery}}},
	}
	for _, status := range []int{400, 401, 403, 413, 415, 429, 503, 507} {
		push.Responses[codeOf(status)] = a.problemResponse(status)
	}
	a.huma.OpenAPI().AddOperation(&push)
	h := a.o.Push
	if h == nil {
		h = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, problem(http.StatusForbidden, "This server takes no stories in.", ""))
		})
	}
	a.mux.Handle("POST /api/v1/stories", h)
}
