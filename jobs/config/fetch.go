package config

import (
	"fmt"
	"math"
	"time"

	"github.com/samestory/samestory/jobs/source/fetch"
)

// Fetch steers the client that asks feeds and pages, see package fetch.
type Fetch struct {
	Timeout    Duration `toml:"timeout"`
	Body       Size     `toml:"body"`       // of a feed, decompressed
	Rate       float64  `toml:"rate"`       // requests a second to a host; 0: any number
	Burst      int      `toml:"burst"`      // requests to a host that are free of the rate after a rest
	Concurrent int      `toml:"concurrent"` // requests to a host at a time
	UserAgent  string   `toml:"user_agent"` // empty: samestory's own
	Proxy      string   `toml:"proxy"`      // address of one, "environment", or empty for none
	// AllowPrivate are addresses of this machine and its networks that may be asked nevertheless.
	AllowPrivate []string `toml:"allow_private"`
}

func defaultFetch() Fetch {
	o := fetch.DefaultOptions("")
	return Fetch{Timeout: Duration{o.Timeout}, Body: Size(o.MaxBody), Rate: o.Rate, Burst: o.Burst, Concurrent: o.Concurrent}
}

func (p *problems) checkFetch(f *Fetch) {
	if d := f.Timeout.Duration; d < time.Second || d > 10*time.Minute {
		p.add("fetch.timeout", "expected 1s to 10m")
	}
	if f.Body < 1<<10 || f.Body > 1<<30 {
		p.add("fetch.body", "expected 1KiB to 1GiB")
	}
	if math.IsNaN(f.Rate) || f.Rate != 0 && f.Rate < 0.001 || f.Rate > 10_000 {
		p.add("fetch.rate", "expected 0.001 to 10000 requests a second, or 0 for any number")
	}
	if f.Burst < 1 || f.Burst > 1000 {
		p.add("fetch.burst", "expected 1 to 1000")
	}
	if f.Concurrent < 1 || f.Concurrent > 100 {
		p.add("fetch.concurrent", "expected 1 to 100")
	}
	if err := fetch.CheckUserAgent(f.UserAgent); err != nil {
		p.add("fetch.user_agent", "%v", err)
	}
	if err := fetch.CheckProxy(f.Proxy); err != nil {
		p.add("fetch.proxy", "%v", err)
	}
	for i, text := range f.AllowPrivate {
		if err := fetch.CheckAllowPrivate(text); err != nil {
			p.add(fmt.Sprintf("fetch.allow_private[%d]", i), "%v", err)
		}
	}
}

// FetchOptions are the settings of the client of all sources. version is the program's.
func (c *Config) FetchOptions(version string) fetch.Options {
	o, f := fetch.DefaultOptions(version), &c.Fetch
	o.Timeout, o.Connect = f.Timeout.Duration, min(o.Connect, f.Timeout.Duration)
	o.MaxBody = int64(f.Body)
	o.Rate, o.Burst, o.Concurrent = f.Rate, f.Burst, f.Concurrent
	if f.UserAgent != "" {
		o.UserAgent = f.UserAgent
	}
	o.Proxy, o.AllowPrivate = f.Proxy, f.AllowPrivate
	return o
}
