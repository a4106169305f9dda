package answers

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// source is what the answers of a test are of.
type source struct {
	state string
	now   time.Time
	asked int
	code  int
	body  string
}

func (s *source) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked++
	w.Header().Set("Content-Type", "text/plain")
	if s.code != 0 {
		w.WriteHeader(s.code)
	}
	fmt.Fprintf(w, "%d: %s%s", s.asked, r.URL, s.body)
}

func newSource() (*source, *Keeper) {
	s := &source{state: "1-a", now: time.Date(2026, 3, 14, 9, 30, 0, 0, time.UTC)}
	return s, NewKeeper(func() string { return s.state }, func() time.Time { return s.now })
}

func ask(h http.Handler, address string, with ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for _, f := range with {
		f(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func cookie(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: name, Value: value}) }
}

func tagged(tag string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("If-None-Match", tag) }
}

func TestWhatAnAnswerDependsOn(t *testing.T) {
	s, k := newSource()
	h := k.Keep(s, "seen")
	first := ask(h, "/?q=a")
	if first.Code != 200 || first.Body.String() != "1: /?q=a" || first.Header().Get("ETag") == "" || first.Header().Get("Vary") != "Cookie" {
		t.Fatalf("%d %v %s", first.Code, first.Header(), first.Body)
	}
	tag := first.Header().Get("ETag")
	for _, x := range []struct {
		what  string
		again bool // it is made again
		do    func() *httptest.ResponseRecorder
	}{
		{"the same", false, func() *httptest.ResponseRecorder { return ask(h, "/?q=a") }},
		{"with another cookie", false, func() *httptest.ResponseRecorder { return ask(h, "/?q=a", cookie("theme", "dark")) }},
		{"with one that counts", true, func() *httptest.ResponseRecorder { return ask(h, "/?q=a", cookie("seen", "x")) }},
		{"another address", true, func() *httptest.ResponseRecorder { return ask(h, "/?q=b") }},
		{"half a minute later", false, func() *httptest.ResponseRecorder { s.now = s.now.Add(30 * time.Second); return ask(h, "/?q=a") }},
		{"a minute later", true, func() *httptest.ResponseRecorder { s.now = s.now.Add(30 * time.Second); return ask(h, "/?q=a") }},
		{"of another state", true, func() *httptest.ResponseRecorder { s.state = "2-a"; return ask(h, "/?q=a") }},
		{"without a state", true, func() *httptest.ResponseRecorder { s.state = ""; return ask(h, "/?q=a") }},
	} {
		before := s.asked
		got := x.do()
		if (s.asked > before) != x.again || got.Header().Get("Content-Type") != "text/plain" {
			t.Errorf("%s: made %d times, %v", x.what, s.asked-before, got.Header())
		}
		if old := got.Header().Get("ETag") == tag; old == x.again {
			t.Errorf("%s: tag %s after %s", x.what, got.Header().Get("ETag"), tag)
		}
	}
}

func TestWhoHasAnAnswerGetsNone(t *testing.T) {
	s, k := newSource()
	h := k.Keep(s)
	tag := ask(h, "/").Header().Get("ETag")
	for _, x := range []struct {
		header string
		code   int
	}{
		{tag, 304},
		{`"x", ` + tag, 304},
		{strings.TrimPrefix(tag, "W/"), 304},
		{"*", 200},
		{`"x"`, 200},
		{ask(h, "/other").Header().Get("ETag"), 200},
	} {
		got := ask(h, "/", tagged(x.header))
		if got.Code != x.code || got.Header().Get("ETag") != tag || (x.code == 304) != (got.Body.Len() == 0) {
			t.Errorf("%s: %d with tag %q", x.header, got.Code, got.Header().Get("ETag"))
		}
	}
	s.state = "2-a"
	if got := ask(h, "/", tagged(tag)); got.Code != 200 {
		t.Errorf("after a change: %d", got.Code)
	}
}

func TestWhatIsNotKept(t *testing.T) {
	s, k := newSource()
	h := k.Keep(s)
	for what, change := range map[string]func(){
		"an error":   func() { s.code = http.StatusNotFound },
		"a redirect": func() { s.code = http.StatusPermanentRedirect },
		"too much":   func() { s.code, s.body = 0, strings.Repeat("x", mostBytes) },
	} {
		s.body = ""
		change()
		before := s.asked
		ask(h, "/")
		got := ask(h, "/")
		if s.asked != before+2 || (s.code != 0) != (got.Header().Get("ETag") == "") {
			t.Errorf("%s: made %d times, tag %q", what, s.asked-before, got.Header().Get("ETag"))
		}
	}
}

