package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/webhook"
	"github.com/samestory/samestory/store"
)

func newWebhooks(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "webhooks",
		Short: "Show where the webhooks stand, send a test, or send dead letters again",
		Long: `Show how far each configured webhook has been told of the journal, and what went wrong.

A daemon delivers, and carries these verbs out while it runs; test needs neither it nor a store.

  samestory webhooks --config samestory.toml
  samestory webhooks test desk --config samestory.toml
  samestory webhooks retry desk --config samestory.toml     dead letters again`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.webhooks(cmd.Context(), asJSON) },
	}
	cmd.PersistentFlags().BoolVar(&asJSON, "json", false, "print JSON")
	var seq uint64
	retry := &cobra.Command{
		Use: "retry NAME", Short: "Send the dead letters of a webhook again, and enable one that is disabled",
		Args: exactArgs(1, "the name of a webhook"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.retryWebhook(cmd.Context(), args[0], seq, asJSON)
		},
	}
	retry.Flags().Uint64Var(&seq, "seq", 0, "only the dead letter with this journal entry")
	test := &cobra.Command{
		Use: "test NAME", Short: "Send a signed delivery without entries to a webhook",
		Args: exactArgs(1, "the name of a webhook"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.testWebhook(cmd.Context(), args[0], asJSON) },
	}
	cmd.AddCommand(retry, test)
	return cmd
}

// endpoints makes those of all webhooks of a config, with secrets that are there.
func (a *app) endpoints(c *config.Config) ([]webhook.Endpoint, error) {
	list, err := c.Endpoints(a.getenv)
	if errors.Is(err, config.ErrSecret) {
		return nil, hinted{err, "a secret is 16 characters or more, such as: openssl rand -hex 32"}
	}
	return list, err
}

// endpoint makes the one with a name.
func (a *app) endpoint(name string) (config.Config, webhook.Endpoint, error) {
	if a.config == "" {
		return config.Config{}, webhook.Endpoint{}, usageError{hinted{errors.New("which config?"), "samestory webhooks --config FILE"}}
	}
	c, err := a.settings()
	if err != nil {
		return c, webhook.Endpoint{}, err
	}
	var names []string
	for i := range c.Webhooks {
		if w := &c.Webhooks[i]; w.Name == name {
			one := c
			one.Webhooks = c.Webhooks[i : i+1]
			list, err := a.endpoints(&one)
			if err != nil {
				return c, webhook.Endpoint{}, err
			}
			return c, list[0], nil
		}
		names = append(names, c.Webhooks[i].Name)
	}
	if len(names) == 0 {
		return c, webhook.Endpoint{}, hinted{fmt.Errorf("%s has no webhook", a.config), "add a [[webhook]], as config.example.toml shows"}
	}
	return c, webhook.Endpoint{}, hinted{fmt.Errorf("%s has no webhook %q", a.config, name), "it has: " + strings.Join(names, ", ")}
}

type webhooksView struct {
	Version    int              `json:"version"`
	View       string           `json:"view"`
	Now        time.Time        `json:"now"`
	LastChange uint64           `json:"last_change"`
	Webhooks   []webhook.Status `json:"webhooks"`
}

func (a *app) webhooks(ctx context.Context, asJSON bool) error {
	return a.read(ctx, func(c *config.Config, _ *store.Store, v *store.Snapshot) error {
		var list []webhook.Endpoint
		for i := range c.Webhooks {
			list = append(list, c.Webhooks[i].Endpoint(a.getenv))
		}
		all, err := webhook.Statuses(v, list)
		if err != nil {
			return err
		}
		last, err := v.LastChange()
		if err != nil {
			return err
		}
		if asJSON {
			e := json.NewEncoder(a.stdout)
			e.SetIndent("", "  ")
			return e.Encode(webhooksView{Version: 1, View: "webhooks", Now: a.now().UTC(), LastChange: last, Webhooks: all})
		}
		return a.showWebhooks(all, last)
	})
}

func (a *app) showWebhooks(all []webhook.Status, last uint64) error {
	if len(all) == 0 {
		fmt.Fprintln(a.stdout, "no webhooks: add a [[webhook]] to the config, as config.example.toml shows")
		return nil
	}
	fmt.Fprintf(a.stdout, "journal ends at %d\n\n", last)
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "webhook\thost\tstate\tcursor\tbehind\tlast success\tlast error\tdead letters")
	for i := range all {
		s := &all[i]
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\t%s\t%d\n", s.Name, or(s.Host, "-"), stateWord(s), s.Cursor, s.Lag, moment(s.LastSuccess),
			moment(s.LastFailure), len(s.Dead)+s.DeadDropped)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for i := range all {
		a.explainWebhook(&all[i])
	}
	return nil
}

// stateWord says in a word how an endpoint does.
func stateWord(s *webhook.Status) string {
	switch {
	case !s.Configured:
		return "not in the config"
	case !s.Started:
		return "not started"
	case s.Disabled != "":
		return "disabled"
	case s.Failures > 0:
		return "failing"
	case s.Pending != nil:
		return "under way"
	}
	return "ok"
}

