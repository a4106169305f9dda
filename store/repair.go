package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/samestory/samestory/cluster"
)

// RepairOptions steer Repair.
type RepairOptions struct {
	DryRun    bool // find out what is to be done, and write nothing
	Featurise Featurise
}

// Repaired is what Repair did to the rows of one kind.
type Repaired struct {
	Kind    string // as in CheckReport.Rows
	Made    int    // rows that were missing or said something else
	Removed int    // rows that nothing speaks for
}

// RepairReport says what Repair did, or with DryRun would do.
type RepairReport struct {
	Done []Repaired
	// Lost names the records that cannot be made from others, and what is lost with each. They are left as they are.
	Lost []string
	// Commits is how many acknowledged commits are missing; the store goes on without them.
	Commits uint64
	// Before and After are what Check said; After is zero of a dry run.
	Before, After CheckReport
}

// Changed reports whether there was anything to do.
func (r *RepairReport) Changed() bool { return len(r.Done) > 0 || r.Commits > 0 }

// Repair makes the records anew that follow from others: indexes, waiting rows, rows of lone ids, groups, the index of the
// journal, features, counts; it shortens redirects and drops those of ids in use. All of it is one commit, and counts
// another. What other records cannot give back is named in the report and left as it is.
//
// The store has to be open for writing, with Options.Salvage where commits are missing. With DryRun it may be open for
// reading.
func (s *Store) Repair(ctx context.Context, o RepairOptions) (report RepairReport, err error) {
	if s.readOnly && !o.DryRun {
		return report, ErrReadOnly
	}
	if report.Before, err = s.Check(ctx); err != nil {
		return report, fmt.Errorf("repair: %w", err)
	}
	s.commits.Lock()
	defer s.commits.Unlock()
	if s.closed {
		return report, ErrClosed
	}
	if err := errors.Join(s.failure(), s.repair(ctx, o, &report)); err != nil {
		return report, fmt.Errorf("repair: %w", err)
	}
	if o.DryRun {
		return report, nil
	}
	report.After, err = s.Check(ctx)
	return report, err
}

func (s *Store) repair(ctx context.Context, o RepairOptions, report *RepairReport) error {
	v := s.View()
	defer v.Close()
	r := &repairer{
		ctx: ctx, s: s, v: v, o: o, report: report, want: make(map[string][]byte), broken: make(map[byte]bool),
		made: make(map[byte]*Repaired), stories: make(map[storyKey]*repairedStory), groups: make(map[string][]storyKey),
		threads: make(map[string]bool), inUse: make(map[string]bool),
	}
	for _, part := range []func() error{
		r.readStories, r.readTexts, r.readClusters, r.readOthers, r.readBrought, r.readRedirects, r.readJournal, r.lones, r.compare, r.features,
	} {
		if err := errors.Join(part(), ctx.Err()); err != nil {
			return err
		}
	}
	if len(r.ops) > 0 && !o.DryRun {
		if err := s.write(sealAll(r.ops)); err != nil {
			return err
		}
	}
	if err := r.counts(); err != nil {
		return err
	}
	r.summarise()
	return r.mark()
}

// repairer collects what follows from the records that can be read.
type repairer struct {
	ctx    context.Context
	s      *Store
	v      *Snapshot
	o      RepairOptions
	report *RepairReport

	want    map[string][]byte // rows of the tables that follow from others
	broken  map[byte]bool     // tables with rows that cannot be read: nothing that follows from them is removed
	made    map[byte]*Repaired
	ops     []op
	stories map[storyKey]*repairedStory
	order   []storyKey
	groups  map[string][]storyKey // of those with a record
	threads map[string]bool       // of those with a record
	events  []*eventRow
	inUse   map[string]bool // ids of groups, events, threads and series
	remake  []storyKey      // stories whose features are missing
	last    repairedJournal
}

type repairedStory struct {
	at       place
	meta     *meta // nil where it cannot be read
	features bool
	text     bool
}

// repairedJournal is what the counts say of the journal.
type repairedJournal struct {
	complete, baseline uint64
	counts             counts
	known              bool // the counts could be read
}

func (r *repairer) lost(format string, args ...any) {
	r.report.Lost = append(r.report.Lost, fmt.Sprintf(format, args...))
}

// scan reads a table; a row that cannot be read is told to the caller with its error.
func (r *repairer) scan(table byte, each func(key, value []byte, err error) error) error {
	n := 0
	return r.v.scanRaw(table, nil, nil, func(key, value []byte) (bool, error) {
		if n++; n%1024 == 0 && r.ctx.Err() != nil {
			return false, r.ctx.Err()
		}
		value, err := unseal(key, value)
		err = each(append([]byte(nil), key[1:]...), value, err)
		return err == nil, err
	})
}

func (r *repairer) put(key, value []byte) {
	if value == nil {
		value = []byte{}
	}
	r.want[string(key)] = value
}

// change notes an op and what it is for.
func (r *repairer) change(o op) {
	r.ops = append(r.ops, o)
	m := r.made[o.key[0]]
	if m == nil {
		m = &Repaired{Kind: kindOf(o.key[0])}
		r.made[o.key[0]] = m
	}
	if o.delete {
		m.Removed++
	} else {
		m.Made++
	}
}

