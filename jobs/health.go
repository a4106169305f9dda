package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// respondWithin is how long a scheduler that works may take to answer.
const respondWithin = 2 * time.Second

// phase is what a daemon as a whole is doing.
type phase string

const (
	starting  phase = "starting"
	running   phase = "running"
	reloading phase = "reloading"
	stopping  phase = "stopping"
)

// state is what the health of a daemon is judged by.
type state struct {
	mu    sync.Mutex
	phase phase     // "" before Run
	beat  time.Time // the last progress of a job that writes; the machine's clock, which no step touches
	job   string    // that writes; "" between jobs
}

// enter puts the daemon into a phase and returns the one before. A daemon that is stopping stays so.
func (d *Daemon) enter(p phase) (was phase) {
	d.state.mu.Lock()
	defer d.state.mu.Unlock()
	was = d.state.phase
	if was != stopping {
		d.state.phase = p
	}
	return was
}

// beats notes that a job that writes begins or gets on; "" that it has ended.
func (d *Daemon) beats(job string) {
	d.state.mu.Lock()
	defer d.state.mu.Unlock()
	d.state.job, d.state.beat = job, time.Now()
}

// Health is what a daemon says of itself. Reasons tell why it is not live or not ready.
type Health struct {
	Live    bool     `json:"live"`  // it works, or will when it is done with what it does; restart one that is not
	Ready   bool     `json:"ready"` // what it answers is as fresh as its schedule says
	Phase   string   `json:"phase"` // starting, running, reloading, stopping
	Reasons []string `json:"reasons"`
	// Degraded tells what is wrong although the daemon does its work: damage to the store, which neither a restart helps nor
	// keeping away from it.
	Degraded []string `json:"degraded"`
}

// Live tells whether the daemon can do its work, however well: its scheduler answers, the job that writes gets on, and the
// store does not have to be opened again. Only a restart helps one that is not.
func (d *Daemon) Live(ctx context.Context) error {
	d.state.mu.Lock()
	job, beat, at := d.state.job, d.state.beat, d.state.phase
	d.state.mu.Unlock()
	if stuck := d.options().StuckAfter; job != "" && stuck > 0 && time.Since(beat) >= stuck {
		return fmt.Errorf("job %q shows no progress for %s", job, time.Since(beat).Round(time.Second))
	}
	if err := d.store.Usable(); err != nil {
		return err
	}
	if at == "" || at == starting {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, respondWithin)
	defer cancel()
	if err := d.jobs.Responds(ctx); err != nil {
		return fmt.Errorf("the scheduler gives no answer: %w", err)
	}
	return nil
}

// Health judges the daemon: Ready is one that is live, neither starting, reloading nor stopping, and whose ticks did not
// fail when they ran last.
func (d *Daemon) Health(ctx context.Context) Health {
	h := Health{Live: true, Reasons: []string{}, Degraded: []string{}}
	if err := d.Live(ctx); err != nil {
		// The jobs are not asked: whoever is stuck may hold what they need.
		h.Live, h.Reasons = false, append(h.Reasons, err.Error())
	}
	d.state.mu.Lock()
	at := d.state.phase
	d.state.mu.Unlock()
	h.Phase = string(at)
	if at != running {
		h.Reasons = append(h.Reasons, "the daemon is "+string(at))
	}
	if h.Live {
		h.Degraded = append(h.Degraded, d.Degraded()...)
		for _, j := range d.Status() {
			if tick := j.Name == jobTick || strings.HasPrefix(j.Name, jobTick+" "); tick && j.Last.Err != nil {
				h.Reasons = append(h.Reasons, fmt.Sprintf("job %q failed at %s: %v", j.Name, j.Last.Ended.UTC().Format(time.RFC3339), j.Last.Err))
			}
		}
	}
	h.Ready = len(h.Reasons) == 0
	return h
}

// Routes are what the daemon answers over HTTP about itself, by pattern of http.ServeMux: /healthz and /readyz, with 200 or
// 503, and /metrics where there are any.
func (d *Daemon) Routes() map[string]http.Handler {
	answer := func(good func(Health) bool) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := d.Health(r.Context())
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Cache-Control", "no-store")
			if !good(h) {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			_ = json.NewEncoder(w).Encode(h)
		})
	}
	routes := map[string]http.Handler{
		"GET /healthz": answer(func(h Health) bool { return h.Live }),
		"GET /readyz":  answer(func(h Health) bool { return h.Ready }),
	}
	if m := d.options().Metrics; m != nil {
		routes["GET /metrics"] = m.Handler()
	}
	return routes
}
