package config

import "time"

// Retention says what the daemon gives up, and when; without an age and a size it gives up nothing.
type Retention struct {
	Age      AgeLimit  `toml:"age"`      // threads whose last story is older; empty: no bound
	Size     SizeLimit `toml:"size"`     // disk that the store may take; empty: no bound
	Schedule string    `toml:"schedule"` // cron spec
}

// Asked tells whether anything is to be given up at all.
func (r *Retention) Asked() bool { return r.Age.Duration.Duration > 0 || r.Size > 0 }

// AgeLimit is a Duration that may be empty, for none.
type AgeLimit struct{ Duration }

// UnmarshalText reads the written form.
func (a *AgeLimit) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = AgeLimit{}
		return nil
	}
	return a.Duration.UnmarshalText(text)
}

// MarshalText writes the form that UnmarshalText reads.
func (a AgeLimit) MarshalText() ([]byte, error) {
	if a.Duration.Duration == 0 {
		return nil, nil
	}
	return a.Duration.MarshalText()
}

// SizeLimit is a Size that may be empty, for none.
type SizeLimit Size

// UnmarshalText reads the written form.
func (s *SizeLimit) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = 0
		return nil
	}
	return (*Size)(s).UnmarshalText(text)
}

// MarshalText writes the form that UnmarshalText reads.
func (s SizeLimit) MarshalText() ([]byte, error) {
	if s == 0 {
		return nil, nil
	}
	return Size(s).MarshalText()
}

// The least bounds: a day's news is compared with what comes, and an empty store takes about a megabyte.
const (
	LeastAge  = 24 * time.Hour
	LeastSize = 4 << 20
)

// checkRetention reports what is wrong in the settings of retention.
func (p *problems) checkRetention(r *Retention, zone *time.Location) {
	p.cron("retention.schedule", r.Schedule, zone, false)
	if d := r.Age.Duration.Duration; d != 0 && (d < LeastAge || d > 200*366*24*time.Hour) {
		p.add("retention.age", `expected 1d or more, or "" for no bound`)
	}
	if r.Size != 0 && r.Size < LeastSize {
		p.add("retention.size", `expected 4MiB or more, or "" for no bound`)
	}
}
