package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"reflect"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/metrics"
	"github.com/samestory/samestory/jobs/systemd"
)

// keeper stands between a daemon and whoever started it: it reads the config again on SIGHUP, and tells the service manager
// how the daemon is doing.
type keeper struct {
	a       *app
	c       config.Config      // that the daemon was started with
	o       jobs.DaemonOptions // of that config
	asJSON  bool
	lists   []string // of feeds, that the command line names
	level   slog.LevelVar
	manager *systemd.Notifier // nil without one
	front   *front

	hangups chan os.Signal
	ended   chan struct{}
	wait    sync.WaitGroup
}

// newKeeper reads the settings and takes the signals, so that none ends the process while the store is being opened.
func (a *app) newKeeper(asJSON bool, lists []string) (*keeper, error) {
	k := &keeper{a: a, asJSON: asJSON, lists: lists, hangups: make(chan os.Signal, 1), ended: make(chan struct{})}
	var err error
	if k.c, k.o, err = a.daemonSettings(lists); err != nil {
		return nil, err
	}
	if asJSON {
		k.c.Log.Format = "json"
	}
	k.o.Log = a.logger(k.c.Log, &k.level)
	k.o.Metrics = metrics.New(versionInfo().Release, time.Now)
	if k.manager, err = systemd.FromEnvironment(os.Getenv); err != nil {
		// The daemon is of use without a manager that listens.
		k.o.Log.Warn("the service manager cannot be told anything", "error", err)
	}
	k.o.Running = func() {
		k.o.Log.Info("daemon is ready")
		k.tell(k.manager.Ready(k.status(&k.c)))
	}
	signal.Notify(k.hangups, syscall.SIGHUP)
	return k, nil
}

// keep begins to serve signals and the service manager, until end is called.
func (k *keeper) keep(ctx context.Context, d *jobs.Daemon) {
	stopping := context.AfterFunc(ctx, func() { k.tell(k.manager.Stopping()) })
	alive, cancel := context.WithCancel(context.WithoutCancel(ctx)) // also while the daemon is stopping
	k.wait.Go(func() { k.manager.Watch(alive, d.Live) })
	k.wait.Go(func() {
		defer cancel()
		defer stopping()
		for {
			select {
			case <-k.ended:
				return
			case <-k.hangups:
			}
			if ctx.Err() == nil {
				k.reload(ctx, d)
			}
		}
	})
}

// end gives the signals back, when the daemon has stopped.
func (k *keeper) end() {
	signal.Stop(k.hangups)
	close(k.ended)
	k.wait.Wait()
	_ = k.manager.Close()
}

// reload puts the config as it is now in force, if it can be.
func (k *keeper) reload(ctx context.Context, d *jobs.Daemon) {
	k.o.Log.Info("reloading", "config", k.a.config)
	k.tell(k.manager.Reloading())
	c, err := k.apply(ctx, d)
	if err != nil {
		k.o.Log.Error("config is refused, the daemon goes on as it was", "config", k.a.config, "error", withHint(err))
		k.tell(k.manager.Ready("the config was refused, the one before is in force"))
		return
	}
	k.o.Log.Info("reloaded", "config", k.a.config, "sources", len(c.Sources), "jobs", len(d.Status()), "webhooks", len(c.Webhooks))
	k.tell(k.manager.Ready(k.status(&c)))
}

func (k *keeper) apply(ctx context.Context, d *jobs.Daemon) (config.Config, error) {
	c, o, err := k.a.daemonSettings(k.lists)
	if err != nil {
		return c, err
	}
	if k.asJSON {
		c.Log.Format = "json"
	}
	o.Log = k.o.Log
	put, err := k.front.prepare(&c)
	if err != nil {
		return c, err
	}
	if err := d.Reload(ctx, o); err != nil {
		return c, err
	}
	put()
	setLevel(&k.level, c.Log)
	for _, key := range restartNeeded(&k.c, &c) {
		k.o.Log.Warn("setting needs a restart, until then it stays as it was", "setting", key)
	}
	return c, nil
}

func (k *keeper) status(c *config.Config) string {
	return fmt.Sprintf("%s, %s, store %s", plural(len(c.Sources), "source", "sources"), plural(len(c.Webhooks), "webhook", "webhooks"), k.c.Store.Dir)
}

func (k *keeper) tell(err error) {
	if err != nil {
		k.o.Log.Warn("the service manager was not told", "error", err)
	}
}

// reloadedHTTP are the settings of [http] that front puts in force while a daemon runs.
var reloadedHTTP = []string{
	"hosts", "proxies", "public", "cors", "rate", "burst", "token_env", "token_file", "body", "queue", "queue_stories",
}

// restartNeeded lists the settings that differ and that a daemon cannot change while it runs, in the order of the file.
func restartNeeded(started, now *config.Config) []string {
	var keys []string
	if started.Store.Dir != now.Store.Dir {
		keys = append(keys, "store.dir")
	}
	if started.Log.Format != now.Log.Format {
		keys = append(keys, "log.format")
	}
	a, b := reflect.ValueOf(started.HTTP), reflect.ValueOf(now.HTTP)
	for i := range a.NumField() {
		name := a.Type().Field(i).Tag.Get("toml")
		if !slices.Contains(reloadedHTTP, name) && !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			keys = append(keys, "http."+name)
		}
	}
	if started.Feeds.Concurrent != now.Feeds.Concurrent {
		keys = append(keys, "feeds.concurrent")
	}
	return keys
}

// withHint is an error with its hint, for a log.
func withHint(err error) string {
	if h, ok := errors.AsType[hinted](err); ok {
		return fmt.Sprintf("%v (%s)", err, h.hint)
	}
	return err.Error()
}
