package embed

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster/event"
)

// server answers requests as a test wants; without a wish as a model of three dimensions does.
type server struct {
	*httptest.Server
	lock     sync.Mutex
	requests []request
	running  atomic.Int32
	most     atomic.Int32
	wish     func(n int, w http.ResponseWriter, r request) bool // n counts requests from 1; true where it has answered
}

func serve(t *testing.T, wish func(n int, w http.ResponseWriter, r request) bool) *server {
	t.Helper()
	s := &server{wish: wish}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if now := s.running.Add(1); now > s.most.Load() {
			s.most.Store(now)
		}
		defer s.running.Add(-1)
		var in request
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/embeddings" {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		s.lock.Lock()
		s.requests = append(s.requests, in)
		n := len(s.requests)
		s.lock.Unlock()
		if s.wish != nil && s.wish(n, w, in) {
			return
		}
		answerWith(w, in.Input, func(i int) any { return numbersOf(in.Input[i]) })
	}))
	t.Cleanup(s.Close)
	return s
}

// numbersOf is what the model makes of a text: three numbers that the text gives.
func numbersOf(text string) []float64 {
	return []float64{1, float64(len(text)), float64(strings.Count(text, "e"))}
}

func answerWith(w io.Writer, texts []string, embedding func(i int) any) {
	var data []map[string]any
	for i := range texts {
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": embedding(i)})
	}
	json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data, "model": "m"})
}

func (s *server) sent() (requests int, texts int) {
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, r := range s.requests {
		texts += len(r.Input)
	}
	return len(s.requests), texts
}

func clientOf(t *testing.T, url string, change func(*Options)) *Client {
	t.Helper()
	o := DefaultOptions()
	o.URL, o.Model = url, "m"
	o.Timeout, o.Deadline = 5*time.Second, 10*time.Second
	if change != nil {
		change(&o)
	}
	c, err := New(o, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func textsOf(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf("text %d%s", i, strings.Repeat("e", i%7))
	}
	return texts
}

func got(list []*event.Embedding) (n int) {
	for _, e := range list {
		if e != nil {
			n++
		}
	}
	return n
}
