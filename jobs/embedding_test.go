package jobs_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/embed"
	"github.com/samestory/samestory/store"
)

// model is a server of embeddings: the direction of a text is that of its words.
type model struct {
	*httptest.Server
	lock  sync.Mutex
	texts map[string]int         // how often each was asked for
	fails func(text string) bool // which texts are answered with an error; nil for none
}

func newModel(t *testing.T) *model {
	t.Helper()
	m := &model{texts: make(map[string]int)}
	m.Server = httptest.NewServer(m)
	t.Cleanup(m.Close)
	return m
}

func (m *model) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ Input []string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	var data []map[string]any
	for i, text := range in.Input {
		if m.fails != nil && m.fails(text) {
			http.Error(w, "this text is too much", http.StatusBadRequest)
			return
		}
		m.texts[text]++
		data = append(data, map[string]any{"index": i, "embedding": direction(text)})
	}
	json.NewEncoder(w).Encode(map[string]any{"data": data})
}

// asked is how many texts the model was asked for, and how often the one it was asked for most.
func (m *model) asked() (texts, most int) {
	m.lock.Lock()
	defer m.lock.Unlock()
	for _, n := range m.texts {
		texts += n
		most = max(most, n)
	}
	return texts, most
}

func direction(text string) []float64 {
	numbers := make([]float64, 64)
	for _, word := range strings.Fields(text) {
		h := fnv.New64a()
		h.Write([]byte(word))
		r := rand.New(rand.NewPCG(h.Sum64(), 0))
		for i := range numbers {
			numbers[i] += r.NormFloat64()
		}
	}
	return numbers
}

