package config

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/jobs/source"
)

// check reports every value that is out of range.
func (p *problems) check(c *Config) {
	if strings.TrimSpace(c.Store.Dir) == "" {
		p.add("store.dir", "expected a folder")
	}
	p.checkCluster(c)
	if c.Limits.Line < 1<<10 || c.Limits.Line > 1<<30 {
		p.add("limits.line", "expected 1KiB to 1GiB")
	}
	if c.Limits.Text < 1<<10 || c.Limits.Text > 1<<30 {
		p.add("limits.text", "expected 1KiB to 1GiB")
	}
	if c.Limits.Live < 1000 {
		p.add("limits.live", "expected at least 1000 stories")
	}
	zone := p.zone("daemon.zone", c.Daemon.Zone)
	p.cron("daemon.tick", c.Daemon.Tick, zone, false)
	p.cron("daemon.settle", c.Daemon.Settle, zone, true)
	p.cron("daemon.maintenance", c.Daemon.Maintenance, zone, true)
	if d := c.Daemon.CheckFor.Duration; d < 0 || d > time.Hour {
		p.add("daemon.check_for", "expected 0s to 1h")
	}
	if d := c.Daemon.StopAfter.Duration; d < time.Second || d > time.Hour {
		p.add("daemon.stop_after", "expected 1s to 1h")
	}
	if d := c.Daemon.Jitter.Duration; d < 0 || d > time.Hour {
		p.add("daemon.jitter", "expected 0s to 1h")
	}
	if d := c.Daemon.StuckAfter.Duration; d != 0 && d < time.Minute || d > 7*24*time.Hour {
		p.add("daemon.stuck_after", "expected 1m to 7d, or 0s for never")
	}
	p.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	p.oneOf("log.format", c.Log.Format, "text", "json")
	p.checkEmbeddings(&c.Embeddings)
	p.checkBackup(c, zone)
	p.checkHTTP(&c.HTTP)
	p.checkRetention(&c.Retention, zone)
	p.checkFetch(&c.Fetch)
	p.checkFeeds(&c.Feeds)
	p.cron("feeds.schedule", c.Feeds.Schedule, zone, false)
	hooks := map[string]int{}
	for i := range c.Webhooks {
		p.checkWebhook(&c.Webhooks[i], fmt.Sprintf("webhook[%d]", i), i, hooks)
	}
	names := map[string]int{}
	for i := range c.Sources {
		p.checkSource(c.Sources[i], fmt.Sprintf("source[%d]", i), i, names, zone)
	}
}

// checkCluster asks the engine's own validation about one setting at a time, so that each is told under its key.
func (p *problems) checkCluster(c *Config) {
	if c.Cluster.Workers < 0 || c.Cluster.Workers > 1024 {
		p.add("cluster.workers", "expected 0 to 1024")
	}
	if math.IsNaN(c.Cluster.Granularity) { // passes every comparison
		p.add("cluster.granularity", "expected a number")
	}
	d := Default()
	for _, one := range []struct {
		key string
		set func(*Cluster)
	}{
		{"cluster.granularity", func(k *Cluster) { k.Granularity = c.Cluster.Granularity }},
		{"cluster.window", func(k *Cluster) { k.Window = c.Cluster.Window }},
		{"cluster.index", func(k *Cluster) { k.Index = c.Cluster.Index }},
	} {
		trial := d
		one.set(&trial.Cluster)
		if err := trial.Cluster.params().Validate(); err != nil {
			p.add(one.key, "%v", err)
		}
	}
}

func (p *problems) checkSource(s Source, key string, i int, names map[string]int, zone *time.Location) {
	switch first, taken := names[s.Name]; {
	case strings.TrimSpace(s.Name) == "":
		p.add(key+".name", "a source needs a name")
	case taken:
		p.add(key+".name", "the name %q is taken by source[%d]", s.Name, first)
	default:
		names[s.Name] = i
	}
	p.checkOrigin(&s, key)
	p.zone(key+".zone", s.Zone)
	p.oneOf(key+".date_order", s.DateOrder, string(source.NoOrder), string(source.DayFirst), string(source.MonthFirst))
	p.cron(key+".schedule", s.Schedule, zone, true)
	for _, field := range slices.Sorted(maps.Keys(s.Mapping)) {
		one := source.Mapping{field: s.Mapping[field]}
		if _, err := source.NewDecoder(source.Options{Mapping: one}); err != nil {
			p.add(key+".mapping."+field, "%s", strings.TrimPrefix(err.Error(), "mapping."+field+": "))
		}
	}
}

func (p *problems) oneOf(key, value string, words ...string) {
	if slices.Contains(words, value) {
		return
	}
	for i, w := range words {
		words[i] = fmt.Sprintf("%q", w)
	}
	p.add(key, "%q is unknown, expected %s", value, strings.Join(words, ", "))
}

func (p *problems) zone(key, name string) *time.Location {
	zone, err := schedule.LoadZone(name)
	if err != nil {
		p.add(key, "%v", err)
	}
	return zone
}

// cron reports a spec that cannot be; may says that none is fine too.
func (p *problems) cron(key, spec string, zone *time.Location, may bool) {
	if may && spec == "" {
		return
	}
	if _, err := schedule.Parse(spec, zone); err != nil {
		p.add(key, "%v", err)
	}
}

// Schedule is one cron spec of the config under its dotted key.
type Schedule struct {
	Key  string
	Spec *schedule.Spec
}

// Schedules returns the specs that are set, in the order of the file, for running them and for showing when they fire.
func (c *Config) Schedules() ([]Schedule, error) {
	zone, err := schedule.LoadZone(c.Daemon.Zone)
	if err != nil {
		return nil, err
	}
	var all []Schedule
	add := func(key, text string) {
		if text == "" || err != nil {
			return
		}
		var spec *schedule.Spec
		if spec, err = schedule.Parse(text, zone); err == nil {
			all = append(all, Schedule{key, spec})
		}
	}
	add("daemon.tick", c.Daemon.Tick)
	add("daemon.settle", c.Daemon.Settle)
	add("daemon.maintenance", c.Daemon.Maintenance)
	add("backup.schedule", c.Backup.Schedule)
	if c.Retention.Asked() {
		add("retention.schedule", c.Retention.Schedule)
	}
	if c.hasFeeds() {
		add("feeds.schedule", c.Feeds.Schedule)
	}
	for i, s := range c.Sources {
		add(fmt.Sprintf("source[%d].schedule", i), s.Schedule)
	}
	return all, err
}
