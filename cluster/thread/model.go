package thread

import (
	"bytes"
	_ "embed" // the shipped weights
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync"
)

//go:embed model.json
var defaultModel []byte

// ErrModel reports a file of weights that does not fit the features of this package.
var ErrModel = errors.New("not weights of follow-ups for this version")

// Model holds the learned weights by which an event is a follow-up of a core. It is immutable.
//
// It has a file of its own beside those of package event and package happening: its features are made here, and their
// version changes for other reasons than theirs.
type Model struct {
	bias    float64
	weights [followFeatures]float64
	report  Report
}

type modelFile struct {
	Format   int                `json:"format"`
	Features int                `json:"features"`
	Bias     float64            `json:"bias"`
	Weights  map[string]float64 `json:"weights"`
	Training Report             `json:"training"`
}

const modelFormat = 1

// DefaultModel returns the shipped weights.
func DefaultModel() (*Model, error) { return shipped() }

// shipped decodes the embedded file once; the result is immutable.
var shipped = sync.OnceValues(func() (*Model, error) { return DecodeModel(defaultModel) })

// shippedOrPrior returns the shipped weights; a test holds that the binary has them.
func shippedOrPrior() *Model {
	if m, err := shipped(); err == nil {
		return m
	}
	return prior()
}

// Report returns how the weights were learned.
func (m *Model) Report() Report { return m.report }

// Encode writes the weights as indented JSON.
func (m *Model) Encode() ([]byte, error) {
	f := modelFile{
		Format: modelFormat, Features: FollowVersion, Bias: m.bias, Weights: make(map[string]float64), Training: m.report,
	}
	for i, n := range followNames {
		f.Weights[n] = m.weights[i]
	}
	out, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode weights of follow-ups: %w", err)
	}
	return append(out, '\n'), nil
}

// DecodeModel reads what Encode wrote. A missing or unknown weight, or another version of the features, is ErrModel.
func DecodeModel(data []byte) (*Model, error) {
	var f modelFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if f.Format != modelFormat || f.Features != FollowVersion {
		return nil, fmt.Errorf("%w: format %d, features %d; want %d and %d", ErrModel, f.Format, f.Features, modelFormat, FollowVersion)
	}
	m := &Model{bias: f.Bias, report: f.Training}
	for i, n := range followNames {
		w, ok := f.Weights[n]
		if !ok {
			return nil, fmt.Errorf("%w: no weight for %q", ErrModel, n)
		}
		m.weights[i] = w
	}
	if len(f.Weights) != followFeatures {
		return nil, fmt.Errorf("%w: %d weights, want %d", ErrModel, len(f.Weights), followFeatures)
	}
	for _, w := range append([]float64{m.bias}, m.weights[:]...) {
		if math.IsNaN(w) || math.Abs(w) > 1e6 {
			return nil, fmt.Errorf("%w: weight %v", ErrModel, w)
		}
	}
	return m, nil
}
