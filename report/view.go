package report

import "time"

// Version is the version of every JSON view. Fields are only added within a version; a field never changes its
// meaning or its unit. docs/JSON.md describes them.
const Version = 1

// View is the answer to one question, ready to be shown by [Write]. The types of this package whose names end in View
// implement it, and nothing else can.
type View interface {
	layout() page     // for tables and Markdown
	records() records // for CSV
	lines() []any     // for JSON Lines
	made() time.Time  // when the question was asked
}

// Meta opens every view.
type Meta struct {
	Version int       `json:"version"`
	View    string    `json:"view"`
	Now     time.Time `json:"now"` // the moment that ages and relative times are measured from
}

func newMeta(view string, now time.Time) Meta {
	return Meta{Version: Version, View: view, Now: now}
}

func (m Meta) made() time.Time { return m.Now }

// StoryLine is a story in a list.
type StoryLine struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Source    string    `json:"source"`
	URL       string    `json:"url,omitempty"`
	Lang      string    `json:"lang"`
	Published time.Time `json:"published"`
	Precision string    `json:"precision"` // exact, day, or arrival where the story carried no date
}

// Evidence is why a story is in its duplicate group, measured against the representative.
type Evidence struct {
	Relation  string  `json:"relation"`  // origin, exact, reprint, edited, excerpt or update
	Jaccard   float64 `json:"jaccard"`   // shared shingles over all shingles of the two texts, 0..1
	Contained float64 `json:"contained"` // share of this story's shingles that the representative has, 0..1
	Contains  float64 `json:"contains"`  // share of the representative's shingles that this story has, 0..1
}

// CopyLine is a story as a member of its duplicate group.
type CopyLine struct {
	StoryLine
	Evidence
	Lag *int64 `json:"lag_seconds"` // after the representative; null where a time is not known to the minute
}

// EventLine is an event in a list.
type EventLine struct {
	ID         string    `json:"id"`
	Thread     string    `json:"thread"`
	Headline   string    `json:"headline"`          // of the representative, or what an editor called the event
	Renamed    bool      `json:"renamed,omitempty"` // the headline is an editor's
	Story      string    `json:"story"`             // id of the representative
	Source     string    `json:"source"`            // of the representative
	URL        string    `json:"url,omitempty"`
	Lang       string    `json:"lang"`
	First      time.Time `json:"first"`           // the first hour that is known, unless a story without one is of an earlier day
	FirstKnown string    `json:"first_precision"` // exact, day or arrival, as of a story
	Last       time.Time `json:"last"`
	LastKnown  string    `json:"last_precision"`
	Stories    int       `json:"stories"`             // all of them, copies included
	Copies     int       `json:"copies"`              // stories folded under their origin
	Sources    int       `json:"independent_sources"` // publisher families with a text of their own
	Outlets    []string  `json:"outlets"`             // every outlet that has it, copies included, the first first
	Names      []string  `json:"names"`
	Cohesion   float64   `json:"cohesion"`   // mean probability that two stories of it belong together, 0..1
	Importance float64   `json:"importance"` // see ImportanceOf
	// Diversity, Velocity, Trend and Settledness are described in docs/RANKING.md.
	Diversity   float64 `json:"diversity"`   // effective number of publisher families, see DiversityOf
	Velocity    float64 `json:"velocity"`    // reports an hour, see VelocityOf
	Trend       float64 `json:"trend"`       // against its usual rate, see TrendOf
	Settledness float64 `json:"settledness"` // 0..1, see SettlednessOf

	Came Arrivals `json:"-"` // its stories, for drawings
}