// explainWebhook says what the table has no room for, where something is wrong.
func (a *app) explainWebhook(s *webhook.Status) {
	if s.Failures == 0 && len(s.Dead) == 0 && s.Disabled == "" {
		return
	}
	fmt.Fprintf(a.stdout, "\n%s\n", s.Name)
	switch {
	case s.Disabled != "":
		fmt.Fprintf(a.stdout, "  disabled: %s; \"webhooks retry %s\" enables it\n", s.Disabled, s.Name)
	case s.Failures > 0:
		fmt.Fprintf(a.stdout, "  %s in a row: %s\n", plural(s.Failures, "failure", "failures"), s.LastError)
	}
	if p := s.Pending; p != nil {
		fmt.Fprintf(a.stdout, "  under way: %s with %s, %s, next not before %s\n", p.ID, plural(p.Entries, "entry", "entries"),
			plural(p.Attempts, "attempt", "attempts"), moment(p.Next))
	}
	const most = 5
	for i := max(0, len(s.Dead)-most); i < len(s.Dead); i++ {
		d := &s.Dead[i]
		fmt.Fprintf(a.stdout, "  dead letter: %s with %s, %s until %s: %s\n", d.ID, plural(len(d.Seqs), "entry", "entries"),
			plural(d.Attempts, "attempt", "attempts"), moment(&d.At), d.Reason)
	}
	if n := len(s.Dead) - most; n > 0 {
		fmt.Fprintf(a.stdout, "  and %s before these; --json lists them\n", plural(n, "dead letter", "dead letters"))
	}
	if s.DeadDropped > 0 {
		fmt.Fprintf(a.stdout, "  %s older than the %d that are kept; their entries are in the journal\n",
			plural(s.DeadDropped, "dead letter is", "dead letters are"), webhook.MaxDead)
	}
}

func moment(t *time.Time) string {
	if t == nil || t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

type retryView struct {
	Version int               `json:"version"`
	View    string            `json:"view"`
	Name    string            `json:"name"`
	Retried []webhook.Retried `json:"retried"`
}

func (a *app) retryWebhook(ctx context.Context, name string, seq uint64, asJSON bool) (err error) {
	c, e, err := a.endpoint(name)
	if err != nil {
		return err
	}
	done, err := a.resend(ctx, &c, e, seq)
	switch {
	case errors.Is(err, webhook.ErrNotStarted):
		return hinted{fmt.Errorf("webhook %s: %w", name, err), "samestory daemon delivers; samestory webhooks test sends a test at any time"}
	case errors.Is(err, webhook.ErrNoLetter):
		return hinted{fmt.Errorf("webhook %s: %w", name, err), "samestory webhooks --json lists the dead letters with their entries"}
	}
	if err != nil && len(done) == 0 {
		return err
	}
	failed := 0
	for _, r := range done {
		if r.Error != "" {
			failed++
		}
	}
	if asJSON {
		if encodeErr := json.NewEncoder(a.stdout).Encode(retryView{Version: 1, View: "webhook retry", Name: name, Retried: done}); err == nil {
			err = encodeErr
		}
	} else {
		a.showRetried(name, done, failed)
	}
	if err == nil && failed > 0 {
		return errPartial
	}
	return err
}

// resend sends dead letters. In a daemon it takes the turn of the jobs that write only to note what was delivered: an
// endpoint may take its time.
func (a *app) resend(ctx context.Context, c *config.Config, e webhook.Endpoint, seq uint64) (done []webhook.Retried, err error) {
	s, err := a.openStore(ctx, c, store.Options{ReadOnly: a.served != nil})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	o := webhook.Options{View: func() webhook.View { return s.View() }, Commit: s.Commit, Clock: a.now}
	if a.served == nil {
		return webhook.Retry(ctx, e, o, seq)
	}
	d := a.served.daemon
	o.Commit = d.Commit
	err = d.WebhookAside(ctx, e.Name, func() (err error) {
		done, err = webhook.Retry(ctx, e, o, seq)
		return err
	})
	return done, err
}

func (a *app) showRetried(name string, done []webhook.Retried, failed int) {
	for _, r := range done {
		if r.Error == "" {
			fmt.Fprintf(a.stdout, "delivered %s with %s\n", r.ID, plural(r.Entries, "entry", "entries"))
		} else {
			fmt.Fprintf(a.stdout, "failed    %s with %s: %s\n", r.ID, plural(r.Entries, "entry", "entries"), r.Error)
		}
	}
	if len(done) == 0 {
		fmt.Fprintf(a.stdout, "%s has no dead letters; what is under way is tried as soon as a daemon runs\n", name)
		return
	}
	fmt.Fprintf(a.stdout, "%s: %d of %s delivered; what is under way is tried as soon as a daemon runs\n", name, len(done)-failed,
		plural(len(done), "dead letter", "dead letters"))
}

func (a *app) testWebhook(ctx context.Context, name string, asJSON bool) error {
	_, e, err := a.endpoint(name)
	if err != nil {
		return err
	}
	id, err := webhook.Test(ctx, e, webhook.Options{Clock: a.now})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return hinted{
			fmt.Errorf("webhook %s: %s: %w", name, webhook.Host(e.URL), err),
			"an endpoint answers 2xx to a delivery whose signature is right; docs/OPERATIONS.md shows the check",
		}
	}
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(map[string]any{"version": 1, "view": "webhook test", "name": name, "id": id, "delivered": true})
	}
	fmt.Fprintf(a.stdout, "%s took the test delivery %s\n", webhook.Host(e.URL), id)
	return nil
}
