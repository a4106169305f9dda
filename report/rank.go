package report

import (
	"math"
	"slices"
	"sort"
	"time"
)

// This file is the one place of the formulas of docs/RANKING.md. They are functions of what is in an event or thread and
// of the moment that is asked for; none of them asks for a least size.

// freshnessAge is how long after its last story an event is worth half: a day, the rhythm of a news desk.
const freshnessAge = 24 * time.Hour

// copyWeight is what a copy counts of an independent source: a reprint shows that an outlet found the event worth its
// space, and adds no report.
const copyWeight = 0.25

const (
	// velocityHalf is how long ago a report was that counts half for the velocity: a quarter of a day follows the shifts of
	// a desk and not the minute.
	velocityHalf = 6 * time.Hour
	// trendWindow is what is compared, trendBase what it is compared with.
	trendWindow = 24 * time.Hour
	trendBase   = 14 * 24 * time.Hour
	// The half-lives of settledness: three gaps between reports, but no less and no more than this.
	settleGaps  = 3
	settleLeast = 3 * time.Hour
	settleMost  = 24 * time.Hour
)

// ImportanceOf ranks events and threads:
//
//	importance = log2(1 + sources + copies/4) × 24 h / (24 h + age)
//
// where age is the time since the last story. One source reporting right now is 1. No size is too small to be ranked.
// The decay is slow at the far end on purpose: in an archive, where a day more or less means nothing, the number of
// sources decides. Diversity is no part of it: a further report of the same outlet would make an event less important.
func ImportanceOf(sources, copies int, age time.Duration) float64 {
	return importance(weightOf(sources, copies), age)
}

// weightOf is the part of the importance that does not depend on the time.
func weightOf(sources, copies int) float64 {
	return math.Log2(1 + float64(sources) + copyWeight*float64(copies))
}

func importance(weight float64, age time.Duration) float64 {
	freshness := float64(freshnessAge) / (float64(freshnessAge) + float64(max(age, 0)))
	return math.Round(weight*freshness*1e6) / 1e6
}

// DiversityOf is the effective number of voices: exp of the entropy of the reports over those who made them, given as
// the number of reports of each. It is 0 without a report, n where n voices have equal shares, and close to 1 where nearly
// all comes from one.
func DiversityOf(reports []int) float64 {
	total, sum := 0, 0.0
	for _, n := range reports {
		if n > 0 {
			total += n
			sum += float64(n) * math.Log(float64(n))
		}
	}
	if total == 0 {
		return 0
	}
	return round(math.Exp(math.Log(float64(total)) - sum/float64(total)))
}

// VelocityOf is how fast reports come in, in reports an hour: an average in which a report of six hours ago counts half of
// one of now. Reports that come evenly at a rate give that rate. times are seconds of Unix time in order; what is later
// than now counts as of now.
func VelocityOf(times []int64, now time.Time) float64 {
	const forgotten = 30 // half-lives: no digit that is shown
	sum := 0.0
	for _, t := range slices.Backward(times) {
		age := max(now.Unix()-t, 0)
		halves := float64(age) / velocityHalf.Seconds()
		if halves > forgotten {
			break
		}
		sum += math.Exp2(-halves)
	}
	return round(sum * math.Ln2 / velocityHalf.Hours())
}

// TrendOf is how much more is reported than was usual: (n - e) / √e, where n is the number of reports of the last 24 hours
// and e the mean number in 24 hours of the 14 days before them, at least 1. It is 0 at the usual rate, and also for one
// report of something new; -1 and less where nothing has come. times are as for VelocityOf.
func TrendOf(times []int64, now time.Time) float64 {
	from := sinceIndex(times, now.Add(-trendWindow))
	base := from - sinceIndex(times, now.Add(-trendWindow-trendBase))
	return trend(len(times)-from, base)
}

func trend(reports, base int) float64 {
	usual := max(1, float64(base)*float64(trendWindow)/float64(trendBase))
	return round((float64(reports) - usual) / math.Sqrt(usual))
}

// sinceIndex is the index of the first time after a moment.
func sinceIndex(times []int64, t time.Time) int {
	return sort.Search(len(times), func(i int) bool { return times[i] > t.Unix() })
}

// SettlednessOf tells how far it is to be expected that no further report comes, from 0 to 1: 1 - 2^(-quiet/h), where quiet
// is the time since the last report, and h three times the mean time between two reports, at least three hours and at most
// a day; a day for a single report. times are as for VelocityOf.
func SettlednessOf(times []int64, now time.Time) float64 {
	n := len(times)
	if n == 0 {
		return 1
	}
	half := settleMost.Seconds()
	if n > 1 {
		gap := float64(times[n-1]-times[0]) / float64(n-1)
		half = min(max(settleGaps*gap, settleLeast.Seconds()), half)
	}
	quiet := float64(max(now.Unix()-times[n-1], 0))
	return round(1 - math.Exp2(-quiet/half))
}

// round keeps four decimals: what is beyond them is noise, and would make outputs of different machines differ.
func round(f float64) float64 { return math.Round(f*1e4) / 1e4 }
