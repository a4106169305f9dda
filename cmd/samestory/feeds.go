package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/jobs/source/article"
	"github.com/samestory/samestory/jobs/source/feed"
	"github.com/samestory/samestory/jobs/source/fetch"
)

// useFeeds gives a daemon the feeds of the settings, and what they are fetched with.
func useFeeds(c *config.Config, o *jobs.DaemonOptions) error {
	o.Polls, o.PollPending = c.Feeds.Concurrent, int(c.Feeds.Pending)
	list, _, err := c.FeedSources()
	switch {
	case errors.Is(err, feed.ErrNotOPML):
		return hinted{err, "export the list from your feed reader: it is an XML file that begins <opml"}
	case errors.Is(err, fs.ErrNotExist):
		return hinted{err, "name the file that your feed reader exports"}
	case err != nil:
		return err
	case len(list) == 0:
		return nil
	}
	specs, err := feedSpecs(c)
	if err != nil {
		return err
	}
	pages := false
	for _, f := range list {
		src := c.Sources[f.Source]
		spec, err := c.Spec(src)
		if err != nil {
			return err
		}
		from := spec.Options
		from.Name, from.Language = f.Title, text.Language
		o.Feeds = append(o.Feeds, jobs.Feed{
			Name: sourcePrefix + f.Name, URL: f.URL, Folder: f.Folder, Spec: specs[f.Source], Options: from, FullText: src.FullText,
		})
		pages = pages || src.FullText
	}
	client, err := fetch.New(c.FetchOptions(release))
	if err != nil {
		return err
	}
	o.Fetch = client
	if pages {
		o.FullText, err = fullText(client)
	}
	return err
}

// fullText reads the articles of pages.
func fullText(client *fetch.Client) (jobs.FullText, error) {
	extractor, err := article.New(article.DefaultOptions())
	if err != nil {
		return nil, err
	}
	reader := article.NewReader(client, extractor)
	return func(ctx context.Context, url string) (string, error) {
		a, err := reader.Read(ctx, url)
		return a.Text, err
	}, nil
}

// feedSpecs is when the feeds of each source are polled.
func feedSpecs(c *config.Config) (map[int]*schedule.Spec, error) {
	schedules, err := c.Schedules()
	if err != nil {
		return nil, err
	}
	byKey := make(map[string]*schedule.Spec)
	for _, s := range schedules {
		byKey[s.Key] = s.Spec
	}
	specs := make(map[int]*schedule.Spec)
	for i := range c.Sources {
		specs[i] = byKey[fmt.Sprintf("source[%d].schedule", i)]
		if specs[i] == nil {
			specs[i] = byKey["feeds.schedule"]
		}
	}
	return specs, nil
}
