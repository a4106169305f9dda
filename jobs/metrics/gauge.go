package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
)

// Figure names a gauge: it is served as "samestory_" and the name.
type Figure struct{ Name, Help string }

// Sample is one value of a gauge, with the values of its labels.
type Sample struct {
	Value  float64
	Labels []string
}

// One is the sample of a gauge without labels.
func One(v float64) []Sample { return []Sample{{Value: v}} }

// Gauge adds a figure that is read at each scrape. Read returns one sample for each combination of labels, or none where
// the figure is not known; the values of labels must be few and fixed. It is called from many goroutines.
func (s *Set) Gauge(name, help string, labels []string, read func() []Sample) {
	if s == nil {
		return
	}
	desc := prometheus.NewDesc("samestory_"+name, help, labels, nil)
	s.registry.MustRegister(&gauges{[]*prometheus.Desc{desc}, func(send func(int, float64, []string)) {
		for _, sample := range read() {
			send(0, sample.Value, sample.Labels)
		}
	}})
}

// Gauges adds figures that are read together at each scrape: one value each, in order, or none at all.
func (s *Set) Gauges(figures []Figure, read func() []float64) {
	if s == nil {
		return
	}
	g := &gauges{read: func(send func(int, float64, []string)) {
		for i, v := range read() {
			send(i, v, nil)
		}
	}}
	for _, f := range figures {
		g.descs = append(g.descs, prometheus.NewDesc("samestory_"+f.Name, f.Help, nil, nil))
	}
	s.registry.MustRegister(g)
}

// gauges is a collector of what read sends: the number of the figure, its value and its labels.
type gauges struct {
	descs []*prometheus.Desc
	read  func(send func(figure int, v float64, labels []string))
}

// Describe implements prometheus.Collector.
func (g *gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range g.descs {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	g.read(func(figure int, v float64, labels []string) {
		m, err := prometheus.NewConstMetric(g.descs[figure], prometheus.GaugeValue, v, labels...)
		if err != nil {
			m = prometheus.NewInvalidMetric(g.descs[figure], err)
		}
		to <- m
	})
}
