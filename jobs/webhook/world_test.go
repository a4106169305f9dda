package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

const secret = "a secret of some length"

// world is a store in memory: Badger's goroutines cannot live in a bubble of synctest.
type world struct {
	mu      sync.Mutex
	journal []store.JournalEntry
	cursors map[string][]byte
	stories map[string]store.StoryRecord
	events  map[string]cluster.Event
	threads map[string]cluster.Thread
	ended   map[string]string // by the id that ended
	full    bool              // commits fail
	lost    map[uint64]bool   // entries that cannot be read one by one
	commits int
}

func newWorld() *world {
	return &world{
		cursors: map[string][]byte{}, stories: map[string]store.StoryRecord{}, events: map[string]cluster.Event{},
		threads: map[string]cluster.Thread{}, ended: map[string]string{},
	}
}

// write adds entries as one commit.
func (w *world) write(changes ...cluster.Change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range changes {
		w.journal = append(w.journal, store.JournalEntry{Seq: uint64(len(w.journal)) + 1, At: time.Now().UTC(), Run: "tick-1", Change: c})
	}
}

// event gives an event stories, each from the outlet "outlet/group", of which group may be empty for a text of its own.
func (w *world) event(id string, stories ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ev := cluster.Event{ID: id}
	for i, s := range stories {
		outlet, group, copied := strings.Cut(s, "/")
		name := fmt.Sprintf("%s-s%d", id, i)
		r := store.StoryRecord{Story: cluster.Story{ID: name, Title: "Headline " + name, Source: outlet}}
		r.Placement = cluster.Placement{Story: name, Group: name, Event: id}
		if copied {
			r.Placement.Group = group
			r.Placement.Copy.Relation = cluster.Reprint
		}
		w.stories[name] = r
		ev.Members = append(ev.Members, name)
	}
	ev.Representative = ev.Members[0]
	w.events[id] = ev
}

func (w *world) merge(from, to string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.events, from)
	for id, t := range w.ended {
		if t == from {
			w.ended[id] = to
		}
	}
	w.ended[from] = to
}

func (w *world) setFull(full bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.full = full
}

func (w *world) Commit(_ context.Context, b store.Batch) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.full {
		return store.ErrFull
	}
	w.commits++
	for _, c := range b.Cursors {
		w.cursors[c.Source] = slices.Clone(c.Data)
	}
	return nil
}

// view is a world between two commits.
type view struct{ *world }

func (w *world) View() View {
	w.mu.Lock()
	defer w.mu.Unlock()
	return view{&world{
		journal: slices.Clone(w.journal), cursors: maps.Clone(w.cursors), stories: maps.Clone(w.stories), events: maps.Clone(w.events),
		threads: maps.Clone(w.threads), ended: maps.Clone(w.ended), lost: w.lost,
	}}
}

func (v view) Close() {}

