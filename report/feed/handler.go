package feed

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/typeset"
	"github.com/samestory/samestory/store"
)

// Snapshot is what a request reads from.
type Snapshot interface {
	Reader
	Close()
}

// Options say what a Handler works with.
type Options struct {
	// View takes a snapshot of the store.
	View func() Snapshot
	// Clock is what the ages of queries are counted from, and what tells clients since when a feed is as it is.
	Clock func() time.Time
	// Query reads the parameters of a list of events. Its errors are the client's, and are shown to it.
	Query func(v url.Values, now time.Time) (report.Query, error)
	// Events answers a query; nil means report.Events.
	Events func(s Snapshot, q report.Query) (report.EventsView, error)
	// Base is what addresses begin with, as https://news.example.org; empty: as the request names the server.
	Base string
}

const (
	// defaultLimit is how many entries a feed has, maxLimit the most that may be asked for.
	defaultLimit, maxLimit = 100, 1000
	// maxAge is for how long clients and what is between need not ask again.
	maxAge = time.Minute
	// formsKept is of how many feeds it is remembered since when they are as they are.
	formsKept = 256
)

// Handler serves feeds:
//
//	/feeds/all.atom                 everything, each thing once
//	/feeds/folder/NAME.atom         what the feeds of a folder told, each thing once
//	/feeds/folder.atom?name=NAME    the same, for the names that no path can hold
//	/feeds/events.atom?QUERY        the events of a query
//	/feeds.opml                     a list of the feeds of everything and of all folders
//
// and .json instead of .atom for JSON Feed.
type Handler struct {
	o    Options
	body body
	news newsroom

	making sync.Mutex // held while a feed is made
	since  map[string]form
}

// form is what a feed is like since when.
type form struct {
	tag  string
	from time.Time
}

// New makes a handler.
func New(o Options) *Handler {
	if o.Events == nil {
		o.Events = func(s Snapshot, q report.Query) (report.EventsView, error) { return report.Events(s, q) }
	}
	o.Base = strings.TrimRight(o.Base, "/")
	return &Handler{o: o, body: newBody(), since: make(map[string]form)}
}

// Routes are the patterns of a mux with what serves them.
func (h *Handler) Routes() map[string]http.Handler {
	return map[string]http.Handler{
		"GET /feeds/{feed}":             h.serve(h.named),
		"GET /feeds/folder/{folder...}": h.serve(h.ofFolder),
		"GET /feeds.opml":               h.serve(h.list),
	}
}

// fault is an answer that is the fault of the request.
type fault struct {
	status int
	detail string
}

func (e *fault) Error() string { return e.detail }

// answer is a document as it is sent.
type answer struct {
	kind string // media type
	data []byte
}

// request is what is asked for.
type request struct {
	values url.Values
	base   string
	now    time.Time
}

// serve wraps a function that makes an answer.
func (h *Handler) serve(make func(*http.Request, *request, Snapshot) (answer, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, err := h.answer(r, make)
		if err != nil {
			refuse(w, err)
			return
		}
		sum := xxh3.Hash128(a.data).Bytes()
		tag := hex.EncodeToString(sum[:])
		head := w.Header()
		head.Set("Content-Type", a.kind)
		head.Set("Cache-Control", fmt.Sprintf("private, max-age=%d", int(maxAge/time.Second)))
		head.Set("ETag", `"`+tag+`"`)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		http.ServeContent(w, r, "", h.from(r.Host+" "+r.URL.RequestURI(), tag), bytes.NewReader(a.data))
	})
}

func (h *Handler) answer(r *http.Request, make func(*http.Request, *request, Snapshot) (answer, error)) (a answer, err error) {
	q := &request{now: h.o.Clock()}
	if q.values, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		return a, &fault{http.StatusBadRequest, "the query string cannot be read"}
	}
	if q.base, err = h.base(r); err != nil {
		return a, err
	}
	h.making.Lock()
	defer h.making.Unlock()
	if r.Context().Err() != nil {
		return a, r.Context().Err()
	}
	s := h.o.View()
	defer s.Close()
	return make(r, q, s)
}