func client(t *testing.T, url, name string) *embed.Client {
	t.Helper()
	o := embed.DefaultOptions()
	o.URL, o.Model, o.Timeout, o.Deadline = url, name, 2*time.Second, 4*time.Second
	c, err := embed.New(o, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A text is asked for once, whatever the number of runs, processes and deliveries; another model is asked anew.
func TestTextsAreEmbeddedOnce(t *testing.T) {
	dir := t.TempDir()
	path := generated(t, dir, "a.jsonl", 1200, 4)
	m := newModel(t)
	db := filepath.Join(dir, "db")
	s := openStore(t, db)
	o := options()
	o.Embed = client(t, m.URL, "one")
	run := backfill(t, s, o, path)
	texts, most := m.asked()
	if e := run.Embeddings; e.Made != texts || e.Cached != 0 || e.Missing != 0 || most != 1 || texts == 0 {
		t.Errorf("%+v of %d new stories; asked for %d texts, for one %d times", e, run.New, texts, most)
	}
	want := assignments(t, s)

	o.Reread = true
	if again := backfill(t, s, o, path); again.Embeddings.Made != 0 || again.Embeddings.Missing != 0 {
		t.Errorf("reading it again: %+v", again.Embeddings)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, db) // as another process would
	o.Reread, o.Embed = false, client(t, m.URL, "one")
	more := generated(t, dir, "b.jsonl", 40, 5)
	run = backfill(t, s, o, more)
	if now, most := m.asked(); now != texts+run.Embeddings.Made || most != 1 {
		t.Errorf("%+v; asked for %d texts after %d, for one %d times", run.Embeddings, now, texts, most)
	}

	fresh := openStore(t, filepath.Join(dir, "fresh"))
	backfill(t, fresh, o, path)
	if diff := cmp.Diff(want, assignments(t, fresh)); diff != "" {
		t.Errorf("embeddings out of the model and out of the store differ: %s", diff)
	}

	o.Embed = client(t, m.URL, "two")
	run = backfill(t, s, o, generated(t, dir, "c.jsonl", 40, 6))
	if run.Embeddings.Made < 500 || run.Embeddings.Missing != 0 {
		t.Errorf("another model: %+v", run.Embeddings)
	}
	o.Embed = client(t, m.URL, "one")
	before, _ := m.asked()
	if run = backfill(t, s, o, generated(t, dir, "d.jsonl", 10, 7)); run.Embeddings.Missing != 0 {
		t.Errorf("the first model again: %+v", run.Embeddings)
	}
	// It has not seen what came while the other was asked, and that is all.
	if after, _ := m.asked(); after-before > 60 {
		t.Errorf("the first model was asked for %d texts again", after-before)
	}
}

// Whatever is wrong with the server, the run ends well, says so once, and puts the stories where words alone would.
func TestFailingServerIsAsGoodAsNone(t *testing.T) {
	dir := t.TempDir()
	path := generated(t, dir, "a.jsonl", 400, 4)
	off := openStore(t, filepath.Join(dir, "off"))
	want := backfill(t, off, options(), path)
	places := assignments(t, off)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	serve := func(h http.HandlerFunc) string {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		return s.URL
	}
	for name, c := range map[string]struct{ url, reason string }{
		"nobody there": {gone.URL, "connection refused"},
		"wrong key":    {serve(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "wrong key", http.StatusUnauthorized) }), "401 Unauthorized: wrong key"},
		"nonsense":     {serve(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }), "unusable answer"},
		"silence": {serve(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // or the end of the connection is not noticed
			<-r.Context().Done()
		}), "no answer within"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, filepath.Join(t.TempDir(), "db"))
			o := options()
			o.Embed = client(t, c.url, "m")
			run := backfill(t, s, o, path)
			if run.Status != want.Status || run.New != want.New || run.Embeddings.Made != 0 || run.Embeddings.Missing == 0 ||
				!strings.Contains(run.Embeddings.Reason, c.reason) {
				t.Errorf("run %+v", run)
			}
			told := 0
			for _, note := range run.Notes {
				if strings.HasPrefix(note, "embeddings: ") {
					told++
				}
			}
			if told != 1 {
				t.Errorf("notes %q", run.Notes)
			}
			if diff := cmp.Diff(places, assignments(t, s)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What was there before embeddings were used, and what a failing server left out, is made up for by the next
// settlement; then the result is that of one run with a server that works.
func TestSettlementMakesUpForMissingEmbeddings(t *testing.T) {
	dir := t.TempDir()
	path := generated(t, dir, "a.jsonl", 300, 4)
	more := generated(t, dir, "b.jsonl", 30, 9)
	m := newModel(t)
	whole := openStore(t, filepath.Join(dir, "whole"))
	o := options()
	o.Embed = client(t, m.URL, "m")
	backfill(t, whole, o, path, more)
	s := openStore(t, filepath.Join(dir, "late"))
	backfill(t, s, options(), path)
	var fails sync.Map
	m.fails = func(text string) bool { _, before := fails.LoadOrStore(text, true); return !before } // the first time
	run := backfill(t, s, o, more)
	for range 12 {
		if run.Embeddings.Missing == 0 {
			break
		}
		o.Reread = true
		o.Embed = client(t, m.URL, "m")
		run = backfill(t, s, o, generated(t, dir, "c.jsonl", 1, 11))
	}
	if run.Embeddings.Missing != 0 {
		t.Fatalf("%+v", run.Embeddings)
	}
	backfill(t, whole, o, filepath.Join(dir, "c.jsonl"))
	if diff := cmp.Diff(partitions(assignments(t, whole)), partitions(assignments(t, s))); diff != "" {
		t.Error(diff)
	}
}

// A daemon warns once a run, goes on without the server, and uses it when it comes back.
func TestDaemonGoesOnWithoutItsServer(t *testing.T) {
	dir := t.TempDir()
	inbox := filepath.Join(dir, "inbox")
	if err := os.Mkdir(inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	generated(t, inbox, "a.jsonl", 60, 1)
	m := newModel(t)
	m.fails = func(string) bool { return true }
	in := files(inbox)[0]
	in.Spec.Follow = true
	s := openStore(t, filepath.Join(dir, "db"))
	log := &logBook{}
	o := daemonOptions(t, time.Now, log, jobs.Scheduled{Input: in})
	o.Embed = client(t, m.URL, "m")
	stop := runDaemon(t, s, o)
	waitFor(t, "the first tick", func() bool { return log.count("msg=run job=tick status=ok") > 0 })
	if log.count("stories are judged without embeddings") != 1 || log.count("this text is too much") == 0 {
		t.Errorf("the log: %s", log.b.String())
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	m.lock.Lock()
	m.fails = nil
	m.lock.Unlock()
	o.Embed = client(t, m.URL, "m")
	stop = runDaemon(t, s, o)
	generated(t, inbox, "b.jsonl", 40, 2)
	waitFor(t, "the second file", func() bool { return log.count("read=40") > 0 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if run := lastRun(t, s); run.Embeddings.Made == 0 || run.Embeddings.Missing != 0 {
		t.Errorf("run %+v", run)
	}
}

func lastRun(t *testing.T, s *store.Store) store.Run {
	t.Helper()
	view := s.View()
	defer view.Close()
	for run, err := range view.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		if run.Read > 0 {
			return run
		}
	}
	t.Fatal("no run has read anything")
	return store.Run{}
}
