package jobs_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/webhook"
	"github.com/samestory/samestory/store"
)

// receiver is an endpoint that notes the entries it was sent; it does not answer while it hangs.
type receiver struct {
	*httptest.Server
	lock    sync.Mutex
	seqs    []uint64
	hanging chan struct{} // nil: it answers
}

func newReceiver(t *testing.T, hanging chan struct{}) *receiver {
	t.Helper()
	r := &receiver{hanging: hanging}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	var body struct{ Entries []struct{ Seq uint64 } }
	if err := json.NewDecoder(req.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if r.hanging != nil {
		select {
		case <-r.hanging:
		case <-req.Context().Done():
			return
		}
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, e := range body.Entries {
		if !slices.Contains(r.seqs, e.Seq) { // a delivery that was cut off may have arrived
			r.seqs = append(r.seqs, e.Seq)
		}
	}
}

func (r *receiver) got() []uint64 {
	r.lock.Lock()
	defer r.lock.Unlock()
	return slices.Clone(r.seqs)
}

func (r *receiver) endpoint(name string) webhook.Endpoint {
	return webhook.Endpoint{
		Name: name, URL: r.URL, Batch: 7, Timeout: time.Minute, MaxAge: time.Hour,
		Secrets: func() ([]string, error) { return []string{"a secret of some length"}, nil },
	}
}

func journalEnd(t *testing.T, s *store.Store) uint64 {
	t.Helper()
	view := s.View()
	defer view.Close()
	last, err := view.LastChange()
	if err != nil {
		t.Fatal(err)
	}
	return last
}

// A daemon delivers what its ticks write into the journal, all of it in order. An endpoint that does not answer delays
// neither ticks nor other endpoints nor the end of the daemon, and gets everything from the next one.
func TestDaemonDelivers(t *testing.T) {
	dir := t.TempDir()
	inbox := filepath.Join(dir, "inbox")
	if err := os.Mkdir(inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	generated(t, inbox, "a.jsonl", 60, 1)
	in := files(inbox)[0]
	in.Spec.Follow = true
	release := make(chan struct{})
	quick, slow := newReceiver(t, nil), newReceiver(t, release)

	s := openStore(t, filepath.Join(dir, "db"))
	log := &logBook{}
	o := daemonOptions(t, time.Now, log, jobs.Scheduled{Input: in})
	o.Webhooks = []webhook.Endpoint{slow.endpoint("slow"), quick.endpoint("quick")}
	o.StopAfter = 2 * time.Second
	stop := runDaemon(t, s, o)
	waitFor(t, "the first tick", func() bool { return log.count("read=60") > 0 })
	generated(t, inbox, "b.jsonl", 40, 2)
	waitFor(t, "the second tick", func() bool { return log.count("read=40") > 0 })
	last := journalEnd(t, s)
	waitFor(t, "the quick endpoint", func() bool { return len(quick.got()) == int(last) })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if n := len(slow.got()); n != 0 {
		t.Errorf("%d entries are noted by an endpoint that never answered", n)
	}

	close(release)
	o.StopAfter = time.Minute
	stop = runDaemon(t, s, o)
	waitFor(t, "the slow endpoint", func() bool { return len(slow.got()) == int(last) })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*receiver{"quick": quick, "slow": slow} {
		for i, seq := range r.got() {
			if seq != uint64(i)+1 {
				t.Fatalf("%s: entry %d is the %d. one", name, seq, i+1)
			}
		}
	}
	assignments(t, s) // and check
}
