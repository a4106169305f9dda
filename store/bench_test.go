package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
)

// benchBatch is a tick of new stories of about 3 KB with features of 800 bytes, every story its own event.
func benchBatch(m *model, first, n int) Batch {
	d := &cluster.Delta{}
	for i := first; i < first+n; i++ {
		at := epoch.Add(time.Duration(i) * 13 * time.Second)
		id := fmt.Sprintf("https://outlet.example/%08d", i)
		features := make([]byte, 800)
		for j := range features {
			features[j] = byte(m.draw(256))
		}
		d.Stories = append(d.Stories, cluster.StoryChange{
			Story: cluster.Story{
				ID: id, URL: id, Title: m.text(8), Text: m.text(480), Source: "Nord", Lang: "en", Published: at, Arrived: at,
			},
			Placement: cluster.Placement{Story: id, Group: fmt.Sprintf("g%010d", i), Event: fmt.Sprintf("e%010d", i)},
			Features:  features,
		})
		d.Events = append(d.Events, cluster.Event{
			ID: fmt.Sprintf("e%010d", i), Thread: fmt.Sprintf("t%010d", i), Representative: id, Members: []string{id},
			First: at, Last: at, Lang: "en", Names: []string{"Port of Nord"}, Cohesion: 1,
		})
	}
	return Batch{Delta: d, At: epoch, Cursors: []Cursor{{Source: "archive", Data: []byte("x")}}}
}

func BenchmarkCommit1000(b *testing.B) {
	s := create(b)
	m := newModel(rand.New(rand.NewPCG(1, 1)).IntN)
	n := 0
	for b.Loop() {
		b.StopTimer()
		batch := benchBatch(m, n, 1000)
		n += 1000
		b.StartTimer()
		if err := s.Commit(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "stories/s")
}

// benchStore holds 10,000 stories.
func benchStore(b *testing.B) *Store {
	b.Helper()
	s := create(b)
	m := newModel(rand.New(rand.NewPCG(1, 1)).IntN)
	for n := 0; n < 10_000; n += 1000 {
		if err := s.Commit(b.Context(), benchBatch(m, n, 1000)); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func BenchmarkResidents10000(b *testing.B) {
	s := benchStore(b)
	v := s.View()
	defer v.Close()
	for b.Loop() {
		n := 0
		for _, err := range v.Residents(time.Time{}, time.Time{}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 10_000 {
			b.Fatal(n)
		}
	}
	b.ReportMetric(1e4*float64(b.N)/b.Elapsed().Seconds(), "stories/s")
}

func BenchmarkEventAndStory(b *testing.B) {
	s := benchStore(b)
	v := s.View()
	defer v.Close()
	n := 0
	for b.Loop() {
		e, err := v.Event(fmt.Sprintf("e%010d", n*7919%10_000))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := v.Story(e.Members[0]); err != nil {
			b.Fatal(err)
		}
		n++
	}
}
