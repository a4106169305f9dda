package metrics

import (
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Set is the figures of one daemon.
type Set struct {
	registry *prometheus.Registry
	clock    func() time.Time

	stories    *prometheus.CounterVec
	ticks      prometheus.Counter
	runs       *prometheus.CounterVec
	took       *prometheus.HistogramVec
	skipped    *prometheus.CounterVec
	steps      *prometheus.HistogramVec
	candidates *prometheus.CounterVec
	gates      *prometheus.CounterVec
	reloads    *prometheus.CounterVec
	refused    *prometheus.CounterVec
	residents  prometheus.Gauge
}

// New makes a Set. version is that of the program; the clock measures how long things take.
func New(version string, clock func() time.Time) *Set {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "samestory_" + name, Help: help}, labels)
	}
	s := &Set{
		registry: prometheus.NewRegistry(), clock: clock,
		stories: counter("stories_total", "Stories that runs have read, by what became of them.", "result"),
		ticks: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "samestory_ticks_total", Help: "Batches that went through the engine and were committed.",
		}),
		runs: counter("runs_total", "Runs of jobs that ended, by the kind of job.", "job", "status"),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "samestory_run_seconds", Help: "How long runs of jobs took, without waiting for their turn.",
			Buckets: []float64{.01, .05, .25, 1, 5, 15, 60, 300, 1800},
		}, []string{"job"}),
		skipped: counter("runs_skipped_total", "Runs that were due while the same job was still running.", "job"),
		steps: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "samestory_step_seconds", Help: "How long the steps of a tick took.",
			Buckets: []float64{.001, .005, .025, .1, .5, 2, 10, 60},
		}, []string{"step"}),
		candidates: counter("candidates_total", "Pairs that the searches proposed (copies, events), and of copies those measured exactly (verified).", "stage"),
		gates:      counter("gates_total", "How often a gate of the event stage kept two apart.", "gate"),
		reloads:    counter("reloads_total", "Reloads of the config.", "result"),
		refused:    counter("http_refused_total", "Requests that were not let in, by why.", "reason"),
		residents: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "samestory_resident_stories", Help: "Stories that were held in memory to compare new ones with when the last run ended.",
		}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "samestory_build_info", Help: "Always 1; the labels tell what runs.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	})
	build.Set(1)
	s.registry.MustRegister(s.stories, s.ticks, s.runs, s.took, s.skipped, s.steps, s.candidates, s.gates, s.reloads, s.refused, s.residents, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, result := range []string{"new", "revised", "unchanged", "rejected"} {
		s.stories.WithLabelValues(result) // so that a rate begins at zero
	}
	for _, reason := range []string{"name", "rate", "scope", "site", "token", "tokens"} {
		s.refused.WithLabelValues(reason)
	}
	return s
}

// kind is what a job is counted under.
func kind(job string) string {
	word, _, _ := strings.Cut(job, " ")
	return word
}

// Stories counts what one commit or run has brought.
func (s *Set) Stories(fresh, revised, unchanged, rejected int) {
	if s == nil {
		return
	}
	for result, n := range map[string]int{"new": fresh, "revised": revised, "unchanged": unchanged, "rejected": rejected} {
		s.stories.WithLabelValues(result).Add(float64(n))
	}
}

// Ticks counts batches.
func (s *Set) Ticks(n int) {
	if s != nil {
		s.ticks.Add(float64(n))
	}
}

// Residents notes how many stories are in memory now.
func (s *Set) Residents(n int) {
	if s != nil {
		s.residents.Set(float64(n))
	}
}

// Run counts a run that has ended; status is one word, such as "ok" or "failed".
func (s *Set) Run(job, status string, took time.Duration) {
	if s != nil {
		s.runs.WithLabelValues(kind(job), status).Inc()
		s.took.WithLabelValues(kind(job)).Observe(took.Seconds())
	}
}

// Skipped counts a run that was due while the job was running.
func (s *Set) Skipped(job string) {
	if s != nil {
		s.skipped.WithLabelValues(kind(job)).Inc()
	}
}

// Begin measures a step until what it returns is called.
func (s *Set) Begin(step string) (end func()) {
	if s == nil {
		return func() {}
	}
	begun := s.clock()
	return func() { s.steps.WithLabelValues(step).Observe(max(0, s.clock().Sub(begun)).Seconds()) }
}

// Candidates counts pairs of a stage.
func (s *Set) Candidates(stage string, n int) {
	if s != nil {
		s.candidates.WithLabelValues(stage).Add(float64(max(0, n)))
	}
}

// Gate counts refusals.
func (s *Set) Gate(gate string, n int) {
	if s != nil {
		s.gates.WithLabelValues(gate).Add(float64(max(0, n)))
	}
}

// Reload counts a reload, and whether it was refused.
func (s *Set) Reload(err error) {
	if s == nil {
		return
	}
	result := "ok"
	if err != nil {
		result = "refused"
	}
	s.reloads.WithLabelValues(result).Inc()
}

// Refused counts a request that was not let in.
func (s *Set) Refused(reason string) {
	if s != nil {
		s.refused.WithLabelValues(reason).Inc()
	}
}

// Handler serves the figures.
func (s *Set) Handler() http.Handler {
	return promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4, // a scrape reads the store
		ErrorHandling:       promhttp.ContinueOnError,
	})
}
