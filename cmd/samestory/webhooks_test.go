package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/jobs/webhook"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// transport takes deliveries without a network.
type transport func(*http.Request) error

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(""))}, f(r)
}

// A delivery says of an event what the reports say: the same headline, stories and independent sources.
func TestDeliveriesSayWhatReportsSay(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "db"), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()                    //nolint:errcheck // nothing is written after the test
	told := map[string]webhook.About{} // by path: what was said last
	endpoints := []webhook.Endpoint{{
		Name: "desk", URL: "https://example.org", Batch: 1000, Timeout: time.Minute, MaxAge: time.Hour,
		Secrets: func() ([]string, error) { return []string{"a secret of some length"}, nil },
	}}
	o := webhook.Options{
		View: func() webhook.View { return s.View() }, Commit: s.Commit, Clock: time.Now,
		Transport: transport(func(r *http.Request) error {
			var body webhook.Body
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				return err
			}
			for _, raw := range body.Entries {
				var e webhook.Entry
				if err := json.Unmarshal(raw, &e); err != nil {
					return err
				}
				if e.About != nil {
					told[e.About.Path] = *e.About
				}
			}
			return nil
		}),
	}
	start := func() *webhook.Runner {
		runner, err := webhook.New(endpoints, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := runner.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		return runner
	}
	start().Stop(t.Context()) // the endpoint begins at the beginning
	_, err = jobs.Backfill(t.Context(), s, []jobs.Input{{Name: "sample", Spec: source.Spec{
		Paths: []string{"-"}, Stdin: bytes.NewReader(newsroom.SampleJSONL()), Options: source.Options{Language: text.Language},
	}}}, jobs.BackfillOptions{Params: cluster.DefaultParams(), Residents: 10_000, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	view := s.View()
	defer view.Close()
	runner := start() // all is told of a store that changes no more
	for deadline := time.Now().Add(30 * time.Second); lag(t, s, endpoints) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not all entries were delivered")
		}
	}
	runner.Stop(t.Context())

	want := map[string]webhook.About{}
	events, err := report.Events(view, report.Query{Limit: -1, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events.Events {
		want["/event/"+e.ID] = webhook.About{ID: e.ID, Headline: e.Headline, Stories: e.Stories, Sources: e.Sources, Path: "/event/" + e.ID}
	}
	threads, err := report.Threads(view, report.Query{Limit: -1, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range threads.Threads {
		want["/thread/"+x.ID] = webhook.About{
			ID: x.ID, Headline: x.Headline, Stories: x.Stories, Sources: x.Sources, Events: x.Beats, Path: "/thread/" + x.ID,
		}
	}
	if diff := cmp.Diff(want, told); diff != "" || len(want) < 20 {
		t.Errorf("%d events and threads: %s", len(want), diff)
	}
}

func lag(t *testing.T, s *store.Store, endpoints []webhook.Endpoint) uint64 {
	t.Helper()
	view := s.View()
	defer view.Close()
	all, err := webhook.Statuses(view, endpoints)
	if err != nil {
		t.Fatal(err)
	}
	return all[0].Lag
}
