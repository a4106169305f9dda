package answers

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/zeebo/xxh3"
)

// mostBytes bounds what is kept of one state. Beyond, answers are made each time.
const mostBytes = 32 << 20

// Keeper keeps the answers of the present state and minute.
type Keeper struct {
	state func() string
	same  func(state string, ids []string) bool // may be nil
	now   func() time.Time

	mu     sync.Mutex
	latest string // the state that was seen last
	minute int64  // of all that is kept
	kept   map[string]*answer
	bytes  int
}

// NewKeeper makes a keeper. state names the present state, and is empty while there is none, during which nothing is kept
// and nothing tagged; now is the clock of what is shown, in which ages move with the minute.
func NewKeeper(state func() string, now func() time.Time) *Keeper {
	return &Keeper{state: state, now: now, kept: map[string]*answer{}}
}

// Outlasting has answers that named what they are about, see About, kept for as long as that is the same: same reports
// whether all under some ids is in the present state as it was in an earlier one.
func (k *Keeper) Outlasting(same func(state string, ids []string) bool) *Keeper {
	k.same = same
	return k
}

// answer is one that is kept, or is being made.
type answer struct {
	done   chan struct{} // closed once it is made
	ok     bool          // it is of one state, and a 200
	code   int
	header http.Header
	body   bytes.Buffer

	about []string // ids of all that it depends on; nil where that is everything

	// Of what is kept, under the lock of the keeper.
	state string // in which it holds
	size  int    // 0 while it is made
}

// Header, Write and WriteHeader make it what a handler answers to.
func (a *answer) Header() http.Header { return a.header }

func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// WriteHeader counts the first time.
func (a *answer) WriteHeader(code int) {
	if a.code == 0 {
		a.code = code
	}
}

// send copies what was answered.
func (a *answer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.code)
	_, _ = w.Write(a.body.Bytes()) // a client that has gone needs no answer
}

// question is what an answer depends on.
type question struct {
	state  string
	minute int64
	of     string // state and minute
	asked  string // all of the request
}

func (q *question) tag() string { return fmt.Sprintf(`W/"%s-%x"`, q.of, xxh3.HashString(q.asked)) }

// Keep wraps a handler of GET whose answers depend on the state, the address and some cookies, and on nothing else of the
// request. They get an ETag, and 304 is answered to who has them.
func (k *Keeper) Keep(next http.Handler, cookies ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(cookies) > 0 {
			w.Header().Add("Vary", "Cookie")
		}
		q := question{state: k.state(), minute: k.now().Unix() / 60, asked: r.Method + " " + r.URL.RequestURI()}
		if q.state == "" {
			next.ServeHTTP(w, r)
			return
		}
		q.of = fmt.Sprintf("%s-%x", q.state, q.minute)
		for _, name := range cookies {
			for _, c := range r.CookiesNamed(name) {
				q.asked += "\n" + c.Name + "=" + c.Value
			}
		}
		held := r.Header.Get("If-None-Match")
		if tag := q.tag(); Matches(held, tag) {
			unchanged(w, tag)
			return
		}
		a, mine := k.claim(&q)
		if mine {
			k.make(a, &q, next, r)
			a.send(w)
			return
		}
		select {
		case <-a.done:
		case <-r.Context().Done():
			return
		}
		if tag := a.header.Get("ETag"); a.ok && Matches(held, tag) { // it is of an earlier state, and still holds
			unchanged(w, tag)
		} else if a.ok {
			a.send(w)
		} else { // it is an error, or not of one state
			next.ServeHTTP(w, r)
		}
	})
}

// claim gives the answer to a question. Who gets one that is theirs has to make it.
func (k *Keeper) claim(q *question) (a *answer, mine bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.goOn(q)
	if a, ok := k.kept[q.asked]; ok {
		if a.state == q.state || a.size > 0 && k.same(a.state, a.about) {
			a.state = q.state
			return a, false
		}
		k.drop(q.asked, a)
	}
	a = &answer{done: make(chan struct{}), header: http.Header{}, state: q.state}
	k.kept[q.asked] = a
	return a, true
}

// goOn drops what cannot be the answer to a question of this state and minute. What named what it is about is looked at
// when somebody asks for it.
func (k *Keeper) goOn(q *question) {
	if k.minute != q.minute || k.same == nil && k.latest != q.state {
		k.kept, k.bytes = map[string]*answer{}, 0
	} else if k.latest != q.state {
		for asked, a := range k.kept {
			if a.size == 0 || a.about == nil {
				k.drop(asked, a)
			}
		}
	}
	k.minute, k.latest = q.minute, q.state
}

func (k *Keeper) drop(asked string, a *answer) {
	k.bytes -= a.size
	delete(k.kept, asked)
}

// make has an answer made. Whatever becomes of it, those who wait for it are let go.
func (k *Keeper) make(a *answer, q *question, next http.Handler, r *http.Request) {
	defer func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.kept[q.asked] == a {
			if size := max(a.body.Len(), 1); a.ok && k.bytes+size <= mostBytes {
				k.bytes += size
				a.size = size
			} else {
				delete(k.kept, q.asked)
			}
		}
		close(a.done)
	}()
	next.ServeHTTP(a, r)
	a.WriteHeader(http.StatusOK)
	if a.code == http.StatusOK && k.state() == q.state {
		a.ok = true
		a.header.Set("ETag", q.tag())
	}
}

// unchanged answers who has the answer.
func unchanged(w http.ResponseWriter, tag string) {
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusNotModified)
}

// About tells the keeper whose handler writes an answer that, beside the request and the minute, it depends on nothing but
// what the store has under some ids, of which there is at least one. It is called before the handler returns.
func About(w http.ResponseWriter, ids []string) {
	if a, ok := w.(*answer); ok {
		a.about = ids
	}
}

// Matches tells whether a header If-None-Match has a tag, whose weakness does not matter. No tag matches nothing, and a star
// does not match: what it asks for may not be there.
func Matches(header, tag string) bool {
	if tag == "" {
		return false
	}
	for one := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(one), "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
