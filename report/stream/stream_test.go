package stream

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

// journal is a store of which only the journal matters.
type journal struct {
	mu      sync.Mutex
	entries []store.JournalEntry
	wake    func()
	views   int // open
	text    string
}

func (j *journal) add(kinds ...string) {
	j.mu.Lock()
	for _, kind := range kinds {
		seq := uint64(1)
		if n := len(j.entries); n > 0 {
			seq = j.entries[n-1].Seq + 1
		}
		j.entries = append(j.entries, store.JournalEntry{
			Seq: seq, At: time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC), Run: "r1",
			Change: cluster.Change{Level: cluster.LevelEvent, Kind: kind, Object: fmt.Sprintf("e%d", seq%3), Reason: "line one\nline two" + j.text},
		})
	}
	wake := j.wake
	j.mu.Unlock()
	if wake != nil {
		wake()
	}
}

// forget drops the first entries.
func (j *journal) forget(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = j.entries[n:]
}

func (j *journal) view() Snapshot {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.views++
	return &view{Reader: fixture.Newsroom(), j: j, entries: j.entries}
}

// open counts the snapshots that were not given back.
func (j *journal) open() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.views
}

func (j *journal) watch(wake func()) func() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.wake = wake
	return func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.wake = nil
	}
}

type view struct {
	*fixture.Reader
	j       *journal
	entries []store.JournalEntry
}

func (v *view) Close() {
	v.j.mu.Lock()
	defer v.j.mu.Unlock()
	v.j.views--
}

func (v *view) LastChange() (uint64, error) {
	if len(v.entries) == 0 {
		return 0, nil
	}
	return v.entries[len(v.entries)-1].Seq, nil
}

func (v *view) Changes(since, until uint64) iter.Seq2[store.JournalEntry, error] {
	return func(yield func(store.JournalEntry, error) bool) {
		for _, e := range v.entries {
			if e.Seq > since && (until == 0 || e.Seq <= until) && !yield(e, nil) {
				return
			}
		}
	}
}

// sink takes what is written to a client, at its pace.
type sink struct {
	mu     sync.Mutex
	header http.Header
	code   int
	text   strings.Builder
	block  chan struct{} // where it is set, writes wait for it or for the deadline
	until  time.Time
}

func (s *sink) Header() http.Header {
	if s.header == nil {
		s.header = http.Header{}
	}
	return s.header
}
func (s *sink) WriteHeader(code int) { s.code = code }
func (s *sink) Flush()               {}

func (s *sink) Write(b []byte) (int, error) {
	s.mu.Lock()
	block := s.block
	s.mu.Unlock()
	if block != nil {
		select {
		case <-block:
		case <-time.After(time.Until(s.until)):
			return 0, errors.New("i/o timeout")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *sink) SetWriteDeadline(t time.Time) error {
	s.until = t
	return nil
}

// lines gives the lines that begin so, and forgets all.
func (s *sink) lines(begin string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []string{}
	for line := range strings.Lines(s.text.String()) {
		if strings.HasPrefix(line, begin) {
			list = append(list, strings.TrimSuffix(line, "\n"))
		}
	}
	s.text.Reset()
	return list
}

// connect begins a stream; done is closed when it has ended.
func connect(t *testing.T, h *Handler, target, last string) (s *sink, leave func(), done chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := httptest.NewRequest(http.MethodGet, target, nil).WithContext(ctx)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	s, done = &sink{}, make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(s, r)
	}()
	synctest.Wait()
	return s, cancel, done
}

func (s *sink) want(t *testing.T, what, begin string, want ...string) {
	t.Helper()
	synctest.Wait()
	if want == nil {
		want = []string{}
	}
	if diff := cmp.Diff(want, s.lines(begin)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestEntriesAsTheyCome(t *testing.T) {
	for name, polled := range map[string]bool{"woken": false, "polled": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &journal{}
				j.add("created", "grew")
				o := Options{View: j.view}
				if !polled {
					o.Watch = j.watch
				}
				h := New(o)
				s, leave, done := connect(t, h, "/api/v1/stream", "")
				s.want(t, "of what was there before", "id: ")
				j.add("merged")
				if polled {
					time.Sleep(time.Second)
				}
				s.want(t, "of what came", "", "id: 3", "event: merged", s.data(t, j, 2), "")
				leave()
				<-done
				if n := j.open(); n != 0 {
					t.Errorf("%d snapshots are open", n)
				}
				h.Close()
				if j.wake != nil {
					t.Error("the store is watched still")
				}
			})
		})
	}
}

