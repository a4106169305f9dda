package event

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

// ErrModel reports a model file that does not fit this featuriser.
var ErrModel = errors.New("not a model for this featuriser")

// Model holds the learned weights of the three linear models and the constants of linkage. It is immutable.
type Model struct {
	pair      [pairFeatures]float64
	context   lens // sees neighbourhoods by the pair model
	review    lens // sees neighbourhoods by the context model
	sharpness float64
	density   float64
	join      float64 // the mean link at which two clusters join where Params.Granularity is .5
	lone      lone    // what a story alone is asked for in place of it
	report    Report
}

// threshold is the mean link at which two clusters join.
func (m *Model) threshold(granularity float64) float64 {
	return math.Pow(granularity, math.Log(m.join)/math.Log(.5))
}

// modelFile is the JSON form.
type modelFile struct {
	Format     int                `json:"format"`
	Featuriser int                `json:"featuriser"`
	Sharpness  float64            `json:"sharpness"`
	Density    float64            `json:"density"`
	Join       float64            `json:"join"`
	Lone       *loneFile          `json:"lone,omitempty"`
	Pair       map[string]float64 `json:"pair"`
	Context    map[string]float64 `json:"context"`
	Review     map[string]float64 `json:"review"`
	Training   Report             `json:"training"`
}

// loneFile is the JSON form of lone.
type loneFile struct {
	Favour float64 `json:"favour"`
	Offset float64 `json:"share_offset"`
	Slope  float64 `json:"share_slope"`
}

// modelFormat 3: what a story alone is asked for. Weights of format 2 know no difference and join as they did: few
// features of the neighbourhoods, a base rate, and the link at which clusters join.
const (
	modelFormat      = 3
	modelFormatPlain = 2
)

// maxFavour is the favour at which a lone story would need less than the bound of components, exp(-maxFavour) of the
// threshold, so that more of it could only keep clusters apart.
const maxFavour = .5

// DefaultModel returns the shipped model.
func DefaultModel() (*Model, error) { return DecodeModel(defaultModel) }

// Report returns how the model was trained.
func (m *Model) Report() Report { return m.report }

// Encode writes the model as indented JSON.
func (m *Model) Encode() ([]byte, error) {
	f := modelFile{
		Format: modelFormat, Featuriser: FeaturesVersion, Sharpness: m.sharpness, Density: m.density, Join: m.join,
		Lone: &loneFile{m.lone.favour, m.lone.offset, m.lone.slope}, Pair: map[string]float64{}, Context: map[string]float64{}, Review: map[string]float64{}, Training: m.report,
	}
	for i, n := range pairNames {
		f.Pair[n] = m.pair[i]
	}
	for i, n := range contextNames {
		f.Context[n], f.Review[n] = m.context[i], m.review[i]
	}
	out, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode model: %w", err)
	}
	return append(out, '\n'), nil
}

// DecodeModel reads what Encode wrote. A missing or unknown weight, or another featuriser, is ErrModel: a model only
// means something with the features that it was trained on.
func DecodeModel(data []byte) (*Model, error) {
	var f modelFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if f.Format != modelFormat && f.Format != modelFormatPlain || f.Featuriser != FeaturesVersion {
		return nil, fmt.Errorf("%w: format %d, featuriser %d; want %d and %d", ErrModel, f.Format, f.Featuriser, modelFormat, FeaturesVersion)
	}
	if !(f.Sharpness > 0) || !(f.Density >= 0) || f.Sharpness > 100 || f.Density > 10 {
		return nil, fmt.Errorf("%w: sharpness %v, density %v", ErrModel, f.Sharpness, f.Density)
	}
	if !(f.Join > 0 && f.Join < 1) {
		return nil, fmt.Errorf("%w: clusters join at a link of %v", ErrModel, f.Join)
	}
	if (f.Lone != nil) != (f.Format == modelFormat) {
		return nil, fmt.Errorf("%w: format %d, and what a story alone is asked for: %t", ErrModel, f.Format, f.Lone != nil)
	}
	m := &Model{sharpness: f.Sharpness, density: f.Density, join: f.Join, report: f.Training}
	if f.Lone != nil {
		m.lone = lone{f.Lone.Favour, f.Lone.Offset, f.Lone.Slope}
		if err := m.lone.check(); err != nil {
			return nil, err
		}
	}
	if err := fillWeights(m.pair[:], pairNames[:], f.Pair); err != nil {
		return nil, fmt.Errorf("%w: pair: %w", ErrModel, err)
	}
	for name, part := range map[string]struct {
		to   *lens
		from map[string]float64
	}{"context": {&m.context, f.Context}, "review": {&m.review, f.Review}} {
		if err := fillWeights(part.to[:], contextNames[:], part.from); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrModel, name, err)
		}
	}
	return m, nil
}

func fillWeights(dst []float64, names []string, from map[string]float64) error {
	for i, n := range names {
		w, ok := from[n]
		if !ok {
			return fmt.Errorf("no weight for %q", n)
		}
		if math.IsNaN(w) || math.Abs(w) > 1e6 {
			return fmt.Errorf("weight %v for %q", w, n)
		}
		dst[i] = w
	}
	if len(from) != len(names) {
		return fmt.Errorf("%d weights, want %d", len(from), len(names))
	}
	return nil
}