// ThreadLine is a thread in a list.
type ThreadLine struct {
	ID         string    `json:"id"`
	Headline   string    `json:"headline"`          // of the founding event, or what an editor called the thread
	Renamed    bool      `json:"renamed,omitempty"` // the headline is an editor's
	Latest     string    `json:"latest"`            // headline of the last beat
	LastBeat   string    `json:"last_event"`
	Lang       string    `json:"lang"` // of the founding event
	First      time.Time `json:"first"`
	FirstKnown string    `json:"first_precision"`
	Last       time.Time `json:"last"`
	LastKnown  string    `json:"last_precision"`
	Beats      int       `json:"events"`
	Stories    int       `json:"stories"`
	Copies     int       `json:"copies"`
	Sources    int       `json:"independent_sources"`
	Outlets    []string  `json:"outlets"`
	Names      []string  `json:"names"`      // of the founding event
	Importance float64   `json:"importance"` // over all events; see ImportanceOf
	// Diversity, Velocity, Trend and Settledness are described in docs/RANKING.md.
	Diversity   float64 `json:"diversity"`   // effective number of publisher families, see DiversityOf
	Velocity    float64 `json:"velocity"`    // reports an hour, see VelocityOf
	Trend       float64 `json:"trend"`       // against its usual rate, see TrendOf
	Settledness float64 `json:"settledness"` // 0..1, see SettlednessOf

	Came Arrivals `json:"-"` // the stories of the last beat
}

// GroupLine is a duplicate group: one text and the copies of it.
type GroupLine struct {
	ID             string     `json:"id"`
	Event          string     `json:"event"`
	Representative StoryLine  `json:"representative"`
	Stories        int        `json:"stories"`
	Outlets        []string   `json:"outlets"`
	First          time.Time  `json:"first"`
	FirstKnown     string     `json:"first_precision"` // exact, day or arrival, as of a story
	Last           time.Time  `json:"last"`
	LastKnown      string     `json:"last_precision"`
	Copies         []CopyLine `json:"copies"` // without the representative, in order of time
}

// Page is where a list stands among the pages of a longer one. It is empty for lists that are not turned.
type Page struct {
	Sequence uint64 `json:"sequence,omitempty"` // number of the journal entry up to which the list is of
	Next     string `json:"next,omitempty"`     // cursor of the next page; absent on the last
	// Changed is how many elements before this page have changed since the first page was answered: they may stand elsewhere
	// now, and not have been on any page.
	Changed int `json:"changed,omitempty"`
}

// EventsView is the answer to "what happened".
type EventsView struct {
	Meta
	Query Filter `json:"query"`
	Page
	Total  int         `json:"total"` // events that match, of which Events is the first Query.Limit
	Events []EventLine `json:"events"`
}

// Origin is a text of its own within an event, with the copies of it.
type Origin struct {
	StoryLine
	Lag    *int64     `json:"lag_seconds"` // after the first story of the event
	Group  string     `json:"group"`
	Copies []CopyLine `json:"copies"`
}

// Outlet is one source's share of an event.
type Outlet struct {
	Source  string   `json:"source"`
	Lag     *int64   `json:"lag_seconds"` // of its first story after the first story of the event
	Stories []Origin `json:"stories"`
}

// EventView is everything about one event.
type EventView struct {
	Meta
	RedirectedFrom string    `json:"redirected_from,omitempty"` // the id that was asked for, where it has ended
	Event          EventLine `json:"event"`
	FirstSource    string    `json:"first_source"` // the first whose hour is known; empty where two share the second
	Hourless       int       `json:"hourless"`     // stories of other outlets known to the day or not at all, which may have been earlier
	Outlets        []Outlet  `json:"outlets"`      // by the time of their first own text
	// Happening is the event across languages: the id of the oldest event that reports the same, its own where no other
	// does.
	Happening    string            `json:"happening"`
	Languages    []string          `json:"languages"` // that the happening is told in, that of the event first
	Counterparts []CounterpartLine `json:"counterparts"`
	MentionedIn  []Mention         `json:"mentioned_in"` // round-ups that mention its thread, in time order
	Mentions     []Mentioned       `json:"mentions"`     // threads that it mentions, being a round-up itself
}

// ThreadsView is the answer to "what is still going on".
type ThreadsView struct {
	Meta
	Query Filter `json:"query"`
	Page
	Total   int          `json:"total"`
	Threads []ThreadLine `json:"threads"`
}