// data is the line that the list of changes has for an entry.
func (s *sink) data(t *testing.T, j *journal, i int) string {
	t.Helper()
	snapshot := j.view()
	defer snapshot.Close()
	v, err := report.Changes(snapshot, report.ChangesQuery{Since: j.entries[i].Seq - 1, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := report.Write(&b, v, report.JSONL, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return "data: " + strings.TrimSuffix(b.String(), "\n")
}

// A client that comes back has what it missed, whichever way it says where it was; the header, which browsers send, holds.
func TestComingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		for range 3 * frameMost {
			j.add("grew")
		}
		h := New(Options{View: j.view, Watch: j.watch})
		defer h.Close()
		for _, c := range []struct {
			target, last string
			first        int
		}{
			{"/?since=0", "", 1},
			{"/?since=598", "", 599},
			{"/?since=0", "597", 598},
			{"/", "0", 1},
		} {
			s, leave, done := connect(t, h, c.target, c.last)
			ids := s.lines("id: ")
			if len(ids) != 3*frameMost-c.first+1 || ids[0] != fmt.Sprintf("id: %d", c.first) || ids[len(ids)-1] != "id: 600" {
				t.Errorf("%s, %q: %d entries: %.60v", c.target, c.last, len(ids), ids)
			}
			leave()
			<-done
		}
	})
}

// What the journal does not hold is said, before what comes behind it.
func TestGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		j.add("created", "grew", "grew", "merged")
		j.forget(2)
		h := New(Options{View: j.view, Watch: j.watch})
		defer h.Close()
		s, leave, done := connect(t, h, "/?since=1", "")
		s.want(t, "entries that are no more", "event: ", "event: gap", "event: grew", "event: merged")
		leave()
		<-done
		s, leave, done = connect(t, h, "/?since=2", "")
		s.want(t, "entries that are no more, and that it had", "event: ", "event: grew", "event: merged")
		leave()
		<-done
		s, leave, done = connect(t, h, "/", "99")
		s.mu.Lock()
		text := s.text.String()
		s.mu.Unlock()
		_, data, _ := strings.Cut(text, "id: 4\nevent: reset\ndata: ")
		var g gap
		if err := json.Unmarshal([]byte(strings.TrimSpace(data)), &g); err != nil || g.Since != 99 || g.Next != 5 {
			t.Errorf("a place behind the end: %v in %q", err, text)
		}
		s.lines("")
		j.add("split")
		s.want(t, "after that", "id: ", "id: 5")
		leave()
		<-done
	})
}

// A filter lets some pass; of the others a client learns the numbers, so that it comes back where it was.
func TestFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		j.add("created", "grew", "merged", "grew", "created")
		h := New(Options{View: j.view, Watch: j.watch})
		defer h.Close()
		for target, want := range map[string][]string{
			"/?since=0&kind=grew":    {"id: 2", "id: 4"},
			"/?since=0&object=e1":    {"id: 1", "id: 4"},
			"/?since=0&level=thread": {},
		} {
			s, leave, done := connect(t, h, target, "")
			s.want(t, target, "id: ", want...)
			time.Sleep(16 * time.Second)
			at := []string{"id: 5"}
			s.want(t, target+", its place", "id: ", at...)
			time.Sleep(16 * time.Second)
			s.want(t, target+", its place again", "id: ")
			leave()
			<-done
		}
	})
}

func TestSignsOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		h := New(Options{View: j.view, Watch: j.watch})
		defer h.Close()
		s, leave, done := connect(t, h, "/", "")
		s.want(t, "at first", "retry: ", "retry: 3000")
		time.Sleep(31 * time.Second)
		s.want(t, "in half a minute", ":", ":", ":")
		leave()
		<-done
	})
}

// A client that does not read is cut off, holds no snapshot meanwhile, and keeps nobody else waiting.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{text: strings.Repeat("x", 1000)}
		j.add("created")
		h := New(Options{View: j.view, Watch: j.watch})
		defer h.Close()
		slow, leave, done := connect(t, h, "/?since=0", "")
		defer leave()
		quick, leaveToo, doneToo := connect(t, h, "/?since=0", "")
		slow.mu.Lock()
		slow.block = make(chan struct{})
		slow.mu.Unlock()
		for range 500 {
			j.add("grew")
		}
		synctest.Wait()
		if n := len(quick.lines("id: ")); n != 501 {
			t.Errorf("who reads has %d entries", n)
		}
		if n := j.open(); n != 0 {
			t.Errorf("%d snapshots are held for who does not", n)
		}
		begun := time.Now()
		<-done
		if took := time.Since(begun); took != 10*time.Second {
			t.Errorf("it is cut off after %v", took)
		}
		leaveToo()
		<-doneToo
	})
}

// There are so many streams and no more, and none after the end.
func TestBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		h := New(Options{View: j.view, Watch: j.watch, Most: 2})
		_, leave, done := connect(t, h, "/", "")
		_, leaveToo, doneToo := connect(t, h, "/", "")
		defer leaveToo()
		third, _, refused := connect(t, h, "/", "")
		<-refused
		if third.code != http.StatusServiceUnavailable || third.header.Get("Retry-After") == "" {
			t.Errorf("one too many: %d %v", third.code, third.header)
		}
		leave()
		<-done
		_, leaveAfter, doneAfter := connect(t, h, "/", "")
		defer leaveAfter()
		begun := time.Now()
		h.Close()
		h.Close()
		<-doneToo
		<-doneAfter
		if took := time.Since(begun); took != 0 {
			t.Errorf("they end after %v", took)
		}
		late, _, refused := connect(t, h, "/", "")
		<-refused
		if late.code != http.StatusServiceUnavailable {
			t.Errorf("after the end: %d", late.code)
		}
	})
}

func TestWrongRequests(t *testing.T) {
	j := &journal{}
	h := New(Options{View: j.view})
	defer h.Close()
	for _, target := range []string{"/?since=x", "/?since=-1", "/?since=1.5", "/?%zz"} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, target, nil))
		if rec.Code != http.StatusBadRequest || rec.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v", target, rec.Code, rec.Header())
		}
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodHead, "/", nil))
	if rec.Code != http.StatusOK || rec.Body.Len() > 0 || !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/event-stream") {
		t.Errorf("HEAD: %d %v", rec.Code, rec.Header())
	}
}

// The time limits of a server are for requests that end: a stream outlives them, and ends when the server does.
func TestOnAServer(t *testing.T) {
	t.Parallel()
	j := &journal{}
	h := New(Options{View: j.view, Watch: j.watch, Heartbeat: 50 * time.Millisecond})
	server := &http.Server{Handler: h, ReadTimeout: 100 * time.Millisecond, WriteTimeout: 100 * time.Millisecond}
	server.RegisterOnShutdown(h.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(l) }()
	answer, err := http.Get("http://" + l.Addr().String() + "/api/v1/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	go func() {
		time.Sleep(500 * time.Millisecond)
		j.add("created")
	}()
	told := false
	for lines.Scan() {
		if lines.Text() == "event: created" {
			told = true
			begun := time.Now()
			if err := server.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			if took := time.Since(begun); took > 10*time.Second {
				t.Errorf("the server waits %v for the stream", took)
			}
		}
	}
	if !told {
		t.Errorf("the stream ended before the server did: %v", lines.Err())
	}
}
