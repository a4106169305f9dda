package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/service"
	"github.com/samestory/samestory/store"
)

var (
	loadStore   = flag.String("load.store", "", "a store of 100,000 generated stories, which the load test adds to; empty: no load test")
	loadSeconds = flag.Int("load.seconds", 30, "how long the load test asks")
	loadRate    = flag.Int("load.rate", 200, "requests a second")
	loadBare    = flag.Bool("load.bare", false, "read the lists from the store, to compare")
	loadWarm    = flag.Int("load.warm", 10, "how long it asks before that, in seconds: what is worked out once is then there")
	loadTick    = flag.Int("load.tick", 50, "stories of a tick; 0 for no ticks")
)

// TestLoad asks a server for the front page, event pages, searches and lists at a steady rate while ticks run, and holds the
// figure of docs/PERFORMANCE.md: p99 of each within 20 ms, measured from when a request was due. Its store is made by
//
//	samestory generate --stories 100000 --days 30 | samestory backfill --store DIR -
func TestLoad(t *testing.T) {
	if *loadStore == "" {
		t.Skip("needs -load.store")
	}
	ctx := t.Context()
	daemon := &app{getenv: os.Getenv}
	defer daemon.makeRoom()() // to do without, set GOMAXPROCS
	workers := cmp.Or(daemon.workers, runtime.GOMAXPROCS(0))
	s, err := store.Open(ctx, *loadStore, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the store is one for the test
	v := s.View()
	stats, err := v.Stats()
	if err != nil {
		t.Fatal(err)
	}
	newest, err := v.Newest(time.Now())
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	now := newest.Add(time.Hour)
	c := catalog.Of(s, slog.New(slog.NewTextHandler(t.Output(), nil)))
	running, stop := context.WithCancel(ctx)
	var parts sync.WaitGroup
	defer parts.Wait()
	defer stop()
	empty := heap()
	begun := time.Now()
	parts.Go(func() { c.Run(running) })
	if err := c.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	made := time.Since(begun).Round(time.Millisecond)
	t.Logf("%d stories, %d events, %d threads; catalog of %d MB made in %s", stats.Stories, stats.Events, stats.Threads, (heap()-empty)>>20, made)
	var lists service.Lists
	if !*loadBare {
		lists = c
	}
	start := time.Now()
	clock := func() time.Time { return now.Add(time.Since(start)) }
	server := httptest.NewServer(site(s, clock, &editor{store: s, now: clock}, lists, nil))
	defer server.Close()

	events, err := c.Events(catalog.Query{Query: report.Query{Now: now, Limit: 300, Unnamed: true}})
	if err != nil {
		t.Fatal(err)
	}
	words := wordsOf(events.Events)
	asks := []struct {
		name    string
		address func(i int) string
	}{
		{"front", func(int) string { return "/" }},
		{"event", func(i int) string { return "/event/" + url.PathEscape(events.Events[i*7%len(events.Events)].ID) }},
		{"search", func(i int) string { return "/?since=all&q=" + url.QueryEscape(words[i%len(words)]) }},
		{"events endpoint", func(i int) string { return fmt.Sprintf("/api/v1/events?limit=50&since=%dh", 24+i%5*24) }},
		// What costs nothing to answer: how long it takes is the machine's.
		{"icon", func(int) string { return "/favicon.svg" }},
	}
	shares := []int{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4} // of the requests, in turn
	ticks := ticking{}
	if *loadTick > 0 {
		first := make(chan struct{}) // which takes up what the store has
		parts.Go(func() { ticks = keepTicking(running, t, s, now, workers, sync.OnceFunc(func() { close(first) })) })
		<-first
		t.Logf("the first tick took %s", time.Since(start).Round(time.Millisecond))
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}} // of the test, which asks only itself
	var mu sync.Mutex
	took := make([][]time.Duration, len(asks))
	asked := make([]int, len(asks))
	var asking sync.WaitGroup
	var before, after runtime.MemStats
	var cpu time.Duration
	var measured time.Time
	warm := *loadRate * *loadWarm
	begun = time.Now()
	for i := range warm + *loadRate**loadSeconds {
		if i == warm {
			asking.Wait()
			cpu = cpuTime()
			runtime.ReadMemStats(&before)
			measured = time.Now()
			begun = measured.Add(-time.Duration(i) * time.Second / time.Duration(*loadRate))
		}
		due := begun.Add(time.Duration(i) * time.Second / time.Duration(*loadRate))
		time.Sleep(time.Until(due))
		kind := shares[i%len(shares)]
		address := server.URL + asks[kind].address(asked[kind])
		asked[kind]++
		asking.Go(func() {
			res, err := client.Get(address)
			if err != nil {
				t.Error(err)
				return
			}
			_, err = io.Copy(io.Discard, res.Body)
			if err != nil || res.StatusCode != http.StatusOK {
				t.Errorf("%s: %s, %v", asks[kind].name, res.Status, err)
			}
			_ = res.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			if i >= warm {
				took[kind] = append(took[kind], time.Since(due))
			}
		})
	}
	asking.Wait()
	passed := time.Since(measured)
	cpu = cpuTime() - cpu
	runtime.ReadMemStats(&after)
	stop()
	parts.Wait()
	t.Logf("%.0f requests/s for %s beside %d ticks of %d stories, which took %.0f%% of the time; %.2f cores in use; %d collections of garbage, heap %d MB",
		float64(*loadRate**loadSeconds)/passed.Seconds(), passed.Round(time.Second), ticks.n, *loadTick, 100*ticks.took.Seconds()/time.Since(begun).Seconds(),
		cpu.Seconds()/passed.Seconds(), after.NumGC-before.NumGC, after.HeapAlloc>>20)
	for i, list := range took {
		slices.Sort(list)
		at := func(share float64) time.Duration {
			return list[int(share*float64(len(list)-1))].Round(10 * time.Microsecond)
		}
		t.Logf("%-16s p50 %-9s p90 %-9s p99 %-9s most %s", asks[i].name, at(.5), at(.9), at(.99), at(1))
		if at(.99) > 20*time.Millisecond {
			t.Errorf("%s: p99 is %s, more than 20 ms", asks[i].name, at(.99))
		}
	}
}