// Beat is one event of a thread with what ties it to the core.
type Beat struct {
	// Kind is founding, update, follow-up, reaction, background, anniversary, saga, reopened or counterpart.
	Kind  string    `json:"kind"`
	Score float64   `json:"score"` // similarity to the core of the thread, 0..1
	Names []string  `json:"names"` // specific names of the core that recur
	Terms []string  `json:"terms"` // event-kind words of the core that recur
	Event EventLine `json:"event"`
	New   News      `json:"new"` // what no earlier beat has
}

// ThreadView is everything about one thread.
type ThreadView struct {
	Meta
	RedirectedFrom string     `json:"redirected_from,omitempty"`
	Thread         ThreadLine `json:"thread"`
	Beats          []Beat     `json:"beats"`            // in time order, the founding event first
	Figures        []Account  `json:"figures"`          // matters on which the reports differ, people first
	FiguresLeftOut int        `json:"figures_left_out"` // matters that are not listed
	Read           ReadLine   `json:"read"`             // what New and Figures are taken from
	MentionedIn    []Mention  `json:"mentioned_in"`     // round-ups, in time order
}

// VersionLine is one version of a story.
type VersionLine struct {
	Version int       `json:"version"` // from 1
	Arrived time.Time `json:"arrived"`
	Title   string    `json:"title"`
	Words   int       `json:"words"`
	Changes *Rewrite  `json:"changes,omitempty"` // of the version before; absent of the first
}

// StoryView is everything about one story.
type StoryView struct {
	Meta
	Story       StoryDetail   `json:"story"`
	Versions    []VersionLine `json:"versions"`
	Duplicates  *GroupLine    `json:"duplicates"`   // null for a story without copies
	Event       *EventLine    `json:"event"`        // null while the story waits for the event stage
	Thread      *ThreadLine   `json:"thread"`       // null where the thread is this event alone
	MentionedIn []Mention     `json:"mentioned_in"` // round-ups that mention its thread, in time order
	Mentions    []Mentioned   `json:"mentions"`     // threads that its event mentions, being a round-up
	Series      *SeriesLine   `json:"series"`       // null for a story that is no edition of a series
}

// StoryDetail is a story with all its fields.
type StoryDetail struct {
	StoryLine
	Evidence
	Author  string     `json:"author,omitempty"`
	Updated *time.Time `json:"updated,omitempty"`
	Arrived time.Time  `json:"arrived"`
	Words   int        `json:"words"`
	Version int        `json:"story_version"`
	Group   string     `json:"group"`
	EventID string     `json:"event"`
	Series  string     `json:"series,omitempty"`
	Text    string     `json:"text"`
	Expired bool       `json:"expired,omitempty"` // text and older versions have been given up
}

// DuplicatesView lists duplicate groups with the evidence for each copy.
type DuplicatesView struct {
	Meta
	Query Filter `json:"query"`
	Page
	Total  int         `json:"total"`
	Groups []GroupLine `json:"groups"`
}

// RejectLine is an input item that was quarantined.
type RejectLine struct {
	Path    string `json:"path"`
	Line    int64  `json:"line"`
	Reason  string `json:"reason"`
	Excerpt string `json:"excerpt,omitempty"`
}

// RunLine is one execution of a job.
type RunLine struct {
	ID        string       `json:"id"`
	Job       string       `json:"job"`
	Started   time.Time    `json:"started"`
	Ended     *time.Time   `json:"ended"`    // null for a run that never ended
	Duration  float64      `json:"duration"` // in seconds
	Status    string       `json:"status"`   // running, ok, partial, failed, interrupted
	Read      int          `json:"read"`
	New       int          `json:"new"`
	Revised   int          `json:"revised"`
	Unchanged int          `json:"unchanged"`
	Rejected  int          `json:"rejected"`
	Error     string       `json:"error,omitempty"`
	Notes     []string     `json:"notes"`   // what was decided about stories, with how many
	Rejects   []RejectLine `json:"rejects"` // the first few

	Embeddings *RunEmbeddings `json:"embeddings,omitempty"`
}

// RunsView is the run log, newest first.
type RunsView struct {
	Meta
	Query Filter `json:"query"`
	Page
	Runs []RunLine `json:"runs"`
}
