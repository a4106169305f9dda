package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/samestory/samestory/store"
)

// Status is where an endpoint stands.
type Status struct {
	Name        string       `json:"name"`
	Host        string       `json:"host"`       // of its address; empty for one that is not configured any more
	Configured  bool         `json:"configured"` // false: only the store remembers it
	Started     bool         `json:"started"`    // false: no daemon has worked for it yet
	Disabled    string       `json:"disabled"`   // why it gets nothing; empty where it does
	Cursor      uint64       `json:"cursor"`
	Lag         uint64       `json:"lag"` // entries behind the cursor, wanted or not
	Pending     *Pending     `json:"pending"`
	Failures    int          `json:"failures"` // in a row
	Deliveries  uint64       `json:"deliveries"`
	Delivered   uint64       `json:"delivered"` // entries
	LastSuccess *time.Time   `json:"last_success"`
	LastFailure *time.Time   `json:"last_failure"`
	LastError   string       `json:"last_error"`
	Dead        []DeadLetter `json:"dead_letters"`
	DeadDropped int          `json:"dead_letters_dropped"`
	DeadEntries int          `json:"dead_entries"` // in the dead letters that are kept
}

// Pending is a delivery under way.
type Pending struct {
	ID       string     `json:"id"`
	Entries  int        `json:"entries"`
	Attempts int        `json:"attempts"`
	Next     *time.Time `json:"next"` // no attempt before; nil: at once
}

// Records is a View that lists the cursors; *store.Snapshot is one.
type Records interface {
	View
	Cursors() ([]store.Cursor, error)
}

// Statuses reads where the endpoints stand, in the order of the config, and then those that only the store remembers. Of
// an endpoint it needs name and address.
func Statuses(v Records, endpoints []Endpoint) ([]Status, error) {
	last, err := v.LastChange()
	if err != nil {
		return nil, err
	}
	all := []Status{}
	for _, e := range endpoints {
		s := Status{Name: e.Name, Host: Host(e.URL), Configured: true, Dead: []DeadLetter{}}
		data, err := v.Cursor(cursorName(e.Name))
		if err != nil {
			return nil, err
		}
		if data != nil {
			if err := s.read(data, last); err != nil {
				return nil, fmt.Errorf("webhook %s: %w", e.Name, err)
			}
		}
		all = append(all, s)
	}
	cursors, err := v.Cursors()
	if err != nil {
		return nil, err
	}
	for _, c := range cursors {
		name, ok := endpointOf(c.Source)
		if !ok || slices.ContainsFunc(endpoints, func(e Endpoint) bool { return e.Name == name }) {
			continue
		}
		s := Status{Name: name}
		if err := s.read(c.Data, last); err != nil {
			return nil, fmt.Errorf("webhook %s: %w", name, err)
		}
		all = append(all, s)
	}
	return all, nil
}

func (s *Status) read(data []byte, last uint64) error {
	st, err := decodeState(data)
	if err != nil {
		return err
	}
	s.Started, s.Disabled, s.Cursor, s.Failures = true, st.Disabled, st.Cursor, st.Failures
	s.Lag = last - min(st.Cursor, last)
	s.Deliveries, s.Delivered, s.LastError = st.Deliveries, st.Delivered, st.LastError
	s.LastSuccess, s.LastFailure = known(st.LastSuccess), known(st.LastFailure)
	s.Dead, s.DeadDropped = append([]DeadLetter{}, st.Dead...), st.Dropped
	for _, d := range s.Dead {
		s.DeadEntries += len(d.Seqs)
	}
	if p := st.Pending; p != nil {
		s.Pending = &Pending{ID: p.ID, Entries: len(p.Seqs), Attempts: p.Attempts, Next: known(st.Next)}
	}
	return nil
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Errors of Retry.
var (
	ErrNotStarted = errors.New("no daemon has worked for this webhook yet")
	ErrNoLetter   = errors.New("no dead letter has this entry")
)

// Retried is what became of a dead letter that was sent again.
type Retried struct {
	ID      string `json:"id"`
	Entries int    `json:"entries"`
	Error   string `json:"error"` // empty: delivered
}

// Retry sends the dead letters of an endpoint again, under their ids, or with seq only the one that has this entry. What
// is delivered is no dead letter any more. It enables an endpoint that was disabled, and lets the delivery under way be
// tried at once when a Runner starts. It stops after three failures in a row: the endpoint does not work then.
func Retry(ctx context.Context, e Endpoint, o Options, seq uint64) (done []Retried, err error) {
	o.fill()
	if err := e.check(); err != nil {
		return nil, err
	}
	c := newCourier(e, &o)
	v := o.View()
	defer v.Close()
	data, err := v.Cursor(cursorName(e.Name))
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, ErrNotStarted
	}
	if c.state, err = decodeState(data); err != nil {
		return nil, err
	}
	if c.reached, err = loadReached(v, e.Name, c.state.ReachedCount); err != nil {
		return nil, err
	}
	s := &c.state
	s.Disabled, s.Next, s.Failures, s.FailingSince = "", time.Time{}, 0, time.Time{}
	if s.Pending != nil {
		s.Pending.Refused = 0
	}
	if seq > 0 && !slices.ContainsFunc(s.Dead, func(d DeadLetter) bool { return slices.Contains(d.Seqs, seq) }) {
		return nil, fmt.Errorf("%w: %d", ErrNoLetter, seq)
	}
	done = []Retried{}
	var left []DeadLetter
	failures := 0
	for i, d := range s.Dead {
		if seq > 0 && !slices.Contains(d.Seqs, seq) {
			left = append(left, d)
			continue
		}
		if failures == 3 || ctx.Err() != nil {
			left = append(left, s.Dead[i:]...)
			break
		}
		a := answer{verdict: failed}
		if data, err := again(v, e.Name, &d, o.Clock()); err != nil {
			a.reason = clip(err.Error()) // says nothing of the other letters
		} else {
			a = send(ctx, c.client, &e, d.ID, d.Attempts+1, data, o.Clock)
		}
		if a.verdict != delivered && ctx.Err() != nil {
			left = append(left, s.Dead[i:]...)
			break
		}
		done = append(done, Retried{ID: d.ID, Entries: len(d.Seqs), Error: a.reason})
		now := o.Clock().UTC()
		if a.verdict == delivered {
			failures = 0
			s.Deliveries++
			s.Delivered += uint64(len(d.Seqs))
			s.LastSuccess = now
			continue
		}
		failures++
		d.At, d.Reason = now, a.reason
		d.Attempts++
		s.LastFailure, s.LastError = now, a.reason
		left = append(left, d)
	}
	s.Dead = left
	return done, errors.Join(c.save(context.WithoutCancel(ctx)), ctx.Err())
}

// Test sends a signed delivery without entries, once. The error says why it did not arrive.
func Test(ctx context.Context, e Endpoint, o Options) (id string, err error) {
	o.fill()
	if err := e.check(); err != nil {
		return "", err
	}
	now := o.Clock().UTC()
	id = fmt.Sprintf("%s:test:%x", e.Name, now.UnixMilli())
	data, err := json.Marshal(Body{
		Version: bodyVersion, Type: typeTest, ID: id, Endpoint: e.Name, Made: now.Truncate(time.Second), Entries: []json.RawMessage{},
	})
	if err != nil {
		return id, err
	}
	if a := send(ctx, client(o.Transport), &e, id, 1, data, o.Clock); a.verdict != delivered {
		return id, errors.New(a.reason)
	}
	return id, nil
}
