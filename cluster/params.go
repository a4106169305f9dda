package cluster

import (
	"fmt"
	"runtime"
	"time"

	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
)

// Params are the settings of the engine that a user may turn. Everything that was measured rather than chosen is a
// constant beside the code that it steers.
type Params struct {
	// Granularity is the threshold at which two event clusters merge, 0.3 (coarse) to 0.8 (fine). Default 0.5.
	Granularity float64
	// Window is the longest gap between two stories that may share a group or an event. Default 90 days. A story that
	// is further away from every member never joins, however similar.
	Window time.Duration
	// Index picks the candidate index for copies: "auto", "minhash-lsh" or "flat". Default "auto".
	Index string
	// Workers bounds the goroutines that compute features and scores. Default: the number of CPUs. The result does not
	// depend on it.
	Workers int
	// Model holds the weights of the event stage; nil means the shipped ones. Train makes others.
	Model *event.Model
	// Languages holds the weights by which events of different languages are linked; nil means the shipped ones.
	// TrainLanguages makes others.
	Languages *happening.Model
	// Threads holds the weights by which events are follow-ups; nil means the shipped ones. TrainThreads makes others.
	Threads *thread.Model
}

// DefaultParams are the settings that every published figure was measured with.
func DefaultParams() Params {
	return Params{Granularity: 0.5, Window: 90 * 24 * time.Hour, Index: "auto", Workers: runtime.GOMAXPROCS(0)}
}

// Validate names the first setting that is out of range.
func (p Params) Validate() error {
	switch {
	case p.Granularity < 0.3 || p.Granularity > 0.8:
		return fmt.Errorf("granularity %g is outside 0.3 to 0.8", p.Granularity)
	case p.Window < 24*time.Hour || p.Window > 3660*24*time.Hour:
		return fmt.Errorf("window %s is outside 1 to 3660 days", p.Window)
	case p.Index != "auto" && p.Index != "minhash-lsh" && p.Index != "flat":
		return fmt.Errorf("index %q is not one of auto, minhash-lsh, flat", p.Index)
	case p.Workers < 1:
		return fmt.Errorf("workers %d is less than 1", p.Workers)
	}
	return nil
}
