package config

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/jobs/source/fetch"
)

func TestFetch(t *testing.T) {
	c, err := Parse("x", []byte(`[fetch]
timeout = "5s"
body = "2MiB"
rate = 0
concurrent = 8
user_agent = "NewsDesk/1.0 (+https://example.org/bot)"
proxy = "http://proxy.example.org:3128"
allow_private = ["127.0.0.1:8081", "10.0.0.0/8"]`))
	if err != nil {
		t.Fatal(err)
	}
	want := fetch.DefaultOptions("1.2.3")
	want.Timeout, want.Connect, want.MaxBody, want.Rate, want.Concurrent = 5*time.Second, 5*time.Second, 2<<20, 0, 8
	want.UserAgent, want.Proxy = "NewsDesk/1.0 (+https://example.org/bot)", "http://proxy.example.org:3128"
	want.AllowPrivate = []string{"127.0.0.1:8081", "10.0.0.0/8"}
	got := c.FetchOptions("1.2.3")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := fetch.New(got); err != nil {
		t.Error(err)
	}
	d := Default()
	if diff := cmp.Diff(fetch.DefaultOptions("1.2.3"), d.FetchOptions("1.2.3")); diff != "" {
		t.Errorf("a config that says nothing: %s", diff)
	}
}

func TestFetchProblems(t *testing.T) {
	_, err := Parse("x", []byte(`[fetch]
timeout = "0s"
body = 10
rate = 1e-9
burst = 0
concurrent = 0
user_agent = "two\nlines"
proxy = "proxy:3128"
allow_private = ["127.0.0.1", "localhost"]`))
	e, _ := errors.AsType[*Error](err)
	if e == nil {
		t.Fatalf("%v", err)
	}
	var got []string
	for _, p := range e.Problems {
		got = append(got, p.Key)
	}
	want := []string{
		"fetch.timeout", "fetch.body", "fetch.rate", "fetch.burst", "fetch.concurrent", "fetch.user_agent", "fetch.proxy",
		"fetch.allow_private[1]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
