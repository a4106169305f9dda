package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/jobs/webhook"
)

// Webhook is an endpoint that journal entries are delivered to, see package webhook.
type Webhook struct {
	Name       string   `toml:"name"` // unique; names the endpoint in deliveries and its record in the store
	URL        string   `toml:"url"`
	SecretEnv  string   `toml:"secret_env"`  // variable of the environment that holds the secret
	SecretFile string   `toml:"secret_file"` // file that holds nothing else
	Kinds      []string `toml:"kinds"`       // empty: all
	Levels     []string `toml:"levels"`      // empty: all
	MinSources int      `toml:"min_sources"` // 0: no condition
	Follow     []string `toml:"follow"`      // ids of events and threads; empty: no condition
	Batch      int      `toml:"batch"`
	Timeout    Duration `toml:"timeout"`
	MaxAge     Duration `toml:"max_age"`
}

// DefaultWebhook returns the settings of an endpoint that says nothing; name, address and secret it has to say.
func DefaultWebhook() Webhook {
	return Webhook{
		Batch: webhook.DefaultBatch, Timeout: Duration{webhook.DefaultTimeout}, MaxAge: Duration{webhook.DefaultMaxAge},
	}
}

// ErrSecret reports a secret that is named and not there, or that cannot sign.
var ErrSecret = errors.New("no secret")

// maxSecrets is how many sign: the old one and the new one while it is being replaced.
const maxSecrets = 2

func (p *problems) checkWebhook(w *Webhook, key string, i int, names map[string]int) {
	switch first, taken := names[w.Name]; {
	case taken:
		p.add(key+".name", "the name %q is taken by webhook[%d]", w.Name, first)
	case w.Name == "":
		p.add(key+".name", "a webhook needs a name")
	default:
		names[w.Name] = i
		if err := webhook.CheckName(w.Name); err != nil {
			p.add(key+".name", "%v", err)
		}
	}
	if err := webhook.CheckURL(w.URL); err != nil {
		p.add(key+".url", "%v", err)
	}
	switch {
	case w.SecretEnv == "" && w.SecretFile == "":
		p.add(key+".secret_env", "deliveries are signed: name the variable of the environment with the secret, or its file in secret_file")
	case w.SecretEnv != "" && w.SecretFile != "":
		p.add(key+".secret_file", "the secret cannot be in secret_env as well")
	}
	for k, word := range w.Kinds {
		p.oneOf(fmt.Sprintf("%s.kinds[%d]", key, k), word, webhook.Kinds()...)
	}
	for k, word := range w.Levels {
		p.oneOf(fmt.Sprintf("%s.levels[%d]", key, k), word, webhook.Levels()...)
	}
	if w.MinSources < 0 || w.MinSources > 10_000 {
		p.add(key+".min_sources", "expected 0 to 10000")
	}
	if w.MinSources > 0 && len(w.Levels) > 0 && !slices.Contains(w.Levels, "event") {
		p.add(key+".min_sources", "only events reach a number of sources, and levels leaves them out")
	}
	if slices.Contains(w.Follow, "") {
		p.add(key+".follow", "expected ids of events and threads, as report shows them")
	}
	if w.Batch < 1 || w.Batch > 1000 {
		p.add(key+".batch", "expected 1 to 1000")
	}
	if d := w.Timeout.Duration; d < 100*time.Millisecond || d > 10*time.Minute {
		p.add(key+".timeout", "expected 100ms to 10m")
	}
	if d := w.MaxAge.Duration; d < time.Minute || d > 365*24*time.Hour {
		p.add(key+".max_age", "expected 1m to 365d")
	}
}

// Endpoint makes the endpoint that a webhook describes. getenv reads the environment; a secret in a file is read anew for
// each delivery.
func (w *Webhook) Endpoint(getenv func(string) string) webhook.Endpoint {
	return webhook.Endpoint{
		Name: w.Name, URL: w.URL,
		Filter: webhook.Filter{Kinds: w.Kinds, Levels: w.Levels, MinSources: w.MinSources, Follow: w.Follow},
		Batch:  w.Batch, Timeout: w.Timeout.Duration, MaxAge: w.MaxAge.Duration,
		Secrets: func() ([]string, error) { return w.secrets(getenv) },
	}
}

// Endpoints makes those of all webhooks, and fails where a secret is not there.
func (c *Config) Endpoints(getenv func(string) string) ([]webhook.Endpoint, error) {
	var all []webhook.Endpoint
	var errs []error
	for i := range c.Webhooks {
		e := c.Webhooks[i].Endpoint(getenv)
		if _, err := e.Secrets(); err != nil {
			errs = append(errs, err)
		}
		all = append(all, e)
	}
	return all, errors.Join(errs...)
}

// secrets reads one secret, or two that are apart by spaces or lines.
func (w *Webhook) secrets(getenv func(string) string) ([]string, error) {
	text, where := getenv(w.SecretEnv), "the variable "+w.SecretEnv
	if w.SecretFile != "" {
		f, err := os.Open(w.SecretFile)
		if err != nil {
			return nil, fmt.Errorf("webhook %s: secret_file: %w", w.Name, err)
		}
		defer f.Close() //nolint:errcheck // it was only read
		data, err := io.ReadAll(io.LimitReader(f, maxKey))
		if err != nil {
			return nil, fmt.Errorf("webhook %s: secret_file: %w", w.Name, err)
		}
		text, where = string(data), w.SecretFile
	}
	list := strings.Fields(text)
	if len(list) == 0 {
		return nil, fmt.Errorf("webhook %s: %w in %s", w.Name, ErrSecret, where)
	}
	if len(list) > maxSecrets {
		return nil, fmt.Errorf("webhook %s: %w in %s: %d words, at most two secrets sign", w.Name, ErrSecret, where, len(list))
	}
	for _, s := range list {
		if len(s) < webhook.MinSecret {
			return nil, fmt.Errorf("webhook %s: %w in %s: one of %d characters can be guessed, expected %d at least", w.Name, ErrSecret, where,
				len(s), webhook.MinSecret)
		}
	}
	return list, nil
}
