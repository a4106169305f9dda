package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/webhook"
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
	Token  bool   `json:"token"` // pushes and orders have to show one
}

type retentionPlan struct {
	Age  float64 `json:"age_seconds"` // 0: no bound
	Size int64   `json:"size_bytes"`  // 0: no bound
}

type sourceView struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"`
	Paths []string `json:"paths"`
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
	for _, s := range c.Sources {
		v.Sources = append(v.Sources, sourceView{Name: s.Name, Kind: s.Kind, Paths: s.Paths})
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
	if h := c.HTTP; h.Listen != "" {
		v.HTTP = &httpView{Listen: h.Listen, Token: h.TokenEnv != "" || h.TokenFile != ""}
	}
	if r := &c.Retention; r.Asked() {
		v.Retention = &retentionPlan{Age: r.Age.Seconds(), Size: int64(r.Size)}
	}
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(v)
	}
	fmt.Fprintf(a.stdout, "%s is fine\n\nstore    %s\n", a.config, v.Store)
	for _, s := range v.Sources {
		fmt.Fprintf(a.stdout, "source   %s (%s): %s\n", s.Name, s.Kind, joined(s.Paths))
	}
	switch {
	case len(v.Sources) == 0 && v.HTTP == nil:
		fmt.Fprintln(a.stdout, "source   none: a daemon would have nothing to read")
	case len(v.Sources) == 0:
		fmt.Fprintln(a.stdout, "source   none: stories come by push alone")
	}
	if h := v.HTTP; h != nil {
		who := "whoever reaches it"
		if h.Token {
			who = "who shows the token"
		}
		fmt.Fprintf(a.stdout, "http     %s: page and API; %s may push stories and give orders\n", h.Listen, who)
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