// base is what addresses begin with. A name with anything in it that no host has is refused.
func (h *Handler) base(r *http.Request) (string, error) {
	if h.o.Base != "" {
		return h.o.Base, nil
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	for _, c := range r.Host {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune(".-_:[]", c) {
			return "", &fault{http.StatusBadRequest, "the name of the server cannot be read"}
		}
	}
	if r.Host == "" {
		return "", &fault{http.StatusBadRequest, "the request does not name the server"}
	}
	return scheme + strings.ToLower(r.Host), nil
}

// from tells since when a feed is as it is, for clients that know no entity tags. Seconds are all that such a time has: a
// second form within one gets the next.
func (h *Handler) from(address, tag string) time.Time {
	h.making.Lock()
	defer h.making.Unlock()
	f, known := h.since[address]
	if known && f.tag == tag {
		return f.from
	}
	now := h.o.Clock().UTC().Truncate(time.Second)
	if known && !now.After(f.from) {
		now = f.from.Add(time.Second)
	}
	if !known && len(h.since) >= formsKept {
		clear(h.since)
	}
	h.since[address] = form{tag, now}
	return now
}

// formats are the ends of an address, with the form that each stands for.
const (
	extAtom, extJSON = ".atom", ".json"
)

// splitForm cuts the form off an address.
func splitForm(path string) (name, ext, other string, err error) {
	if name, ok := strings.CutSuffix(path, extAtom); ok {
		return name, extAtom, extJSON, nil
	}
	if name, ok := strings.CutSuffix(path, extJSON); ok {
		return name, extJSON, extAtom, nil
	}
	return "", "", "", &fault{http.StatusNotFound, "feeds end with .atom or .json"}
}

// named serves the feeds with names of ours.
func (h *Handler) named(r *http.Request, q *request, s Snapshot) (answer, error) {
	name, ext, other, err := splitForm(r.PathValue("feed"))
	if err != nil {
		return answer{}, err
	}
	d := &document{base: q.base, page: q.base + "/"}
	suffix := ""
	switch name {
	case "all":
		suffix, err = h.fillAll(d, q, s)
	case "events":
		suffix, err = h.fillEvents(d, q, s)
	case "folder":
		if q.values.Get("name") == "" {
			return answer{}, &fault{http.StatusBadRequest, "name: the folder"}
		}
		return h.folder(q.values.Get("name"), ext, q, s)
	default:
		err = &fault{http.StatusNotFound, "there is no such feed: all, events and folder/NAME are"}
	}
	if err != nil {
		return answer{}, err
	}
	d.id, d.self, d.other = q.base+"/feeds/"+name+suffix, q.base+"/feeds/"+name+ext+suffix, q.base+"/feeds/"+name+other+suffix
	return h.write(d, ext)
}

func (h *Handler) ofFolder(r *http.Request, q *request, s Snapshot) (answer, error) {
	name, ext, _, err := splitForm(r.PathValue("folder"))
	if err != nil {
		return answer{}, err
	}
	return h.folder(name, ext, q, s)
}

func (h *Handler) write(d *document, ext string) (a answer, err error) {
	if ext == extJSON {
		a.kind = jsonType
		a.data, err = h.body.json(d)
		return a, err
	}
	a.kind = atomType
	a.data, err = h.body.atom(d)
	return a, err
}

func (h *Handler) maker(s Snapshot, m members) *maker {
	return &maker{shelf: newShelf(s), members: m, news: h.news.of, fresh: make(map[string]map[string]report.News)}
}

func (h *Handler) fillAll(d *document, q *request, s Snapshot) (suffix string, err error) {
	w, suffix, err := wantsOf(q.values)
	if err != nil {
		return "", err
	}
	d.title = "samestory: everything, once"
	d.entries, err = h.maker(s, everything{s}).everything(w)
	return suffix, err
}

// folder serves the feed of a folder.
func (h *Handler) folder(name, ext string, q *request, s Snapshot) (answer, error) {
	w, suffix, err := wantsOf(q.values)
	if err != nil {
		return answer{}, err
	}
	f, known, err := newFolder(s, name)
	if err != nil {
		return answer{}, err
	}
	if !known {
		return answer{}, &fault{http.StatusNotFound, "no list of feeds has this folder: /sources shows those that there are"}
	}
	d := &document{title: typeset.Clean(name) + ", once", base: q.base, page: q.base + "/sources?folder=" + url.QueryEscape(name)}
	if d.entries, err = h.maker(s, f).folder(&f, w); err != nil {
		return answer{}, err
	}
	address := func(ext string) string { return q.base + join(report.FolderFeed(name, ext), suffix) }
	d.id, d.self, d.other = address(""), address(ext), address(extJSON)
	if ext == extJSON {
		d.other = address(extAtom)
	}
	return h.write(d, ext)
}

// join puts parameters behind an address that may have some.
func join(address, suffix string) string {
	if strings.Contains(address, "?") {
		suffix = strings.Replace(suffix, "?", "&", 1)
	}
	return address + suffix
}

// wantsOf reads the parameters of the feeds that have each thing once, and gives them as they stand in addresses.
func wantsOf(v url.Values) (w wants, suffix string, err error) {
	for _, name := range []string{"q", "source", "family", "since", "until", "sort"} {
		if v.Get(name) != "" {
			return w, "", &fault{http.StatusBadRequest, name + ": only the feed of a query has this, /feeds/events.atom; here are limit, min_sources and lang"}
		}
	}
	w.limit = defaultLimit
	kept := url.Values{}
	for name, to := range map[string]*int{"limit": &w.limit, "min_sources": &w.sources} {
		s := v.Get(name)
		if s == "" {
			continue
		}
		if *to, err = strconv.Atoi(s); err != nil || *to < 1 || *to > maxLimit {
			return w, "", &fault{http.StatusBadRequest, fmt.Sprintf("%s: %q is no number from 1 to %d", name, s, maxLimit)}
		}
		kept.Set(name, s)
	}
	if w.lang = v.Get("lang"); w.lang != "" {
		kept.Set("lang", w.lang)
	}
	if len(kept) > 0 {
		suffix = "?" + kept.Encode()
	}
	return w, suffix, nil
}

// fillEvents takes the events of a query: the newest where it asks for no order.
func (h *Handler) fillEvents(d *document, q *request, s Snapshot) (suffix string, err error) {
	query, err := h.o.Query(q.values, q.now)
	if err != nil {
		return "", &fault{http.StatusBadRequest, err.Error()}
	}
	if q.values.Get("sort") == "" {
		query.Sort = report.Newest
	}
	if q.values.Get("limit") == "" {
		query.Limit = defaultLimit
	}
	list, err := h.o.Events(s, query)
	if err != nil {
		return "", err
	}
	kept := url.Values{}
	for name, values := range q.values {
		if len(values) > 0 && values[0] != "" {
			kept.Set(name, values[0])
		}
	}
	list.Query.Since, list.Query.Until = nil, nil // they may be ages, and move
	d.title = "samestory: " + list.Query.Title(q.now)
	if len(kept) > 0 {
		suffix = "?" + kept.Encode()
	}
	d.page += suffix
	d.entries, err = h.maker(s, everything{s}).events(list.Events)
	return suffix, err
}

// refuse answers with an error as RFC 9457 describes it.
func refuse(w http.ResponseWriter, err error) {
	code, detail := http.StatusInternalServerError, "The store could not be read; samestory check says more."
	var f *fault
	switch {
	case errors.As(err, &f):
		code, detail = f.status, f.detail
	case errors.Is(err, store.ErrClosed):
		code, detail = http.StatusServiceUnavailable, "The store is being closed."
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "title": http.StatusText(code), "status": code, "detail": detail})
}
