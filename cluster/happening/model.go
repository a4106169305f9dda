package happening

import (
	"bytes"
	_ "embed" // the shipped weights
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

//go:embed model.json
var defaultModel []byte

// ErrModel reports a model file that does not fit the features of this package.
var ErrModel = errors.New("not a model of counterparts for this version")

// Model holds the learned weights of a pair. It is immutable.
type Model struct {
	weights weights
	report  Report
}

// modelFile is the JSON form.
type modelFile struct {
	Format   int                `json:"format"`
	Print    int                `json:"print"`
	Bias     float64            `json:"bias"`
	Weights  map[string]float64 `json:"weights"`
	Training Report             `json:"training"`
}

const modelFormat = 1

// DefaultModel returns the shipped model.
func DefaultModel() (*Model, error) { return DecodeModel(defaultModel) }

// Report returns how the model was trained.
func (m *Model) Report() Report { return m.report }

// Encode writes the model as indented JSON.
func (m *Model) Encode() ([]byte, error) {
	f := modelFile{
		Format: modelFormat, Print: PrintVersion, Bias: m.weights[features], Weights: make(map[string]float64),
		Training: m.report,
	}
	for i, n := range featureWords {
		f.Weights[n] = m.weights[i]
	}
	out, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode model of counterparts: %w", err)
	}
	return append(out, '\n'), nil
}

// DecodeModel reads what Encode wrote. A missing or unknown weight, or another version of the prints, is ErrModel.
func DecodeModel(data []byte) (*Model, error) {
	var f modelFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if f.Format != modelFormat || f.Print != PrintVersion {
		return nil, fmt.Errorf("%w: format %d, print %d; want %d and %d", ErrModel, f.Format, f.Print, modelFormat, PrintVersion)
	}
	m := &Model{report: f.Training}
	m.weights[features] = f.Bias
	for i, n := range featureWords {
		w, ok := f.Weights[n]
		if !ok {
			return nil, fmt.Errorf("%w: no weight for %q", ErrModel, n)
		}
		m.weights[i] = w
	}
	for _, w := range m.weights {
		if math.IsNaN(w) || math.Abs(w) > 1e6 {
			return nil, fmt.Errorf("%w: weight %v", ErrModel, w)
		}
	}
	if len(f.Weights) != features {
		return nil, fmt.Errorf("%w: %d weights, want %d", ErrModel, len(f.Weights), features)
	}
	return m, nil
}
