package webhook

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// Whatever an endpoint answers, whenever the disk is full and whenever the process ends: each entry is delivered at least
// once or in one dead letter; entries come for the first time in the order of the journal; and an id always stands for
// the same bytes.
func TestAtLeastOnceInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		answers := rapid.SliceOfN(rapid.SampledFrom([]int{200, 200, 200, 204, 404, 404, 429, 500, 0}), 0, 60).Draw(rt, "answers")
		steps := rapid.SliceOfN(rapid.SampledFrom([]string{"write", "write", "wait", "long", "stop", "kill", "full", "room"}), 1, 30).Draw(rt, "steps")
		sizes := rapid.SliceOfN(rapid.IntRange(1, 25), len(steps), len(steps)).Draw(rt, "sizes")
		batch := rapid.IntRange(1, 12).Draw(rt, "batch")
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			r := newReceiver(t, func(n int, _ *http.Request) (*http.Response, error) {
				switch {
				case n >= len(answers):
					return status(200)
				case answers[n] == 0:
					return nil, errBroken
				}
				return status(answers[n])
			})
			e := endpoint("desk", func(e *Endpoint) { e.Batch, e.MaxAge = batch, time.Hour })
			var runner *Runner
			start := func() {
				var err error
				o := w.options(r)
				o.Poll = 5 * time.Minute
				if runner, err = New([]Endpoint{e}, o); err != nil {
					rt.Fatal(err)
				}
				w.setFull(false)
				if err := runner.Start(t.Context()); err != nil {
					rt.Fatal(err)
				}
			}
			end := func(limit time.Duration) {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				runner.Stop(ctx)
			}
			start()
			for i, step := range steps {
				switch step {
				case "write":
					w.write(grew(sizes[i])...)
					runner.Wake()
				case "wait":
					time.Sleep(time.Duration(sizes[i]) * time.Second)
				case "long":
					time.Sleep(time.Duration(sizes[i]) * 10 * time.Minute)
				case "stop":
					end(time.Minute)
					start()
				case "kill":
					synctest.Wait()
					w.setFull(true) // nothing is kept from here on
					runner.Wake()
					time.Sleep(time.Duration(sizes[i]) * time.Second)
					end(0)
					start()
				case "full", "room":
					w.setFull(step == "full")
				}
			}
			w.setFull(false)
			for hours := 0; hours < 100 && w.status(t, "desk").Lag > 0; hours++ { // beyond its list every answer is 200
				time.Sleep(time.Hour)
			}
			synctest.Wait()
			end(time.Minute)

			told := make([]bool, len(w.journal)+1)
			next := uint64(1)
			bodies := map[string]string{}
			for n, p := range r.got() {
				if was, ok := bodies[p.id]; ok && was != string(p.raw) {
					rt.Errorf("delivery %s has two bodies", p.id)
				}
				bodies[p.id] = string(p.raw)
				for _, seq := range p.seqs() {
					if seq > next {
						rt.Errorf("entry %d comes before %d", seq, next)
					}
					next = max(next, seq+1)
					if n >= len(answers) || answers[n]/100 == 2 {
						told[seq] = true
					}
				}
			}
			dead := []uint64{}
			for _, d := range w.status(t, "desk").Dead {
				dead = append(dead, d.Seqs...)
			}
			for seq := 1; seq <= len(w.journal); seq++ {
				if !told[seq] && !slices.Contains(dead, uint64(seq)) {
					rt.Errorf("entry %d is lost", seq)
				}
			}
		})
	})
}
