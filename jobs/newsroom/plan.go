package newsroom

import (
	"strconv"
	"time"

	"github.com/samestory/samestory/cluster"
)

// form is what kind of story a plan becomes.
type form uint8

const (
	report form = iota
	edition
	roundUp
	livePage
)

// plan is a story before it is written. A copy holds its origin instead of a text: every text can be written again
// from its seed, which is what keeps the memory of a newsroom small.
type plan struct {
	form            form
	number          uint64
	publish, arrive time.Time
	outlet          *outlet
	what            *happening
	others          []*happening // of a round-up
	seed            uint64       // of the wording
	relation        cluster.Relation
	origin          *plan // nil unless a copy
	figure          int
	title           uint64 // seed of the headline: reprints keep that of their origin
	series          string
	precision       cluster.Precision
	bare            bool   // a headline without a text
	retitled        bool   // the second delivery of the same story
	was             uint64 // seed of the headline of the first delivery
}

func (p *plan) id() string {
	b := make([]byte, 0, 64)
	b = append(b, p.outlet.slug...)
	b = append(b, '-')
	b = p.publish.AppendFormat(b, "20060102")
	b = append(b, '-')
	return string(strconv.AppendUint(b, p.number, 36))
}

func (p *plan) base() *plan {
	if p.origin != nil {
		return p.origin
	}
	return p
}

// before is the order of arrival, total because numbers are unique but for second deliveries, which come later.
func before(a, b *plan) int {
	if c := a.arrive.Compare(b.arrive); c != 0 {
		return c
	}
	switch {
	case a.number < b.number:
		return -1
	case a.number > b.number:
		return 1
	default:
		return 0
	}
}
