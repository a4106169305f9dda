package jobs

import (
	"errors"
	"fmt"
	"time"
)

// ErrFar reports a question about a time whose stories do not fit into memory beside those that the jobs work with.
var ErrFar = errors.New("too far from the stories that are being worked with")

// Window is the longest gap between stories that may be together.
func (d *Desk) Window() time.Duration { return d.params.Window }

// Near fails with ErrFar where more stories would have to become resident than the desk is for, to answer a question about
// a story of that time. Questions come from outside, and may be about any time; jobs go where the stories are.
func (d *Desk) Near(at time.Time) error {
	small, err := d.small()
	if small || err != nil {
		return err
	}
	need := interval{at.Add(-d.params.Window), at.Add(d.params.Window)}
	missing := []interval{need}
	if !d.loaded.empty() {
		missing = missing[:0]
		if need.from.Before(d.loaded.from) {
			missing = append(missing, interval{need.from, d.loaded.from})
		}
		if need.to.After(d.loaded.to) {
			missing = append(missing, interval{d.loaded.to, need.to})
		}
	}
	view := d.view()
	defer view.Close()
	stories := d.engine.Len()
	for _, m := range missing {
		for head, err := range view.EventHeads(m.from, m.to) {
			if err != nil {
				return fmt.Errorf("count stories: %w", err)
			}
			if stories += head.Stories; stories > d.limit {
				return ErrFar
			}
		}
	}
	return nil
}
