package newsroom

import (
	"iter"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
)

// Generate returns the stories of a synthetic newsroom in order of arrival, exactly opts.Stories of them. It writes
// each story when it is asked for; what it keeps is the plan of the days ahead, some hundred bytes a story.
//
// Times are spread over the days with quiet nights and weekends. A story's Arrived is set, and Published is what the
// outlet says, at its Precision: zero where it says nothing. Options that Validate rejects are ignored, each by itself.
func Generate(opts Options) iter.Seq[Labelled] {
	opts = opts.withDefaults()
	return func(yield func(Labelled) bool) {
		if opts.Stories > 0 {
			newNewsroom(opts).run(yield)
		}
	}
}

// newsroom is the state of one run of the generator.
type newsroom struct {
	opts   Options
	world  *world
	desks  []*desk
	r      rng
	writer writer

	hours      [][]*plan // by hour of arrival
	happenings int
	numbers    uint64
	recent     []*happening // a ring of events with several reports, for the round-ups
	series     []*recurring

	// What was planned within the time of the newsroom, to steer towards the shares of the mix.
	planned, copies, followUps, live int
}

func newNewsroom(opts Options) *newsroom {
	n := &newsroom{opts: opts, world: newWorld(opts.Seed, opts.Stories), r: newRNG(opts.Seed, 5)}
	n.desks = newDesks(&n.opts, n.world)
	n.hours = make([][]*plan, opts.Days*24)
	n.writer.size = opts.TextBytes
	n.foundSeries()
	return n
}

// How much arrives on each day from Sunday on, and in each hour: 'a' is nothing, 'b' is one part.
const (
	weekdays = "gkkkkjg"
	daytime  = "cbbbcehjkklkjklmmljihgfd"
)

func (n *newsroom) run(yield func(Labelled) bool) {
	var all, upTo int
	for h := range n.hours {
		all += n.weight(h)
	}
	delivered := 0
	for h := range n.hours {
		upTo += n.weight(h)
		target := n.opts.Stories * upTo / all
		n.startHour(h)
		for delivered+len(n.hours[h]) < target {
			n.startEvent(h)
		}
		plans := n.hours[h]
		n.hours[h] = nil
		slices.SortFunc(plans, before)
		for _, p := range plans {
			if delivered == n.opts.Stories {
				return
			}
			delivered++
			if !yield(n.story(p)) {
				return
			}
		}
	}
}

func (n *newsroom) weight(hour int) int {
	day := n.hour(hour)
	return int(weekdays[day.Weekday()]-'a') * int(daytime[day.Hour()]-'a')
}

func (n *newsroom) hour(h int) time.Time { return n.opts.Start.Add(time.Duration(h) * time.Hour) }

// plan puts a story on the schedule. It reports whether the story arrives within the time of the newsroom: what would
// come later is dropped.
func (n *newsroom) plan(p *plan) bool {
	h := int(p.arrive.Sub(n.opts.Start) / time.Hour)
	if h < 0 || h >= len(n.hours) {
		return false
	}
	n.hours[h] = append(n.hours[h], p)
	n.planned++
	return true
}

// wanting reports whether a phenomenon is behind its share.
func (n *newsroom) wanting(have int, share float64) bool {
	return float64(have) < share*float64(n.planned)
}

// story writes a plan down.
func (n *newsroom) story(p *plan) Labelled {
	id := p.id()
	l := Labelled{
		Story: cluster.Story{
			ID: id, URL: "https://" + p.outlet.domain + p.publish.Format("/2006/01/02/") + id,
			Source: p.outlet.name, Lang: p.outlet.lex.lang,
			Published: p.publish, Precision: p.precision, Arrived: p.arrive,
		},
		Event: p.what.event, Duplicates: p.base().id(), Thread: p.what.thread, Series: p.series,
		Relation: p.relation.String(),
	}
	switch p.precision {
	case cluster.Day:
		l.Published = p.publish.Truncate(24 * time.Hour)
	case cluster.Arrival:
		l.Published = time.Time{}
	}
	if p.retitled || p.form == livePage || p.relation == cluster.Update {
		l.Updated = p.arrive
	}
	l.Title, l.Text, l.Author = n.writer.write(p)
	return l
}