func (r *repairer) readStories() error {
	err := r.scan(tabMeta, func(key, value []byte, err error) error {
		at, keyErr := decodePlace(key)
		if keyErr != nil {
			r.broken[tabMeta] = true
			r.lost("a story under a key of %d bytes", len(key))
			return nil
		}
		var m meta
		if err == nil {
			m, err = decodeMeta(value)
		}
		if err == nil && (keyOf(m.story.ID) != at.story() || placeOf(m.story.Published, at.story()) != at) {
			err = corrupt("it is stored under the key of another")
		}
		k := at.story()
		s := &repairedStory{at: at}
		if err != nil {
			r.broken[tabMeta] = true
			r.lost("story %x: its record, with headline, source, times and placement: %v", k, err)
		} else {
			s.meta = &m
		}
		if old := r.stories[k]; old != nil {
			r.lost("story %x: it is there twice", k)
			if old.meta != nil {
				return nil
			}
		} else {
			r.order = append(r.order, k)
		}
		r.stories[k] = s
		return nil
	})
	for _, k := range r.order {
		s := r.stories[k]
		r.put(keyStory(tabIndex, k), encodeIndex(timeOfKey(s.at[:timeWidth])))
		if s.meta == nil {
			continue
		}
		p := &s.meta.placement
		if p.Event == "" {
			r.put(keyPlace(tabWaiting, s.at), nil)
		}
		if p.Series != "" {
			r.put(keyEdition(p.Series, s.at), nil)
		}
		if p.Group != "" {
			r.groups[p.Group] = append(r.groups[p.Group], k)
			r.inUse[p.Group] = true
		}
	}
	return err
}

// readTexts finds the stories without text, and those without features.
func (r *repairer) readTexts() error {
	err := r.scan(tabText, func(key, value []byte, _ error) error {
		at, err := decodePlace(key)
		if err != nil {
			return nil // Check names it
		}
		s := r.stories[at.story()]
		if s == nil || s.at != at {
			r.lost("a text without a story, under %x", key)
			return nil
		}
		text, err := r.s.texts.Load().decode(value)
		if err == nil && s.meta != nil {
			whole := s.meta.story
			whole.Text = text
			if whole.ContentHash() != s.meta.content {
				err = corrupt("it is not what was stored")
			}
		}
		if s.meta != nil && s.meta.expired {
			r.change(op{key: keyPlace(tabText, at), delete: true})
			return nil
		}
		if s.text = true; err != nil {
			r.lost("story %s: its text: %v", r.nameOf(at.story()), err)
			s.features = true // nothing to make them from
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = r.scan(tabFeatures, func(key, value []byte, err error) error {
		if err == nil {
			_, err = decodeFeatures(value)
		}
		at, keyErr := decodePlace(key)
		if keyErr != nil || r.stories[at.story()] == nil || r.stories[at.story()].at != at {
			if !r.broken[tabMeta] {
				r.change(op{key: append([]byte{tabFeatures}, key...), delete: true})
			}
			return nil
		}
		if s := r.stories[at.story()]; s.meta != nil && s.meta.expired {
			r.change(op{key: keyPlace(tabFeatures, at), delete: true})
		} else if err == nil {
			s.features = true
		}
		return nil
	})
	for _, k := range r.order {
		s := r.stories[k]
		if s.meta != nil && s.meta.expired {
			continue
		}
		if !s.text {
			r.lost("story %s: its text is missing", r.nameOf(k))
		} else if !s.features && s.meta != nil {
			r.remake = append(r.remake, k)
		}
	}
	return err
}

func (r *repairer) nameOf(k storyKey) string {
	if s := r.stories[k]; s != nil && s.meta != nil {
		return s.meta.story.ID
	}
	return fmt.Sprintf("%x", k)
}

// features makes features from texts.
func (r *repairer) features() error {
	if len(r.remake) == 0 {
		return nil
	}
	if r.o.DryRun {
		for _, k := range r.remake {
			r.change(op{key: keyPlace(tabFeatures, r.stories[k].at), value: []byte{}})
		}
		return nil
	}
	var profiles []cluster.SourceProfile
	err := r.scan(tabSource, func(_, value []byte, err error) error {
		if err != nil {
			return nil // named as lost
		}
		if name, data, err := decodeNamed("source profile", value); err == nil {
			profiles = append(profiles, cluster.SourceProfile{Source: name, Data: data})
		}
		return nil
	})
	if err != nil {
		return err
	}
	make, err := r.o.Featurise(profiles)
	if err != nil {
		return err
	}
	for list := r.remake; len(list) > 0; {
		part := list[:min(len(list), upgradeStories)]
		list = list[len(part):]
		stories := []cluster.Story{}
		for _, k := range part {
			s := r.stories[k]
			story := s.meta.story
			if story.Text, err = r.v.text(story.ID, s.at); err != nil {
				return err
			}
			stories = append(stories, story)
		}
		made, err := make(r.ctx, stories)
		if err != nil {
			return err
		}
		for i, k := range part {
			r.change(op{key: keyPlace(tabFeatures, r.stories[k].at), value: appendFeatures(nil, made[i])})
		}
	}
	return nil
}
