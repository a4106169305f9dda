package jobs

import (
	"testing"
	"time"
)

func TestBar(t *testing.T) {
	for _, c := range []struct {
		name  string
		p     Progress
		width int
		want  string
	}{
		{
			"half of a file",
			Progress{Stage: "reading", Done: 50, Total: 100, Stories: 12_000, Elapsed: 6 * time.Second},
			90,
			"[===============>              ]  50%  reading  12,000 stories  2,000/s  6s left",
		},
		{
			"narrow",
			Progress{Stage: "reading", Done: 50, Total: 100, Stories: 12_000, Elapsed: 6 * time.Second},
			40,
			" 50%  reading  12,000 stories  2,000/s  ",
		},
		{
			"a pipe has no end",
			Progress{Stage: "reading", Stories: 950, Elapsed: time.Second},
			80,
			"reading  950 stories  950/s",
		},
		{
			"too early to say",
			Progress{Stage: "reading", Done: 1, Total: 100, Elapsed: 10 * time.Millisecond},
			60,
			"[>                          ]   1%  reading  0 stories  0/s",
		},
		{
			"all read",
			Progress{Stage: "clustering", Done: 100, Total: 100, Stories: 7, Elapsed: 2 * time.Second},
			60,
			"[========================] 100%  clustering  7 stories  3/s",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.p.Bar(c.width); got != c.want {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
			if got := c.p.Bar(c.width); len(got) > c.width {
				t.Errorf("%d columns, %d allowed", len(got), c.width)
			}
		})
	}
}
