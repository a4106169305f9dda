package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/webhook"
	"github.com/samestory/samestory/report/access"
)

func newConfig(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check a config file",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError{hinted{usagef("config what?"), "samestory config check --config FILE"}}
		},
	}
	var asJSON bool
	check := &cobra.Command{
		Use:   "check",
		Short: "Read the config and say what it means: sources, and when which job fires next",
		Args:  noArgs,
		RunE:  func(*cobra.Command, []string) error { return a.checkConfig(asJSON) },
	}
	check.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.AddCommand(check)
	return cmd
}

type configView struct {
	Version   int            `json:"version"`
	Store     string         `json:"store"`
	Sources   []sourceView   `json:"sources"`
	Schedules []scheduleView `json:"schedules"`
	Webhooks  []hookView     `json:"webhooks"`

	HTTP      *httpView      `json:"http,omitempty"`      // where something is served
	Backup    *backupPlan    `json:"backup,omitempty"`    // where one is scheduled
	Retention *retentionPlan `json:"retention,omitempty"` // where anything expires
}

type backupPlan struct {
	Dir       string  `json:"dir"`
	FullEvery float64 `json:"full_every_seconds"`
	Keep      int     `json:"keep"`
}

type httpView struct {
	Listen string `json:"listen"`
	Token  bool   `json:"token"`  // the config names one, which allows everything
	Tokens *int   `json:"tokens"` // of the store, as far as this user may know
	Ever   bool   `json:"-"`      // there was one at some time
	Public bool   `json:"public"` // everybody may read
}

type retentionPlan struct {
	Age  float64 `json:"age_seconds"` // 0: no bound
	Size int64   `json:"size_bytes"`  // 0: no bound
}

type sourceView struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"`
	Paths []string `json:"paths"`
	URL   string   `json:"url,omitempty"`   // of a feed
	Feeds int      `json:"feeds,omitempty"` // that a list names and no source before it
}

type hookView struct {
	Name string `json:"name"`
	Host string `json:"host"`
}

type scheduleView struct {
	Key  string      `json:"key"`
	Spec string      `json:"spec"`
	Next []time.Time `json:"next"`
}

