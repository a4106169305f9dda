package sim

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// kind is what an act does.
type kind string

const (
	news     kind = "news"    // what has arrived is written into the folders
	pushed   kind = "push"    // what has arrived is pushed
	restart  kind = "restart" // the daemon is stopped as it should be, and starts again after a while
	killed   kind = "killed"  // the daemon is gone without a word, wherever it stands
	crash    kind = "crash"   // as killed, at a step of what it writes
	clock    kind = "clock"   // the clock is set
	fullDisk kind = "disk"    // the disk is full for a while
	slowDisk kind = "slow"    // each step of what is written takes long, for a while
	panics   kind = "panic"   // a job panics
	rotate   kind = "rotate"  // the file that is written to gets another name and a new one begins
	sweep    kind = "sweep"   // files that were read long ago are deleted
	again    kind = "again"   // what was delivered before is delivered once more
	ill      kind = "feed"    // a server of a feed is in a mood for a while
	lookHard kind = "look"    // check of the store while the daemon runs
	rubbish  kind = "rubbish" // lines that are no stories
	torn     kind = "torn"    // a line is written in two parts
	order    kind = "order"   // an editor merges two events, or takes back what was merged
	reload   kind = "reload"  // the config is read again, with other times for ticks
)

// act is one thing that is done to the daemon.
type act struct {
	at    time.Duration // since the begin
	kind  kind
	lasts time.Duration // of a downtime, a full or slow disk; by how much a clock is set
	n     int           // of a crash: at which step from now; else a number to choose by
}

func (a act) String() string {
	s := string(a.kind)
	if a.lasts != 0 {
		s += " " + a.lasts.String()
	}
	if a.kind == crash {
		s += fmt.Sprintf(" at step %d", a.n)
	}
	return s
}

// How often, in days between two of a kind on the average.
var often = []struct {
	kind kind
	days float64
}{
	{restart, 4},
	{killed, 4},
	{crash, 2},
	{clock, 6},
	{fullDisk, 9},
	{slowDisk, 3},
	{panics, 8},
	{rotate, 2},
	{sweep, 7},
	{again, 5},
	{rubbish, 1},
	{torn, 1},
	{ill, .5},
	{lookHard, 10},
	{reload, 5},
	{order, 4},
}

// plan draws what happens within some days. No act falls on a whole minute, where jobs begin: which of the two comes first
// would be for the machine to say.
func plan(r *rand.Rand, days int) []act {
	span := time.Duration(days) * 24 * time.Hour
	moment := func() time.Duration {
		return within(r, span).Truncate(time.Minute) + 7*time.Second + within(r, 40*time.Second).Truncate(time.Millisecond)
	}
	var acts []act
	for at := moment() % time.Hour; at < span; at += 7*time.Minute + within(r, 2*time.Hour).Truncate(time.Minute) {
		acts = append(acts, act{at: at, kind: news})
		acts = append(acts, act{at: at + within(r, 25*time.Minute).Truncate(time.Millisecond), kind: pushed, n: r.IntN(1 << 20)})
	}
	for _, o := range often {
		n := int(float64(days)/o.days + r.Float64())
		for range n {
			a := act{at: moment(), kind: o.kind, n: r.IntN(1 << 20)}
			switch o.kind {
			case restart, killed:
				a.lasts = downtime(r)
			case crash:
				a.lasts, a.n = downtime(r), 1+r.IntN(60)
			case clock:
				// Forwards by days; backwards by less than a day, from where on dates in the future are not believed.
				a.lasts = []time.Duration{-20 * time.Hour, -time.Hour, -time.Minute, time.Second, time.Hour, 50 * time.Hour}[r.IntN(6)]
			case fullDisk:
				a.lasts = within(r, 6*time.Hour).Truncate(time.Second)
			case ill:
				a.lasts = time.Hour + within(r, 30*time.Hour).Truncate(time.Second)
			case slowDisk:
				a.lasts = within(r, 3*time.Hour).Truncate(time.Second)
			}
			acts = append(acts, a)
		}
	}
	slices.SortStableFunc(acts, func(a, b act) int { return cmp.Compare(a.at, b.at) })
	return acts
}

// downtime is mostly a moment, now and then a weekend.
func downtime(r *rand.Rand) time.Duration {
	if r.IntN(6) == 0 {
		return within(r, 50*time.Hour).Truncate(time.Second)
	}
	return within(r, 3*time.Minute).Truncate(time.Second)
}

// within draws a time below an upper end.
func within(r *rand.Rand, end time.Duration) time.Duration {
	return time.Duration(r.Int64N(int64(end)))
}