func (v view) Changes(since, _ uint64) iter.Seq2[store.JournalEntry, error] {
	return func(yield func(store.JournalEntry, error) bool) {
		for _, e := range v.journal[min(since, uint64(len(v.journal))):] {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (v view) Entry(seq uint64) (store.JournalEntry, error) {
	if seq == 0 || seq > uint64(len(v.journal)) || v.lost[seq] {
		return store.JournalEntry{}, store.ErrNotFound
	}
	return v.journal[seq-1], nil
}

func (v view) LastChange() (uint64, error) { return uint64(len(v.journal)), nil }

func (v view) Cursor(name string) ([]byte, error) { return v.cursors[name], nil }

func (v view) Cursors() ([]store.Cursor, error) {
	var all []store.Cursor
	for _, name := range slices.Sorted(maps.Keys(v.cursors)) {
		all = append(all, store.Cursor{Source: name, Data: v.cursors[name]})
	}
	return all, nil
}

func (v view) Story(id string) (store.StoryRecord, error) {
	s, ok := v.stories[id]
	if !ok {
		return s, store.ErrNotFound
	}
	return s, nil
}

func (v view) Resolve(id string) (string, error) {
	if to, ok := v.ended[id]; ok {
		if to == "" {
			return "", &store.EndedError{ID: id}
		}
		return to, nil
	}
	return id, nil
}

func (v view) Event(id string) (cluster.Event, error) {
	now, err := v.Resolve(id)
	if err != nil {
		return cluster.Event{}, err
	}
	ev, ok := v.events[now]
	if !ok {
		return ev, store.ErrNotFound
	}
	return ev, nil
}

func (v view) EventHeads(_, _ time.Time) iter.Seq2[store.EventHead, error] {
	return func(yield func(store.EventHead, error) bool) {
		for _, id := range slices.Sorted(maps.Keys(v.events)) {
			if !yield(store.EventHead{ID: id, Stories: len(v.events[id].Members)}, nil) {
				return
			}
		}
	}
}

func (v view) Thread(id string) (cluster.Thread, error) {
	t, ok := v.threads[id]
	if !ok {
		return t, store.ErrNotFound
	}
	return t, nil
}

func (v view) EndedInto(id string) ([]string, error) {
	var from []string
	for _, f := range slices.Sorted(maps.Keys(v.ended)) {
		if v.ended[f] == id {
			from = append(from, f)
		}
	}
	return from, nil
}

// request is a request that a receiver got.
type request struct {
	at      time.Duration // since the receiver was made
	id      string
	attempt string
	sig     string
	raw     []byte
	body    struct {
		Version  int
		Type     string
		ID       string
		Endpoint string
		Entries  []Entry
	}
}

func (p *request) seqs() []uint64 {
	var all []uint64
	for _, e := range p.body.Entries {
		all = append(all, e.Seq)
	}
	return all
}

// receiver answers requests without a network. The answer to the n-th, from 0, is up to the test.
type receiver struct {
	t      *testing.T
	answer func(n int, r *http.Request) (*http.Response, error)
	began  time.Time

	mu    sync.Mutex
	posts []request
}

func newReceiver(t *testing.T, answer func(n int, r *http.Request) (*http.Response, error)) *receiver {
	return &receiver{t: t, answer: answer, began: time.Now()}
}

func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	p := request{
		at: time.Since(r.began), raw: raw, id: req.Header.Get(DeliveryHeader), attempt: req.Header.Get(AttemptHeader),
		sig: req.Header.Get(SignatureHeader),
	}
	if err := json.Unmarshal(raw, &p.body); err != nil {
		r.t.Errorf("body: %v\n%s", err, raw)
	}
	if p.body.ID != p.id {
		r.t.Errorf("the header names delivery %s, the body %s", p.id, p.body.ID)
	}
	r.mu.Lock()
	n := len(r.posts)
	r.posts = append(r.posts, p)
	r.mu.Unlock()
	return r.answer(n, req)
}

func (r *receiver) got() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.posts)
}

// seqs are the entries that were received, request by request.
func (r *receiver) seqs() [][]uint64 {
	var all [][]uint64
	for _, p := range r.got() {
		all = append(all, p.seqs())
	}
	return all
}

func status(code int, headers ...string) (*http.Response, error) {
	res := &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("said the server\n"))}
	for i := 0; i+1 < len(headers); i += 2 {
		res.Header.Set(headers[i], headers[i+1])
	}
	return res, nil
}

func fine(int, *http.Request) (*http.Response, error) { return status(http.StatusNoContent) }

// always answers every request alike.
func always(code int, headers ...string) func(int, *http.Request) (*http.Response, error) {
	return func(int, *http.Request) (*http.Response, error) { return status(code, headers...) }
}

var errBroken = errors.New("connection refused")

func endpoint(name string, change ...func(*Endpoint)) Endpoint {
	e := Endpoint{
		Name: name, URL: "https://" + name + ".example.org/hook?token=hidden", Batch: 10, Timeout: DefaultTimeout, MaxAge: DefaultMaxAge,
		Secrets: func() ([]string, error) { return []string{secret}, nil },
	}
	for _, c := range change {
		c(&e)
	}
	return e
}

// options of a test draw no jitter: each pause has its full length.
func (w *world) options(transport http.RoundTripper) Options {
	return Options{
		View: w.View, Commit: w.Commit, Clock: time.Now, Log: slog.New(slog.DiscardHandler), Transport: transport,
		Jitter: func(d time.Duration) time.Duration { return d },
	}
}

// start runs endpoints; the returned function stops them as a daemon does.
func (w *world) start(t *testing.T, transport http.RoundTripper, endpoints ...Endpoint) (r *Runner, stop func()) {
	t.Helper()
	r, err := New(endpoints, w.options(transport))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r, func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		r.Stop(ctx)
	}
}

// status reads where an endpoint stands.
func (w *world) status(t *testing.T, name string) Status {
	t.Helper()
	all, err := Statuses(w.View().(view), []Endpoint{endpoint(name)})
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// grew are n entries about nothing that the store knows.
func grew(n int) []cluster.Change {
	all := make([]cluster.Change, n)
	for i := range all {
		all[i] = cluster.Change{
			Level: cluster.LevelEvent, Kind: cluster.Grew, Object: fmt.Sprintf("e-none-%d", i), In: []string{"s"}, Reason: "told by a test",
		}
	}
	return all
}
