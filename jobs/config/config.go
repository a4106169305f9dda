package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
	"github.com/samestory/samestory/jobs/embed"
	"github.com/samestory/samestory/jobs/source"
)

// Config is every setting.
type Config struct {
	Store   Store    `toml:"store"`
	Cluster Cluster  `toml:"cluster"`
	Limits  Limits   `toml:"limits"`
	Daemon  Daemon   `toml:"daemon"`
	Log     Log      `toml:"log"`
	Sources []Source `toml:"source"`

	Embeddings Embeddings `toml:"embeddings"`
	Backup     Backup     `toml:"backup"`
	Retention  Retention  `toml:"retention"`
	Feeds      Feeds      `toml:"feeds"`
	Fetch      Fetch      `toml:"fetch"`
	Webhooks   []Webhook  `toml:"webhook"`

	HTTP HTTP `toml:"http"`
}

// Store says where the results live.
type Store struct {
	Dir string `toml:"dir"`
}

// Cluster steers the engine, see cluster.Params.
type Cluster struct {
	Granularity float64  `toml:"granularity"`
	Window      Duration `toml:"window"`
	Index       string   `toml:"index"`
	Workers     int      `toml:"workers"`   // 0: as many as there are processors
	Model       string   `toml:"model"`     // file of weights, as train writes them; empty: the shipped ones
	Languages   string   `toml:"languages"` // file of weights, as train --across writes them; empty: the shipped ones
	Threads     string   `toml:"threads"`   // file of weights, as train --threads writes them; empty: the shipped ones
}

// Limits bound what one item and one run may take.
type Limits struct {
	Line Size  `toml:"line"`
	Text Size  `toml:"text"`
	Live int64 `toml:"live"` // stories inside the window that the engine holds in memory
}

// Daemon says when what is done.
type Daemon struct {
	Tick        string   `toml:"tick"`        // cron spec: read the sources and cluster what is new
	Settle      string   `toml:"settle"`      // cron spec: score everything in the window anew; empty: never
	Maintenance string   `toml:"maintenance"` // cron spec: give disk space back, check a part of the store; empty: never
	CheckFor    Duration `toml:"check_for"`   // how long each maintenance checks a part of the store; 0s: not at all
	Zone        string   `toml:"zone"`        // IANA name of the zone in which the specs are read
	CatchUp     bool     `toml:"catch_up"`    // run once at the start what was missed
	StopAfter   Duration `toml:"stop_after"`  // how long a job may finish its work when the daemon is asked to stop
	Jitter      Duration `toml:"jitter"`      // by up to so much the times of sources with a schedule of their own are moved apart
	StuckAfter  Duration `toml:"stuck_after"` // a job without progress for so long makes the daemon unhealthy; 0s: never
}

// Log steers what the daemon writes to standard error.
type Log struct {
	Level  string `toml:"level"`  // debug, info, warn, error
	Format string `toml:"format"` // text, json
}

// Backup says when the daemon backs the store up, and where to; without a schedule it does not.
type Backup struct {
	Schedule  string   `toml:"schedule"`   // cron spec; empty: never
	Dir       string   `toml:"dir"`        // folder of the files
	FullEvery Duration `toml:"full_every"` // after so long a full backup is made, and until then what has changed
	Keep      int      `toml:"keep"`       // full backups that are kept, each with what follows it
}

// Embeddings name a server that turns texts into vectors, see package embed; without a URL there are none.
type Embeddings struct {
	URL        string   `toml:"url"`
	Model      string   `toml:"model"`
	KeyEnv     string   `toml:"api_key_env"`  // variable of the environment that holds the key
	KeyFile    string   `toml:"api_key_file"` // file that holds nothing else
	Prefix     string   `toml:"prefix"`
	Dimensions int      `toml:"dimensions"` // 0: the model's own
	Text       Size     `toml:"text"`
	Batch      int      `toml:"batch"`
	Concurrent int      `toml:"concurrent"`
	Timeout    Duration `toml:"timeout"`
	Deadline   Duration `toml:"deadline"`
}

// Source is one place that stories come from.
type Source struct {
	Name      string              `toml:"name"` // unique; names the source in reports and its cursor in the store
	Kind      string              `toml:"kind"` // see KindJSONL
	Paths     []string            `toml:"paths"`
	URL       string              `toml:"url"`       // of a feed
	FullText  bool                `toml:"full_text"` // take the texts of feeds from the pages of their items
	Outlet    string              `toml:"outlet"`    // the outlet of every story that names none
	Lang      string              `toml:"lang"`      // the language of every story that declares none
	IDPrefix  string              `toml:"id_prefix"`
	Zone      string              `toml:"zone"`       // of times that name none
	DateOrder string              `toml:"date_order"` // of dates such as 03/04/2024: dmy, mdy; empty: such dates are not believed
	Schedule  string              `toml:"schedule"`   // cron spec of its own; empty: daemon.tick
	Mapping   map[string][]string `toml:"mapping"`
}

