package report

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/zeebo/xxh3"
)

// ErrCursor reports a cursor that is none, or of another list.
var ErrCursor = errors.New("this cursor is not of this list")

// Cursor is the place between two pages of a list: the last element of a page, with what the figures and the window of the
// first page depend on, so that all pages are of one order.
type Cursor struct {
	Seq   uint64 // number of the journal entry up to which the first page was
	After Rank   // of the last element of the page before

	question     uint64 // hash of what is asked for
	now          time.Time
	since, until time.Time
}

const cursorVersion = 1

// cursorFixed is the length of a cursor without the id.
const cursorFixed = 1 + 7*8

// String writes a cursor in characters that need no escape in an address.
func (c *Cursor) String() string {
	b := make([]byte, 0, cursorFixed+len(c.After.ID))
	b = append(b, cursorVersion)
	for _, n := range []uint64{
		c.question, c.Seq, uint64(c.now.UnixNano()), nano(c.since), nano(c.until), math.Float64bits(c.After.Score), uint64(c.After.Last.Unix()),
	} {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return base64.RawURLEncoding.EncodeToString(append(b, c.After.ID...))
}

// noTime stands for no bound.
const noTime = uint64(1) << 63

func nano(t time.Time) uint64 {
	if t.IsZero() {
		return noTime
	}
	return uint64(t.UnixNano())
}

func ofNano(n uint64) time.Time {
	if n == noTime {
		return time.Time{}
	}
	return time.Unix(0, int64(n)).UTC()
}

// ReadCursor reads the cursor of a query for a list of one kind, and gives the query of the first page. Of a query without one
// it makes that of the first page, which has no place yet. Its error is ErrCursor.
func ReadCursor(kind string, q Query) (*Cursor, Query, error) {
	question := ask(kind, &q)
	if q.Cursor == "" {
		return &Cursor{question: question, now: q.Now, since: q.Since, until: q.Until}, q, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil || len(b) <= cursorFixed || b[0] != cursorVersion {
		return nil, q, fmt.Errorf("%w: it cannot be read", ErrCursor)
	}
	var n [7]uint64
	for i := range n {
		n[i] = binary.BigEndian.Uint64(b[1+8*i:])
	}
	c := &Cursor{question: n[0], Seq: n[1], now: time.Unix(0, int64(n[2])), since: ofNano(n[3]), until: ofNano(n[4])}
	c.After = Rank{Score: math.Float64frombits(n[5]), Last: time.Unix(int64(n[6]), 0).UTC(), ID: string(b[cursorFixed:])}
	if c.question != question {
		return nil, q, fmt.Errorf("%w: it asked for something else", ErrCursor)
	}
	q.Now, q.Since, q.Until = c.now.In(q.Now.Location()), c.since, c.until
	return c, q, nil
}

// ask hashes what has to be the same on all pages: all but the times, which move with the clock and are kept in the cursor,
// and how much is shown.
func ask(kind string, q *Query) uint64 {
	return xxh3.HashString(fmt.Sprintf("%q", []string{
		kind, string(q.sort()), q.Source, q.Family, q.Lang, q.Name, q.Text, fmt.Sprint(q.MinSources),
	}))
}
