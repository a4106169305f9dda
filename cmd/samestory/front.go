package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/inbox"
	"github.com/samestory/samestory/jobs/push"
	"github.com/samestory/samestory/report/access"
)

// front is what of a daemon's server a reload may change. Without an address all but tokens is nil.
type front struct {
	tokens *access.Tokens
	listen string // that the daemon was started with
	guard  *access.Guard
	pushes *push.Handler
	box    *inbox.Inbox
}

// errExposed reports an address that others reach while nobody has a token.
var errExposed = errors.New("others than this machine reach it, and nobody has a token")

// rules are those that a config asks for; the error says why they cannot be.
func (f *front) rules(c *config.Config) (access.Rules, error) {
	secret, err := c.HTTP.Token(os.Getenv)
	if errors.Is(err, config.ErrToken) {
		return access.Rules{}, hinted{err, "make one with: openssl rand -hex 32"}
	}
	if err != nil {
		return access.Rules{}, err
	}
	at := c.HTTP
	at.Listen = f.listen
	if err := exposed(&at, secret != "", f.tokens); err != nil {
		return access.Rules{}, err
	}
	proxies, err := c.HTTP.ProxyNetworks()
	return access.Rules{
		Secret: secret, Public: c.HTTP.Public, Hosts: c.HTTP.Hosts, Origins: c.HTTP.CORS, Proxies: proxies,
		Rate: c.HTTP.Rate, Burst: c.HTTP.Burst,
	}, err
}

// exposed refuses tokens that cannot be read, and an address that others reach where nobody has one and not everybody may
// read: it would be of no use to anybody, and is hardly what its owner wants.
func exposed(h *config.HTTP, secret bool, tokens *access.Tokens) error {
	list, err := tokens.List()
	if err != nil {
		return tokenHint(err)
	}
	if h.Local() || secret || h.Public || len(list) > 0 {
		return nil
	}
	return hinted{
		fmt.Errorf("http.listen: %q: %w", h.Listen, errExposed),
		"make one with samestory token new, or name one in http.token_env or http.token_file; or let everybody read with http.public, or listen on 127.0.0.1",
	}
}

// prepare makes what a config changes; put puts it in force.
func (f *front) prepare(c *config.Config) (put func(), err error) {
	if f.guard == nil {
		return func() {}, nil
	}
	rules, err := f.rules(c)
	if err != nil {
		return nil, err
	}
	return func() {
		f.guard.Set(rules)
		f.box.Bound(queueBounds(c))
		f.pushes.Bound(int64(c.HTTP.Body), c.SourceLimits())
	}, nil
}

func queueBounds(c *config.Config) inbox.Depth {
	return inbox.Depth{Bytes: int64(c.HTTP.Queue), Stories: c.HTTP.Stories}
}
