package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// about opens the document.
const about = `What samestory knows: which stories are copies of each other, which report the same event, and how events follow each
other in threads. docs/JSON.md says what every field means.

**Stability.** Within this version fields and operations are only added; a field never changes its meaning, its type or its
unit. Ignore fields that you do not know.

**Requests.** Parameters and fields that an operation does not know are refused, as are those that come twice. Ids are
percent-encoded. An id that has ended redirects for good (308) to what it became.

**Answers** are JSON, times are RFC 3339 in UTC. They have an ETag, which changes with every commit, and with every minute
where the answer depends on the clock, as ages and windows do; If-None-Match answers 304 until then. HEAD works wherever GET
does.

**Errors** are application/problem+json by RFC 9457. Where a parameter or a field is to blame, errors has its location, as
query.since or body.objects[0].`

// The tags that operations are listed under.
const (
	tagEvents  = "Events and threads"
	tagStories = "Stories"
	tagJournal = "Journal"
	tagJudging = "Judging"
	tagEditing = "Editing"
	tagDaemon  = "Daemon"
)

// schemes are the ways to show a token. Where no token is asked for, as on loopback unless one is configured, none is needed.
var schemes = map[string]*huma.SecurityScheme{
	"token": {Type: "http", Scheme: "bearer", Description: "A token, where the server asks for one."},
}

// What an operation needs a token for; the first means that there may be none.
var (
	mayRead = []map[string][]string{{}, {"token": {"read"}}}
	mayPush = []map[string][]string{{}, {"token": {"push"}}}
	mayEdit = []map[string][]string{{}, {"token": {"edit"}}}
)

// bodyErrors are what goes wrong with a body.
func bodyErrors() []int {
	return []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestEntityTooLarge,
		http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable,
	}
}

// op is an operation.
func op(id, path, tag, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Path: path, Summary: summary, Tags: []string{tag}}
}

// found is an operation on something that may not be there.
func found(o huma.Operation) huma.Operation {
	o.Errors = append(o.Errors, http.StatusNotFound)
	return o
}

// redirects is an operation on something that may have ended.
func redirects(o huma.Operation) huma.Operation {
	o = found(o)
	o.Errors = append(o.Errors, http.StatusPermanentRedirect)
	return o
}

// judged is an operation that compares texts.
func judged(o huma.Operation) huma.Operation {
	o = found(o)
	o.Errors = append(o.Errors, http.StatusConflict, http.StatusGone)
	return o
}

// linked says where the ids of an answer lead.
func linked(o huma.Operation, links ...link) huma.Operation {
	status := http.StatusOK
	if o.DefaultStatus != 0 {
		status = o.DefaultStatus
	}
	r := &huma.Response{Description: http.StatusText(status), Links: map[string]*huma.Link{}}
	for _, l := range links {
		parameters := map[string]any{}
		for i := 0; i+1 < len(l.from); i += 2 {
			parameters[l.from[i]] = "$response.body#" + l.from[i+1]
		}
		r.Links[l.name] = &huma.Link{OperationID: l.to, Parameters: parameters}
	}
	o.Responses = map[string]*huma.Response{codeOf(status): r}
	return o
}

// link leads to an operation: each of its parameters with where in the answer its value is.
type link struct {
	name, to string
	from     []string
}

func leads(name, to string, from ...string) link { return link{name, to, from} }

func codeOf(status int) string { return strconv.Itoa(status) }

// problemResponse describes an answer that is a problem.
func (a *API) problemResponse(status int) *huma.Response {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[huma.ErrorModel](), true, "")
	return &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
}

// document serves the document of the API, as JSON and as YAML.
func (a *API) document() {
	doc := a.huma.OpenAPI()
	files := map[string]struct {
		kind  string
		write func() ([]byte, error)
	}{
		"/api/openapi.json": {"application/openapi+json", sync.OnceValues(func() ([]byte, error) { return json.Marshal(doc) })},
		"/api/openapi.yaml": {"application/openapi+yaml", sync.OnceValues(doc.YAML)},
	}
	for path, file := range files {
		a.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			body, err := file.write()
			if err != nil {
				refuse(w, problem(http.StatusInternalServerError, "The document cannot be written.", ""))
				return
			}
			w.Header().Set("Content-Type", file.kind)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
		})
	}
}

// Document is the OpenAPI document as YAML.
func (a *API) Document() ([]byte, error) { return a.huma.OpenAPI().YAML() }

// withHeaders describes the headers that answers other than 200 have.
func withHeaders(doc *huma.OpenAPI) {
	text := func(about string) *huma.Param {
		return &huma.Param{Description: about, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	for _, item := range doc.Paths {
		for _, o := range []*huma.Operation{item.Get, item.Post} {
			if o == nil {
				continue
			}
			for status, r := range o.Responses {
				switch {
				case status == "308":
					r.Description = "The id has ended."
					r.Headers = map[string]*huma.Param{"Location": text("What it became.")}
				case slices.Contains([]string{"429", "503"}, status):
					r.Headers = map[string]*huma.Param{"Retry-After": text("When to come again, in seconds; may be absent.")}
				case status == "401":
					r.Headers = map[string]*huma.Param{"WWW-Authenticate": text("How to show a token.")}
				}
			}
		}
	}
}
