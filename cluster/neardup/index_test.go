package neardup

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

// randomKeys draws keys that collide often in a few bands and seldom in the others.
func randomKeys(r *rand.Rand) *Keys {
	var k Keys
	for b := range k {
		if k[b] = r.Uint32(); b < 6 {
			k[b] = r.Uint32N(200) << 24
		}
	}
	return &k
}

func TestEnginesGiveTheSameCandidates(t *testing.T) {
	t.Parallel()
	s := newSpans(8 * time.Hour)
	flat, lib := newFlatIndex(s), newMinhashIndex(s)
	r := rand.New(rand.NewPCG(1, 2))
	type entry struct {
		at   stamp
		keys *Keys
	}
	entries := make([]entry, 1200)
	span := (60 * time.Hour).Milliseconds()
	for i := range entries {
		entries[i] = entry{stamp{r.Int64N(span) - span/2, i%50 == 0}, randomKeys(r)}
		flat.add(uint32(i), entries[i].at, entries[i].keys)
		lib.add(uint32(i), entries[i].at, entries[i].keys)
		if i%97 == 0 || i > 1150 && i%7 == 0 {
			flat.seal()
			lib.seal()
		}
	}
	flat.seal()
	lib.seal()
	check := func(gone func(at stamp) bool) {
		t.Helper()
		for i := 0; i < len(entries); i += 17 {
			e := &entries[i]
			var want []uint32
			from, to := s.reach(e.at)
			for j, o := range entries {
				slot := s.slot(o.at.milli)
				if gone(o.at) || !o.at.undated && !e.at.undated && (slot < from || slot > to) {
					continue
				}
				for b := range o.keys {
					if o.keys[b] == e.keys[b] {
						want = append(want, uint32(j))
						break
					}
				}
			}
			for name, x := range map[string]index{"flat": flat, "minhash-lsh": lib} {
				got := x.query(nil, e.at, e.keys, 1<<20)
				slices.Sort(got)
				if got = slices.Compact(got); !slices.Equal(got, want) {
					t.Fatalf("%s: story %d has %d candidates, want %d", name, i, len(got), len(want))
				}
			}
		}
	}
	check(func(stamp) bool { return false })
	flat.drop(0)
	lib.drop(0)
	if flat.len() != lib.len() || flat.len() >= len(entries) {
		t.Errorf("after dropping the earlier half: %d and %d entries", flat.len(), lib.len())
	}
	check(func(at stamp) bool { return (s.slot(at.milli)+1)*s.width <= 0 })
	again := newFlatIndex(s)
	lib.each(again.add)
	again.seal()
	flat = again
	check(func(at stamp) bool { return (s.slot(at.milli)+1)*s.width <= 0 })
}

func TestRadixSortsStably(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	var s radix
	for _, n := range []int{0, 1, 2, 63, 64, 1000, 500} {
		keys, ids := make([]uint32, n), make([]uint32, n)
		for i := range keys {
			keys[i], ids[i] = r.Uint32N(50)<<uint(r.IntN(24)), uint32(i)
		}
		type pair struct{ k, id uint32 }
		want := make([]pair, n)
		for i := range want {
			want[i] = pair{keys[i], ids[i]}
		}
		slices.SortStableFunc(want, func(a, b pair) int { return int(int64(a.k) - int64(b.k)) })
		s.sort(keys, ids)
		for i := range want {
			if want[i] != (pair{keys[i], ids[i]}) {
				t.Fatalf("n=%d: place %d holds %d,%d, want %+v", n, i, keys[i], ids[i], want[i])
			}
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := cache{limit: 4000}
	for i := range uint32(100) {
		sh := &sheet{}
		sh.set.Build([]uint64{uint64(i) << 32, uint64(i+1) << 33})
		c.put(i, sh)
		if c.size > c.limit {
			t.Fatalf("%d bytes after %d sheets, limit %d", c.size, i+1, c.limit)
		}
	}
	if c.get(99) == nil || c.get(0) != nil {
		t.Error("the cache must keep the last used sheets and drop the first")
	}
	c.remove(99)
	if c.get(99) != nil {
		t.Error("a removed sheet came back")
	}
}

// BenchmarkTick is the figure behind Params.FlatAbove: what the index costs a tick of 1,000 stories, taken in, sealed and
// looked up, on a number of live ones; and the memory it holds.
func BenchmarkTick(b *testing.B) {
	engines := []struct {
		name  string
		fresh func(spans) index
	}{
		{IndexFlat, func(s spans) index { return newFlatIndex(s) }},
		{IndexMinhash, func(s spans) index { return newMinhashIndex(s) }},
	}
	const tick = 1000
	for _, live := range []int{0, 1000, 4000, 16000, 64000} {
		for _, e := range engines {
			b.Run(fmt.Sprintf("%s/%d", e.name, live), func(b *testing.B) {
				s := newSpans(30 * 24 * time.Hour)
				window := (8 * 24 * time.Hour).Milliseconds()
				var spent time.Duration
				var before, after runtime.MemStats
				rounds := 0
				var dst []uint32
				for b.Loop() {
					r := rand.New(rand.NewPCG(5, 6))
					runtime.GC()
					runtime.ReadMemStats(&before)
					x := e.fresh(s)
					for i := range live {
						x.add(uint32(i), stamp{r.Int64N(window), false}, randomTextKeys(r))
					}
					x.seal()
					start := cpuTime()
					for i := range tick {
						x.add(uint32(live+i), stamp{window, false}, randomTextKeys(r))
					}
					x.seal()
					for range tick {
						dst = x.query(dst[:0], stamp{window, false}, randomTextKeys(r), 128)
					}
					spent += cpuTime() - start
					runtime.GC()
					runtime.ReadMemStats(&after)
					rounds++
					runtime.KeepAlive(x)
				}
				b.ReportMetric(float64(spent.Nanoseconds())/float64(rounds*tick), "cpu-ns/story")
				b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/float64(live+tick), "B/entry")
			})
		}
	}
}

// cpuTime is the CPU time of the process: on a shared machine the only figure that repeats.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// randomTextKeys draws keys as unrelated texts have them.
func randomTextKeys(r *rand.Rand) *Keys {
	var k Keys
	for b := range k {
		k[b] = r.Uint32()
	}
	return &k
}