// An answer during which the state went on may be torn: it is sent, since its parts are no older than the question, but is
// nobody else's.
func TestTheStateGoesOnMeanwhile(t *testing.T) {
	s, k := newSource()
	h := k.Keep(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ServeHTTP(w, r)
		s.state += "+"
	}))
	for range 3 {
		if got := ask(h, "/"); got.Header().Get("ETag") != "" {
			t.Errorf("tag %s", got.Header().Get("ETag"))
		}
	}
	if s.asked != 3 {
		t.Errorf("made %d times", s.asked)
	}
}

func TestManyAskAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, k := newSource()
		var made atomic.Int32
		h := k.Keep(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			made.Add(1)
			time.Sleep(time.Second)
			fmt.Fprint(w, "done")
		}))
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if got := ask(h, "/"); got.Body.String() != "done" {
					t.Errorf("%q", got.Body)
				}
			})
		}
		all.Wait()
		if made.Load() != 1 {
			t.Errorf("made %d times", made.Load())
		}
	})
}

// Whoever waits for a handler that panics does its work.
func TestAHandlerThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, k := newSource()
		var made atomic.Int32
		h := k.Keep(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			first := made.Add(1) == 1
			time.Sleep(time.Second)
			if first {
				panic(http.ErrAbortHandler)
			}
			fmt.Fprint(w, "done")
		}))
		go func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			ask(h, "/")
		}()
		synctest.Wait()
		if got := ask(h, "/"); got.Body.String() != "done" {
			t.Errorf("%q", got.Body)
		}
	})
}

// While the state goes on, nobody is answered with one that had ended before the question, and answers of one tag are one.
func TestNoAnswerIsOld(t *testing.T) {
	var state atomic.Int64
	k := NewKeeper(func() string { return strconv.FormatInt(state.Load(), 10) }, func() time.Time { return time.Unix(0, 0) })
	h := k.Keep(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, state.Load()) }))
	var tags sync.Map
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 3000 {
				if i%10 == 0 {
					state.Add(1)
				}
				before := state.Load()
				w := ask(h, "/")
				got, err := strconv.ParseInt(w.Body.String(), 10, 64)
				if err != nil || got < before {
					t.Errorf("state %d was answered after %d, %v", got, before, err)
				}
				if tag := w.Header().Get("ETag"); tag != "" {
					if one, known := tags.LoadOrStore(tag, got); known && one != got {
						t.Errorf("states %d and %d have the tag %s", one, got, tag)
					}
				}
			}
		})
	}
	all.Wait()
}

// An answer that named what it is about is kept while that is the same, whatever becomes of everything else.
func TestAnswersThatOutlastTheirState(t *testing.T) {
	s, k := newSource()
	changed := map[string]bool{} // since the state of every answer
	k.Outlasting(func(_ string, ids []string) bool {
		for _, id := range ids {
			if changed[id] {
				return false
			}
		}
		return true
	})
	h := k.Keep(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ids := r.URL.Query()["about"]; ids != nil {
			About(w, ids)
		}
		s.ServeHTTP(w, r)
	}))
	const ab, b, all = "/?about=a&about=b", "/?about=b", "/"
	tags := map[string]string{}
	for _, x := range []struct {
		what  string
		do    func()
		again []string // those that are made again
	}{
		{"at first", func() {}, []string{ab, b, all}},
		{"the same state", func() {}, nil},
		{"a state in which something else changed", func() { s.state = "2-a"; changed = map[string]bool{"c": true} }, []string{all}},
		{"one in which a did", func() { s.state = "3-a"; changed = map[string]bool{"a": true} }, []string{ab, all}},
		{"nothing more", func() { changed = nil }, nil},
		{"the next minute", func() { s.now = s.now.Add(time.Minute) }, []string{ab, b, all}},
	} {
		x.do()
		var again []string
		for _, address := range []string{ab, b, all} {
			before := s.asked
			got := ask(h, address)
			if s.asked > before {
				again = append(again, address)
			}
			tag := got.Header().Get("ETag")
			if (tag == tags[address]) != (s.asked == before) {
				t.Errorf("%s: %s has the tag %s after %s", x.what, address, tag, tags[address])
			}
			tags[address] = tag
			if code := ask(h, address, tagged(tag)).Code; code != http.StatusNotModified {
				t.Errorf("%s: %s with its tag: %d", x.what, address, code)
			}
		}
		if !slices.Equal(again, x.again) {
			t.Errorf("%s: made again %q, want %q", x.what, again, x.again)
		}
	}
}
