package config

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The times of a daemon have bounds, and zero means something where it is allowed.
func TestDaemonTimes(t *testing.T) {
	for _, c := range []struct {
		key, value, problem string
	}{
		{"jitter", "0s", ""},
		{"jitter", "5m", ""},
		{"jitter", "2h", "expected 0s to 1h"},
		{"jitter", "-1s", "expected 0s to 1h"},
		{"check_for", "0s", ""},
		{"check_for", "1h", ""},
		{"check_for", "2h", "expected 0s to 1h"},
		{"stuck_after", "0s", ""},
		{"stuck_after", "30m", ""},
		{"stuck_after", "1s", "expected 1m to 7d, or 0s for never"},
		{"stuck_after", "8d", "expected 1m to 7d, or 0s for never"},
		{"stuck_after", "-1h", "expected 1m to 7d, or 0s for never"},
	} {
		_, err := Parse("c.toml", fmt.Appendf(nil, "[daemon]\n%s = %q\n", c.key, c.value))
		switch {
		case c.problem == "" && err != nil:
			t.Errorf("%s = %s: %v", c.key, c.value, err)
		case c.problem != "" && (err == nil || !strings.Contains(err.Error(), "c.toml:2: daemon."+c.key+": "+c.problem)):
			t.Errorf("%s = %s: %v, want %q", c.key, c.value, err, c.problem)
		}
	}
	if d := Default().Daemon; d.Jitter.Duration != 30*time.Second || d.StuckAfter.Duration != time.Hour {
		t.Errorf("defaults %s, %s", d.Jitter, d.StuckAfter)
	}
}
