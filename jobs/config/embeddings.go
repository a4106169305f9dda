package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/jobs/embed"
)

// ErrKey reports an API key that is named and not there.
var ErrKey = errors.New("no API key")

// maxKey bounds what is read as a key; a larger file was named by mistake.
const maxKey = 16 << 10

func (p *problems) checkEmbeddings(e *Embeddings) {
	if e.URL == "" {
		if e.Model != "" {
			p.add("embeddings.url", "a model needs the address of its server, such as \"http://localhost:11434\"")
		}
	} else {
		if _, err := embed.Endpoint(e.URL); err != nil {
			p.add("embeddings.url", "%v", err)
		}
		if strings.TrimSpace(e.Model) == "" {
			p.add("embeddings.model", "expected the name of a model that the server has")
		}
	}
	if e.KeyEnv != "" && e.KeyFile != "" {
		p.add("embeddings.api_key_file", "the key cannot be in api_key_env as well")
	}
	if e.Dimensions < 0 || e.Dimensions > event.MaxDimensions {
		p.add("embeddings.dimensions", "expected 0 to %d", event.MaxDimensions)
	}
	if e.Text < 64 || e.Text > 1<<20 {
		p.add("embeddings.text", "expected 64 bytes to 1MiB")
	}
	if e.Batch < 1 || e.Batch > 2048 {
		p.add("embeddings.batch", "expected 1 to 2048")
	}
	if e.Concurrent < 1 || e.Concurrent > 64 {
		p.add("embeddings.concurrent", "expected 1 to 64")
	}
	if d := e.Timeout.Duration; d < 100*time.Millisecond || d > 10*time.Minute {
		p.add("embeddings.timeout", "expected 100ms to 10m")
	}
	if d := e.Deadline.Duration; d < 100*time.Millisecond || d > time.Hour {
		p.add("embeddings.deadline", "expected 100ms to 1h")
	}
}

// Embedder makes the client of the model that the config names, nil where it names none. getenv reads the environment,
// now is the clock.
func (c *Config) Embedder(getenv func(string) string, now func() time.Time) (*embed.Client, error) {
	e := &c.Embeddings
	if e.URL == "" {
		return nil, nil
	}
	key, err := e.key(getenv)
	if err != nil {
		return nil, err
	}
	return embed.New(embed.Options{
		URL: e.URL, Model: e.Model, Key: key, Prefix: e.Prefix, Dimensions: e.Dimensions, Text: int(e.Text), Batch: e.Batch,
		Concurrent: e.Concurrent, Timeout: e.Timeout.Duration, Deadline: e.Deadline.Duration,
	}, now)
}

func (e *Embeddings) key(getenv func(string) string) (key string, err error) {
	switch {
	case e.KeyEnv != "":
		key = getenv(e.KeyEnv)
		if key = strings.TrimSpace(key); key == "" {
			return "", fmt.Errorf("embeddings.api_key_env: %w in the variable %s", ErrKey, e.KeyEnv)
		}
	case e.KeyFile != "":
		f, err := os.Open(e.KeyFile)
		if err != nil {
			return "", fmt.Errorf("embeddings.api_key_file: %w", err)
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, maxKey))
		if err != nil {
			return "", fmt.Errorf("embeddings.api_key_file: %w", err)
		}
		if key = strings.TrimSpace(string(data)); key == "" {
			return "", fmt.Errorf("embeddings.api_key_file: %w in %s", ErrKey, e.KeyFile)
		}
	}
	if strings.ContainsAny(key, "\r\n\x00") {
		return "", fmt.Errorf("embeddings: %w: what is there has several lines", ErrKey)
	}
	return key, nil
}
