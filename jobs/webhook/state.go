package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// stateVersion is that of the record of an endpoint.
const stateVersion = 1

// MaxDead is how many dead letters are kept of one endpoint. The oldest give way; they are counted.
const MaxDead = 1000

// state is the record of one endpoint, kept among the cursors of the store.
type state struct {
	Version int `json:"version"`
	// Cursor is the last sequence number that is dealt with: delivered, buried or not wanted.
	Cursor  uint64  `json:"cursor"`
	Pending *pinned `json:"pending,omitempty"`

	Failures     int       `json:"failures,omitempty"` // in a row
	FailingSince time.Time `json:"failing_since,omitzero"`
	Next         time.Time `json:"next,omitzero"` // no attempt before
	Disabled     string    `json:"disabled,omitempty"`

	Deliveries  uint64    `json:"deliveries,omitempty"`
	Delivered   uint64    `json:"delivered,omitempty"` // entries
	LastSuccess time.Time `json:"last_success,omitzero"`
	LastFailure time.Time `json:"last_failure,omitzero"`
	LastError   string    `json:"last_error,omitempty"`

	Dead    []DeadLetter `json:"dead,omitempty"` // in the order in which they were buried
	Dropped int          `json:"dropped,omitempty"`

	// ReachedOf is the number of sources that the rows of reached events are about, ReachedCount how many events they hold.
	ReachedOf    int `json:"reached_of,omitempty"`
	ReachedCount int `json:"reached_count,omitempty"`
}

// pinned is a delivery that has been made and is not answered yet.
type pinned struct {
	ID       string    `json:"id"`
	Through  uint64    `json:"through"` // the cursor when it is done with
	Seqs     []uint64  `json:"seqs"`
	Sources  int       `json:"sources,omitempty"` // that their events have reached
	Youngest time.Time `json:"youngest"`          // time of the last entry
	Attempts int       `json:"attempts"`
	Refused  int       `json:"refused,omitempty"` // of the attempts
	Body     []byte    `json:"body"`
}

// DeadLetter is a delivery that was given up.
type DeadLetter struct {
	ID       string    `json:"id"`
	Seqs     []uint64  `json:"seqs"`
	Sources  int       `json:"sources,omitempty"` // that their events had reached
	At       time.Time `json:"at"`                // of the last attempt
	Attempts int       `json:"attempts"`
	Reason   string    `json:"reason"`
}

// cursorPrefix keeps the records of endpoints apart from the cursors of sources.
const cursorPrefix = "webhook:"

// cursorName is where the record of an endpoint is kept.
func cursorName(endpoint string) string { return cursorPrefix + endpoint }

// endpointOf is the name of the endpoint whose record a cursor is.
func endpointOf(cursor string) (name string, ok bool) {
	name, ok = strings.CutPrefix(cursor, cursorPrefix)
	return name, ok && CheckName(name) == nil
}

func (s *state) encode() ([]byte, error) {
	s.Version = stateVersion
	return json.Marshal(s)
}

func decodeState(data []byte) (state, error) {
	var s state
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("record of the endpoint: %w", err)
	}
	if s.Version != stateVersion {
		return s, fmt.Errorf("record of the endpoint has version %d, this program reads version %d", s.Version, stateVersion)
	}
	return s, nil
}

// bury gives the pending delivery up and goes on behind it.
func (s *state) bury(now time.Time, reason string) {
	p := s.Pending
	s.Dead = append(s.Dead, DeadLetter{
		ID: p.ID, Seqs: p.Seqs, Sources: p.Sources, At: now, Attempts: p.Attempts, Reason: reason,
	})
	if over := len(s.Dead) - MaxDead; over > 0 {
		s.Dead = append([]DeadLetter(nil), s.Dead[over:]...)
		s.Dropped += over
	}
	s.Cursor, s.Pending = p.Through, nil
}
