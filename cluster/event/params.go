package event

import (
	"errors"
	"fmt"
	"time"
)

// ErrParams reports parameters out of range.
var ErrParams = errors.New("event parameters out of range")

// Params are the settings of a Clusterer that change its results. Everything else is in the Model.
type Params struct {
	// Granularity is how alike reports of one event have to be, 0..1: lower joins more. .5 is what the model is calibrated
	// for; .3 to .8 is useful. Model.threshold makes the link of it at which clusters join.
	Granularity float64
	// Window is how far apart two dated stories may be and still be compared.
	Window time.Duration
}

// DefaultParams returns the settings that all published figures are measured with.
func DefaultParams() Params {
	return Params{Granularity: .5, Window: 90 * 24 * time.Hour}
}

func (p Params) check() error {
	if !(p.Granularity > 0 && p.Granularity < 1) {
		return fmt.Errorf("%w: granularity %v is not between 0 and 1", ErrParams, p.Granularity)
	}
	if p.Window < time.Hour {
		return fmt.Errorf("%w: window %v is shorter than an hour", ErrParams, p.Window)
	}
	return nil
}