// wordsOf are words of headlines, each once.
func wordsOf(events []report.EventLine) []string {
	var list []string
	for i := range events {
		for w := range strings.FieldsSeq(events[i].Headline) {
			if w = strings.Trim(w, ".,:;!?\"'()"); len(w) > 4 && !slices.Contains(list, w) {
				list = append(list, w)
			}
		}
	}
	return list
}

// cpuTime is how much the process has used, of all cores.
func cpuTime() time.Duration {
	s := []metrics.Sample{{Name: "/cpu/classes/total:cpu-seconds"}, {Name: "/cpu/classes/idle:cpu-seconds"}}
	runtime.GC() // after which the figures are of now
	metrics.Read(s)
	return time.Duration((s[0].Value.Float64() - s[1].Value.Float64()) * float64(time.Second))
}

// heap is how much memory is in use, in bytes.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// ticking is how many ticks there were, and how long they took together.
type ticking struct {
	n    int
	took time.Duration
}

// keepTicking takes in new stories, a tick after the other with a rest between.
func keepTicking(ctx context.Context, t *testing.T, s *store.Store, now time.Time, workers int, done func()) (ticks ticking) {
	defer done()
	params := cluster.DefaultParams()
	params.Workers = workers
	desk, err := jobs.NewDesk(s, params, 200_000)
	if err != nil {
		t.Error(err)
		return ticks
	}
	var list []cluster.Story
	for l := range newsroom.Generate(newsroom.Options{Seed: uint64(time.Now().UnixNano()), Stories: 100_000, Start: now.AddDate(0, 0, -1).Truncate(24 * time.Hour), Days: 30}) {
		x := l.Story
		x.ID = fmt.Sprintf("%d-%s", now.Unix(), x.ID)
		x.Published, x.Precision = now.Add(-time.Duration(len(list))*time.Minute), cluster.Exact
		if list = append(list, x); len(list) < *loadTick {
			continue
		}
		slices.SortFunc(list, func(a, b cluster.Story) int { return a.Published.Compare(b.Published) })
		begun := time.Now()
		err := desk.Tick(ctx, list, cluster.Events, func(d *cluster.Delta) store.Batch { return store.Batch{Delta: d, At: time.Now()} })
		if err == nil {
			err = desk.Flush()
		}
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			t.Errorf("tick: %v", err)
			break
		}
		select {
		case <-ctx.Done():
		default:
			ticks.n++
			ticks.took += time.Since(begun)
		}
		done()
		list = nil
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
			continue
		}
		break
	}
	return ticks
}
