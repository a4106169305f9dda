package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Finding is one kind of damage with how often it was met.
type Finding struct {
	Kind     string // one of the Bad constants
	Count    int
	Examples []string // the first ones, at most five
}

// The kinds of findings.
const (
	BadChecksum = "checksum" // a table does not match its checksum
	BadRecord   = "record"   // a key or record cannot be decoded
	BadStory    = "story"    // the rows of a story do not belong together
	BadVersion  = "version"  // versions do not belong to a story, or are not as many as it says
	BadWaiting  = "waiting"  // waiting rows and stories without an event differ
	BadGroup    = "group"    // groups and placements differ
	BadEvent    = "event"    // events and placements differ
	BadThread   = "thread"   // threads and events differ
	BadSeries   = "series"   // series, their editions and placements differ
	BadIndex    = "index"    // a time index and its records differ
	BadRedirect = "redirect" // a redirect leads nowhere, in a circle, or away from an id in use
	BadJournal  = "journal"  // the journal has gaps, or does not lead to the groups, events and threads that are there
	BadRun      = "run"      // runs, their index or their rejects differ
	BadCursor   = "cursor"   // a cursor or source profile is stored under another name
	BadFeed     = "feed"     // the state of a feed is stored under another name
	BadOverride = "override" // an order of an editor is not obeyed, or cannot be
	BadCounts   = "counts"   // the kept counts are not what is there
	BadRedo     = "redo"     // a redo log was left behind
	BadMark     = "mark"     // the commit mark cannot be read
)

const maxExamples = 5

// CheckReport is what Check looked at and found.
type CheckReport struct {
	Counts   Counts     // as counted now
	Texts    int        // texts that were unpacked, all versions
	Rows     int        // rows that were read
	Kinds    []RowCount // rows that were verified, by kind; kinds without any are left out
	Findings []Finding  // ordered by kind; empty for a sound store
}

// OK reports whether nothing was found.
func (r *CheckReport) OK() bool { return len(r.Findings) == 0 }

// Check verifies every block against its checksum and every invariant of the store, on a snapshot; commits may go on
// meanwhile. Damage is reported, not returned: an error means that the check itself did not finish. It holds some
// 500 bytes a story in memory.
func (s *Store) Check(ctx context.Context) (CheckReport, error) {
	v := s.View()
	defer v.Close()
	if v.err != nil {
		return CheckReport{}, v.err
	}
	c := newChecker(ctx, v)
	if err := s.verifyChecksums(); err != nil {
		c.add(BadChecksum, "%v", err)
	}
	return c.run()
}

func newChecker(ctx context.Context, v *Snapshot) *checker {
	return &checker{
		ctx: ctx, v: v, found: make(map[string]*Finding), stories: make(map[storyKey]*checkedStory),
		groups: make(map[string][]storyKey), events: make(map[string]*checkedEvent), threads: make(map[string][]string),
		lones: make(map[string]lone), mentions: make(map[string]string),
		unreadable: make(map[string]bool), rows: make(map[byte]int),
	}
}

// run applies every rule to the rows that scan gives.
func (c *checker) run() (CheckReport, error) {
	if _, whole, err := readMark(c.v.s.dir); err != nil || !whole {
		c.add(BadMark, "the commit mark in %s cannot be read: a loss of commits would pass unseen until the next one", markName)
	}
	for _, rule := range []func() error{
		c.checkIndex, c.checkMeta, c.checkFeatures, c.checkTexts, c.checkVersions, c.checkWaiting,
		c.loadGroups, c.loadEvents, c.loadThreads, c.loadLones, c.checkHomes, c.checkThreads, c.checkExpired, c.checkTold, c.checkSeries, c.checkTimes,
		c.checkMentions, c.checkRedirects, c.checkJournal, c.checkRuns, c.checkRejects, c.checkNamed, c.checkFeeds, c.checkBrought, c.checkEmbeddings, c.checkOverrides,
		c.checkRedo, c.checkSingles, c.checkCounts,
	} {
		if err := rule(); err != nil {
			return CheckReport{}, fmt.Errorf("check: %w", err)
		}
	}
	for _, k := range kinds() {
		if n := c.rows[k.table]; n > 0 {
			c.report.Kinds = append(c.report.Kinds, RowCount{k.name, n})
		}
	}
	for _, f := range c.found {
		c.report.Findings = append(c.report.Findings, *f)
	}
	slices.SortFunc(c.report.Findings, func(a, b Finding) int { return strings.Compare(a.Kind, b.Kind) })
	return c.report, nil
}

// verifyChecksums reads every block of every table.
func (s *Store) verifyChecksums() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = corrupt("%v", r)
		}
	}()
	return s.db.VerifyChecksum()
}

// checker holds what the rows said, to be compared across tables.
type checker struct {
	ctx    context.Context
	v      *Snapshot
	report CheckReport
	found  map[string]*Finding

	stories map[storyKey]*checkedStory
	order   []storyKey // of stories, so that findings and examples come out the same each time
	groups  map[string][]storyKey
	events  map[string]*checkedEvent
	threads map[string][]string
	lones   map[string]lone
	series  map[string]bool // whether it has an edition

	rows       map[byte]int    // by table
	unreadable map[string]bool // keys of rows that were reported as BadRecord

	mentions map[string]string // keys that the table of mentions should have, and of which event

	part *part // the rows that are looked at; nil: all
}

type checkedStory struct {
	at           place
	group, event string
	series       string
	expired      bool
	versions     int  // as the meta row says
	kept         int  // version rows that were met
	size         int  // bytes of the text, as the meta row says
	meta         bool // whether there was a meta row
	features     bool
	text         bool
	waiting      bool
}

type checkedEvent struct {
	thread  string
	members []storyKey
	rep     storyKey
	began   uint64 // as eventRow has it
	head    string // what its row in the time index should be: key and value
}

func (c *checker) add(kind, format string, args ...any) {
	f := c.found[kind]
	if f == nil {
		f = &Finding{Kind: kind}
		c.found[kind] = f
	}
	f.Count++
	if len(f.Examples) < maxExamples {
		f.Examples = append(f.Examples, fmt.Sprintf(format, args...))
	}
}

// scan reads a table. A row that each cannot decode becomes a finding.
func (c *checker) scan(table byte, each func(key, value []byte) error) error {
	c.rows[table] = 0 // some tables are read twice
	read := func(each func(key, value []byte) (bool, error)) error { return c.v.scanRaw(table, nil, nil, each) }
	if c.part != nil {
		read = func(each func(key, value []byte) (bool, error)) error { return c.part.read(table, each) }
	}
	return read(func(key, value []byte) (bool, error) {
		c.rows[table]++
		c.report.Rows++
		if c.report.Rows%1024 == 0 && c.ctx.Err() != nil {
			return false, c.ctx.Err()
		}
		value, err := unseal(key, value)
		if err == nil {
			err = each(key[1:], value)
		}
		if err != nil && !c.unreadable[string(key)] {
			c.unreadable[string(key)] = true // other parts read it again
			c.add(BadRecord, "table %c, key %x: %v", table, key[1:], err)
		}
		return true, nil
	})
}
