package neardup_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster/neardup"
)

// cpuTime is the CPU time of the process: on a shared machine the only figure that repeats.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkPrepare is text to signature: normalising, furniture, shingles, sketch and keys of one story of 3 KB.
func BenchmarkPrepare(b *testing.B) {
	d, err := neardup.New(neardup.DefaultParams())
	if err != nil {
		b.Fatal(err)
	}
	var docs []neardup.Doc
	for i := range 200 {
		docs = append(docs, doc(fmt.Sprint(i), "wire", 0, "A title of a few words", prose(uint64(i), 480)[:3000]))
	}
	var s neardup.Scratch
	b.SetBytes(3000)
	b.ReportAllocs()
	i, start := 0, cpuTime()
	for b.Loop() {
		d.Prepare(docs[i%len(docs)], &s)
		i++
	}
	b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(i), "cpu-ns/story")
}

// BenchmarkBatch is the whole stage in memory, one worker: learning, prints, candidates, verification, groups. A third
// of the stories are edited copies.
func BenchmarkBatch(b *testing.B) {
	const n = 3000
	var docs []neardup.Doc
	for i := range n {
		text := prose(uint64(i), 480)[:3000]
		if i%3 == 2 {
			text = edit(docs[i-1].Text, 15+i%40)
		}
		docs = append(docs, doc(fmt.Sprintf("s%06d", i), fmt.Sprint("source", i%20), time.Duration(i)*time.Minute, "A title", text))
	}
	for _, engine := range []string{neardup.IndexFlat, neardup.IndexMinhash} {
		b.Run(engine, func(b *testing.B) {
			p := neardup.DefaultParams()
			p.Index = engine
			b.ReportAllocs()
			rounds, start := 0, cpuTime()
			for b.Loop() {
				d, err := neardup.New(p)
				if err != nil {
					b.Fatal(err)
				}
				d.Learn(docs)
				var s neardup.Scratch
				items := make([]neardup.Item, n)
				for i := range docs {
					items[i] = docs[i].Item(d.Prepare(docs[i], &s))
				}
				if _, err := d.Add(b.Context(), items, nil, 1); err != nil {
					b.Fatal(err)
				}
				rounds++
			}
			b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(rounds*n), "cpu-ns/story")
		})
	}
}
