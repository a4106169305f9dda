package newsroom

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options describe a synthetic newsroom. The zero value of every field but Stories has a useful meaning.
type Options struct {
	Seed      uint64
	Stories   int       // deliveries in all, retitled ones counted again; none if not positive
	Start     time.Time // midnight (UTC) of the first day; 2026-01-05, a Monday, if zero
	Days      int       // the time over which the stories spread; 14 if not positive
	Outlets   int       // 120 if not positive; at least four for each language
	TextBytes int       // mean size of a full report in UTF-8; 3,000 if not positive
	Languages []string  // from Languages; all if empty. Half of the outlets write in the first
	Mix       *Mix      // shares of the phenomena; DefaultMix if nil
}

// Mix says how often each phenomenon occurs, as a share of all stories from 0 to 1. The generator steers towards the
// shares of the first block; those of the second are drawn story by story. Small newsrooms meet them less exactly.
type Mix struct {
	Copies    float64 // stories that were copied from another one
	FollowUps float64 // reports of the later beats of a thread
	Series    float64 // editions of a series
	RoundUps  float64 // stories of five items about five events
	Live      float64 // live pages

	Headlines float64 // reports without a text
	Late      float64 // stories that arrive hours or days after they were published
	Retitled  float64 // stories that are delivered once more, under the same id with another headline
	DateOnly  float64 // stories with a date without a time
	Undated   float64 // stories without any date

	Largest int // independent reports of the largest event; 60 if not positive
}

// DefaultMix returns the mix of an ordinary newsroom: a quarter copies, most events reported once.
func DefaultMix() Mix {
	return Mix{
		Copies: .25, FollowUps: .12, Series: .04, RoundUps: .01, Live: .004,
		Headlines: .03, Late: .02, Retitled: .005, DateOnly: .03, Undated: .01,
		Largest: 60,
	}
}

// Languages returns the languages that the generator writes, as BCP 47 subtags.
func Languages() []string {
	var out []string
	for _, t := range tongues() {
		out = append(out, t.lang)
	}
	return out
}

func tongues() []*tongue {
	return []*tongue{english(), german(), french(), spanish(), chinese()}
}

// Validate names what Generate would have to ignore: a language that it does not write, or a share outside 0 to 1.
func (o *Options) Validate() error {
	known := Languages()
	for _, lang := range o.Languages {
		if !slices.Contains(known, lang) {
			return fmt.Errorf("newsroom: language %q is not one of %s", lang, strings.Join(known, ", "))
		}
	}
	if o.Mix == nil {
		return nil
	}
	m := o.Mix
	shares := []struct {
		name  string
		share float64
	}{
		{"copies", m.Copies},
		{"follow-ups", m.FollowUps},
		{"series", m.Series},
		{"round-ups", m.RoundUps},
		{"live", m.Live},
		{"headlines", m.Headlines},
		{"late", m.Late},
		{"retitled", m.Retitled},
		{"date-only", m.DateOnly},
		{"undated", m.Undated},
	}
	for _, s := range shares {
		if !(s.share >= 0 && s.share <= 1) {
			return fmt.Errorf("newsroom: share of %s is %v, want 0 to 1", s.name, s.share)
		}
	}
	if sum := m.Copies + m.FollowUps + m.Series + m.RoundUps + m.Live; sum > .9 {
		return fmt.Errorf("newsroom: copies, follow-ups, series, round-ups and live pages add up to %.2f, want at most 0.9", sum)
	}
	return nil
}

func (o Options) withDefaults() Options {
	if o.Start.IsZero() {
		o.Start = time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	}
	o.Start = o.Start.UTC().Truncate(24 * time.Hour)
	if o.Days <= 0 {
		o.Days = 14
	}
	if o.Outlets <= 0 {
		o.Outlets = 120
	}
	if o.TextBytes <= 0 {
		o.TextBytes = 3000
	}
	known := Languages()
	o.Languages = slices.DeleteFunc(slices.Clone(o.Languages), func(lang string) bool { return !slices.Contains(known, lang) })
	if len(o.Languages) == 0 {
		o.Languages = known
	}
	mix := DefaultMix()
	if o.Mix != nil {
		mix = *o.Mix
	}
	if mix.Largest <= 0 {
		mix.Largest = DefaultMix().Largest
	}
	o.Mix = &mix
	return o
}