// Default returns the settings that hold where a file says nothing.
func Default() Config {
	p, l, e := cluster.DefaultParams(), source.DefaultLimits(), embed.DefaultOptions()
	return Config{
		Store:   Store{Dir: "samestory.db"},
		Cluster: Cluster{Granularity: p.Granularity, Window: Duration{p.Window}, Index: p.Index},
		Limits:  Limits{Line: Size(l.Line), Text: Size(l.Text), Live: 200_000},
		Daemon: Daemon{
			Tick: "*/5 * * * *", Settle: "15 3 * * *", Maintenance: "45 3 * * *",
			CheckFor: Duration{30 * time.Second}, Zone: "UTC", CatchUp: true, StopAfter: Duration{30 * time.Second},
			Jitter: Duration{30 * time.Second}, StuckAfter: Duration{time.Hour},
		},
		Log: Log{Level: "info", Format: "text"},
		Embeddings: Embeddings{
			Text: Size(e.Text), Batch: e.Batch, Concurrent: e.Concurrent, Timeout: Duration{e.Timeout}, Deadline: Duration{e.Deadline},
		},
		HTTP:      defaultHTTP(),
		Backup:    Backup{FullEvery: Duration{7 * 24 * time.Hour}, Keep: 4},
		Retention: Retention{Schedule: "0 4 * * *"},
		Fetch:     defaultFetch(),
		Feeds:     defaultFeeds(),
	}
}

// DefaultSource returns the settings of a source that says nothing; a name, and paths or a url, it has to say.
func DefaultSource() Source { return Source{Kind: "jsonl", Zone: "UTC"} }

// ErrInvalid is wrapped by every error about the content of a file.
var ErrInvalid = errors.New("invalid configuration")

// maxFile bounds what is read as a config; a larger file was named by mistake.
const maxFile = 4 << 20

// Load reads the file and resolves relative paths against its folder, so that a daemon finds the same files from
// whatever folder it is started in. Errors about the content are *Error.
func Load(path string) (Config, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Config{}, fmt.Errorf("read config: %w", err)
	}
	if info.IsDir() || info.Size() > maxFile {
		return Config{}, fmt.Errorf("read config: %w", &fs.PathError{Op: "open", Path: path, Err: errors.New("not a configuration file")})
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read config: %w", err)
	}
	c, err := Parse(path, data)
	if err != nil {
		return Config{}, err
	}
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return Config{}, fmt.Errorf("read config: %w", err)
	}
	c.Store.Dir = resolve(folder, c.Store.Dir)
	if c.Backup.Dir != "" {
		c.Backup.Dir = resolve(folder, c.Backup.Dir)
	}
	if c.Cluster.Model != "" {
		c.Cluster.Model = resolve(folder, c.Cluster.Model)
	}
	if c.Embeddings.KeyFile != "" {
		c.Embeddings.KeyFile = resolve(folder, c.Embeddings.KeyFile)
	}
	if c.HTTP.TokenFile != "" {
		c.HTTP.TokenFile = resolve(folder, c.HTTP.TokenFile)
	}
	if c.Cluster.Languages != "" {
		c.Cluster.Languages = resolve(folder, c.Cluster.Languages)
	}
	for i := range c.Webhooks {
		if w := &c.Webhooks[i]; w.SecretFile != "" {
			w.SecretFile = resolve(folder, w.SecretFile)
		}
	}
	if c.Cluster.Threads != "" {
		c.Cluster.Threads = resolve(folder, c.Cluster.Threads)
	}
	for i := range c.Sources {
		for k, p := range c.Sources[i].Paths {
			if p != "-" {
				c.Sources[i].Paths[k] = resolve(folder, p)
			}
		}
	}
	return c, nil
}

func resolve(folder, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

// ReadModel reads a file of weights, as samestory train writes them.
func ReadModel(file string) (*event.Model, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	m, err := event.DecodeModel(data)
	if err != nil {
		return nil, fmt.Errorf("read weights %s: %w", file, err)
	}
	return m, nil
}

// Params are the settings of the engine, with the weights that the config names.
func (c *Config) Params() (cluster.Params, error) {
	p := c.Cluster.params()
	if c.Cluster.Model != "" {
		var err error
		if p.Model, err = ReadModel(c.Cluster.Model); err != nil {
			return p, fmt.Errorf("cluster.model: %w", err)
		}
	}
	if c.Cluster.Languages != "" {
		data, err := os.ReadFile(c.Cluster.Languages)
		if err != nil {
			return p, fmt.Errorf("read cluster.languages: %w", err)
		}
		if p.Languages, err = happening.DecodeModel(data); err != nil {
			return p, fmt.Errorf("read cluster.languages %s: %w", c.Cluster.Languages, err)
		}
	}
	if c.Cluster.Threads != "" {
		data, err := os.ReadFile(c.Cluster.Threads)
		if err != nil {
			return p, fmt.Errorf("read cluster.threads: %w", err)
		}
		if p.Threads, err = thread.DecodeModel(data); err != nil {
			return p, fmt.Errorf("read cluster.threads %s: %w", c.Cluster.Threads, err)
		}
	}
	return p, nil
}

// params are the settings without the weights.
func (c *Cluster) params() cluster.Params {
	p := cluster.Params{Granularity: c.Granularity, Window: c.Window.Duration, Index: c.Index, Workers: c.Workers}
	if p.Workers == 0 {
		p.Workers = cluster.DefaultParams().Workers
	}
	return p
}

// SourceLimits are the bounds of one item.
func (c *Config) SourceLimits() source.Limits {
	return source.Limits{Line: int64(c.Limits.Line), Text: int64(c.Limits.Text)}
}

// Spec says how the source is read; arrival, cursor and standard input are the caller's. It fails only for settings
// that Parse refuses.
func (c *Config) Spec(s Source) (source.Spec, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return source.Spec{}, fmt.Errorf("source %s: zone: %w", s.Name, err)
	}
	return source.Spec{
		Paths: s.Paths,
		Options: source.Options{
			Name: s.Name, Source: s.Outlet, Lang: s.Lang, IDPrefix: s.IDPrefix, Mapping: s.Mapping,
			Zone: zone, DateOrder: source.DateOrder(s.DateOrder), Limits: c.SourceLimits(),
		},
	}, nil
}