func (a *app) checkConfig(asJSON bool) error {
	if a.config == "" {
		return usageError{hinted{usagef("which config?"), "samestory config check --config FILE"}}
	}
	c, err := a.settings()
	if err != nil {
		return err
	}
	schedules, err := c.Schedules()
	if err != nil {
		return err
	}
	v := configView{Version: 1, Store: c.Store.Dir, Sources: []sourceView{}, Schedules: []scheduleView{}, Webhooks: []hookView{}}
	feeds, skipped, err := c.FeedSources()
	if err != nil {
		return err
	}
	for i, s := range c.Sources {
		of := sourceView{Name: s.Name, Kind: s.Kind, Paths: s.Paths, URL: s.URL}
		for _, f := range feeds {
			if f.Source == i && s.Kind == config.KindOPML {
				of.Feeds++
			}
		}
		v.Sources = append(v.Sources, of)
	}
	for _, w := range c.Webhooks {
		v.Webhooks = append(v.Webhooks, hookView{Name: w.Name, Host: webhook.Host(w.URL)})
	}
	for _, s := range schedules {
		v.Schedules = append(v.Schedules, scheduleView{Key: s.Key, Spec: s.Spec.String(), Next: s.Spec.Upcoming(a.now(), 3)})
	}
	if b := c.Backup; b.Schedule != "" {
		v.Backup = &backupPlan{Dir: b.Dir, FullEvery: b.FullEvery.Seconds(), Keep: b.Keep}
	}
	if v.HTTP, err = a.planHTTP(&c); err != nil {
		return err
	}
	if r := &c.Retention; r.Asked() {
		v.Retention = &retentionPlan{Age: r.Age.Seconds(), Size: int64(r.Size)}
	}
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(v)
	}
	fmt.Fprintf(a.stdout, "%s is fine\n\nstore    %s\n", a.config, v.Store)
	for _, s := range v.Sources {
		where := joined(s.Paths)
		switch s.Kind {
		case config.KindFeed:
			where = s.URL
		case config.KindOPML:
			where += ", " + plural(s.Feeds, "feed", "feeds")
		}
		fmt.Fprintf(a.stdout, "source   %s (%s): %s\n", s.Name, s.Kind, where)
	}
	for _, what := range skipped {
		fmt.Fprintf(a.stdout, "left out %s\n", what)
	}
	switch {
	case len(v.Sources) == 0 && v.HTTP == nil:
		fmt.Fprintln(a.stdout, "source   none: a daemon would have nothing to read")
	case len(v.Sources) == 0:
		fmt.Fprintln(a.stdout, "source   none: stories come by push alone")
	}
	if h := v.HTTP; h != nil {
		fmt.Fprintf(a.stdout, "http     %s: page and API; %s\n", h.Listen, h.words())
	}
	if b := v.Backup; b != nil {
		every, _ := c.Backup.FullEvery.MarshalText()
		fmt.Fprintf(a.stdout, "backup   %s: a full one every %s, the last %d of them kept\n", b.Dir, every, b.Keep)
	}
	if r := v.Retention; r != nil {
		fmt.Fprintf(a.stdout, "retain   %s\n", retained(&c.Retention))
	}
	for _, w := range v.Webhooks {
		fmt.Fprintf(a.stdout, "webhook  %s: %s\n", w.Name, w.Host)
	}
	for _, s := range v.Schedules {
		fmt.Fprintf(a.stdout, "\n%s = %q fires next at\n", s.Key, s.Spec)
		for _, t := range s.Next {
			fmt.Fprintf(a.stdout, "  %s\n", t.Format("Mon 2006-01-02 15:04:05 MST"))
		}
	}
	return nil
}

// planHTTP is what a daemon would serve, nil for nothing; the error says why it would not.
func (a *app) planHTTP(c *config.Config) (*httpView, error) {
	h := &c.HTTP
	if h.Listen == "" {
		return nil, nil
	}
	v := &httpView{Listen: h.Listen, Token: h.TokenEnv != "" || h.TokenFile != "", Public: h.Public}
	tokens := access.OpenTokens(a.at(c.Store.Dir))
	list, err := tokens.List()
	if errors.Is(err, fs.ErrPermission) {
		v.Ever = true
		return v, nil // the daemon's user may know more
	}
	n := len(list)
	v.Tokens, v.Ever = &n, tokens.Ever()
	return v, exposed(h, v.Token, tokens)
}

// words says who may do what.
func (v *httpView) words() string {
	read := "this machine may read"
	switch {
	case v.Public:
		read = "everybody may read"
	case v.Token || v.Tokens == nil || *v.Tokens > 0:
		read = "this machine may read, others with a token"
	}
	if v.Token || v.Ever {
		return read + "; pushes and orders have to show a token"
	}
	return read + "; this machine may push stories and give orders"
}

// retained says in words what is kept.
func retained(r *config.Retention) string {
	age, _ := r.Age.MarshalText()
	switch {
	case r.Size == 0:
		return fmt.Sprintf("the texts of threads with a story of the last %s", age)
	case len(age) == 0:
		return fmt.Sprintf("the texts of the latest threads, as many as %s of disk hold", size(int64(r.Size)))
	}
	return fmt.Sprintf("the texts of threads with a story of the last %s, as many as %s of disk hold", age, size(int64(r.Size)))
}

// joined lists a few paths, and says how many more there are.
func joined(paths []string) string {
	const few = 3
	out := ""
	for i, p := range paths {
		if i == few {
			return fmt.Sprintf("%s and %d more", out, len(paths)-few)
		}
		if i > 0 {
			out += ", "
		}
		out += p
	}
	return out
}
