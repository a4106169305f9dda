package jobs

import (
	"fmt"
	"time"
)

// Progress is what a job has done so far, for a person who waits. Counts never go back.
type Progress struct {
	Stage   string        // what is being done now: reading, clustering, settling
	Done    int64         // bytes of input read, compressed as they lie on disk
	Total   int64         // bytes of input in all; 0 where nobody knows (standard input)
	Stories int64         // stories taken in
	Elapsed time.Duration // since the job began
}

// Rate is stories a second since the job began.
func (p Progress) Rate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Stories) / p.Elapsed.Seconds()
}

// ETA is the time that the rest of the input takes at the rate so far; false where that cannot be said.
func (p Progress) ETA() (time.Duration, bool) {
	if p.Total <= 0 || p.Done <= 0 || p.Done >= p.Total || p.Elapsed < time.Second {
		return 0, false
	}
	rest := float64(p.Total-p.Done) / float64(p.Done)
	return time.Duration(float64(p.Elapsed) * rest).Round(time.Second), true
}

// Bar renders the progress in one line of at most width columns.
func (p Progress) Bar(width int) string {
	text := fmt.Sprintf("%s  %s stories  %s/s", p.Stage, thousands(p.Stories), thousands(int64(p.Rate())))
	if eta, ok := p.ETA(); ok {
		text += fmt.Sprintf("  %s left", eta)
	}
	if p.Total > 0 {
		share := min(1, float64(p.Done)/float64(p.Total))
		text = fmt.Sprintf("%3.0f%%  %s", 100*share, text)
		if cells := min(30, width-len(text)-4); cells >= 8 {
			full := int(share * float64(cells))
			bar := make([]byte, cells)
			for i := range bar {
				bar[i] = ' '
				if i < full {
					bar[i] = '='
				}
			}
			if full < cells {
				bar[full] = '>'
			}
			text = fmt.Sprintf("[%s] %s", bar, text)
		}
	}
	if len(text) > width {
		text = text[:width]
	}
	return text
}

func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
