package thread

import (
	"cmp"
	"slices"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster/text"
)

// Entry is one term of a story's headline and lead with its frequency weight, usually 1+ln(tf); inverse document
// frequency is applied here, so that all stories are weighed by one table.
type Entry struct {
	Term   text.Term
	Weight float32
}

// Story is one representative story of an event.
type Story struct {
	ID      string
	Time    time.Time
	Undated bool // Time is when it arrived, and says nothing
	Profile Profile
	Vector  []Entry // sorted by term, each term once; of the headline and the lead, like the profile
}

// Event is what Link needs of one event cluster. Copies stay out: only the representatives of duplicate groups count.
type Event struct {
	ID          string
	Founder     string // id of the founding story; a thread that this event founds is named after it
	Lang        string
	First, Last time.Time
	Undated     bool    // First and Last mean nothing: every gap counts as zero
	Stories     []Story // in (time, id) order, at least one
}

// IDF gives the inverse document frequency of a term, ln(N/df), about 8.5 for an unknown one. Path "saga" needs one that
// has the frequencies of the store itself in it.
type IDF interface {
	IDF(t text.Term) float64
}

// Link kinds.
const (
	Founding = "founding"  // the event that the thread is named after
	Update   = "update"    // the same happening, told within a day
	FollowUp = "follow-up" // a later event with the names and the kind words of the founding one
	Reaction = "reaction"  // a follow-up in which somebody new speaks
	// Anniversary is an event that marks the day, whole years later.
	Anniversary = "anniversary"
	Background  = "background" // a follow-up that explains or tells again
	Saga        = "saga"       // held by the text of a long thread alone; weaker, shown as such
	Reopened    = "reopened"   // a follow-up after more than the window of silence
	Mention     = "mentions"   // a round-up that touches the thread; never a member
)

// Relation is the place of one event in a thread, with the evidence.
type Relation struct {
	Event string
	Kind  string
	Score float64  // text similarity to the thread's core, 0..1; 1 for the founding event, 0 between languages
	Names []string // specific names of the core that recur, as the core writes them
	Terms []string // heads of the kind words of the core that recur
	Kinds float64  // weight of the recurring kind words, against Params.Kinds
	// Margin is by how much the link holds: of a follow-up, in any of its kinds, the probability less .5; of a reopened
	// thread and a saga the similarity less what it needed. 0 where nothing was weighed.
	Margin float64
}

// Thread is a founding event with what followed. Every event is in exactly one thread; most threads hold one event.
type Thread struct {
	ID       string
	Links    []Relation // founding event first, then in order of founding time
	Mentions []Relation // round-ups that touch the thread; they are members of a thread of their own
}

// ID is the name that a thread has after the founding story of its founding event. It tells the threads of one linking
// apart; who hands threads out may know them by an id that they had before, see package identity.
func ID(founder string) string {
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	h := xxh3.HashString128("thread\x00" + founder).Hi
	b := [11]byte{'t'}
	for i := 1; i < len(b); i++ {
		b[i] = digits[h>>59]
		h <<= 5
	}
	return string(b[:])
}

// Params are the thresholds of the linking rule, measured with the background table pooled with the frequencies of the
// store; another way of weighing terms moves them.
type Params struct {
	// Follow holds the learned weights of follow-ups; nil means the shipped ones.
	Follow     *Model
	KindsLeast float64 // weight of kind words of the core without which nothing is a follow-up, whatever else recurs
	Names      int     // specific names of the core that must recur between languages, and after the window
	Kinds      float64 // weight of kind words of the core likewise
	KindWord   float64 // weight of one kind word
	OtherWord  float64 // weight of any other shared rare word, times min(OtherCap, IDF)
	OtherCap   float64 // most that IDF counts for in such a word
	OtherRare  float64 // least IDF of such a word
	NameRare   float64 // least IDF of a specific name
	TextRare   float64 // least IDF of a term that text similarity sees
	Reopen     float64 // least similarity after the window
	TextCap    float64 // most that the IDF of a term counts for in text similarity
	Saga       float64 // least similarity of a link by text alone; 0: no such links
	SagaLength float64 // least similarity likewise, per root of the terms that a story has
	SagaLate   float64 // the same for the second look, at what stayed apart
	// SagaContrast is how many times as similar to a saga as to the stories from outside its time an event must be once
	// the saga is whole.
	SagaContrast float64
	// SagaFalse is the share of a thread's links by text that may be there by chance, judged by how many stories from
	// outside its time are as similar.
	SagaFalse   float64
	SagaPanel   int           // stories of a language that are looked at for that
	SagaControl int           // how many of them must lie outside the time of a thread
	SagaSize    int           // stories that a thread needs before it takes such links
	SagaAge     time.Duration // time between its first and last story likewise
	SagaWhole   int           // stories from which on its whole text decides, at the end, what belongs to it
	SagaMost    int           // stories from which on a thread takes no more: by then it is a topic
	SagaStore   int           // stories that the set needs before it has such links at all
	Window      time.Duration // silence after which a thread must be reopened
	Languages   time.Duration // silence after which reports in other languages no longer join
	Core        time.Duration // how long the core stays open after the founding story
	CoreLikely  float64       // cosine to the founding story that a story of the core needs
	CoreText    int           // stories of the text core
	Anniversary time.Duration // how far from the day an anniversary may be told
	HalfLife    time.Duration // of the rolling mean of the text
	Mentions    int           // most threads that one round-up mentions
}

// DefaultParams returns the measured thresholds.
func DefaultParams() Params {
	const day = 24 * time.Hour
	return Params{
		KindsLeast: 3.5, Names: 2, Kinds: 6, KindWord: 3.5, OtherWord: .7, OtherCap: 5, OtherRare: 3, NameRare: 4, TextRare: 1, TextCap: 4,
		Reopen: .10,
		Saga:   .06, SagaLength: .018, SagaLate: .020, SagaFalse: .30, SagaPanel: 1024, SagaContrast: 1.25, SagaControl: 50,
		SagaSize: 2, SagaWhole: 15, SagaMost: 200, SagaAge: 2 * day, SagaStore: 200,
		Window: 45 * day, Languages: 4 * day, Core: day, CoreLikely: .30, CoreText: 100, HalfLife: 30 * day,
		Mentions: 8, Anniversary: 7 * day,
	}
}

// Link puts every event into a thread. The result lists the threads in order of their founding events.
//
// An event joins the thread with the most similar text among those that accept it:
//   - follow-up: a specific name of the core recurs, in a headline of either side, and kind words of the core do; and
//     the head finds that likelier than not. Within a day and close to the founding story it is an update, with a headline that explains a background piece, with a new name speaking in it a reaction.
//   - anniversary: the same whole years after the founding story, if the headline says so.
//   - reopened: the same after a long silence, with two names and two event words.
//   - saga: the text of a thread that has lasted some days, where the thread stands out from the store: few stories of
//     other times are as similar to it. A store needs SagaStore stories and a reach of some months for this; what stayed
//     apart while the thread was young, and what came in, is looked at again at the end.
//   - other language: two names by their spellings in both, and kind words, within a few days; the event then becomes
//     the core for its language.
//
// The cost is near-linear: events meet only threads that share a rare name, or rare terms of a long thread.
func Link(events []Event, idf IDF, p Params) []Thread { return LinkPart(events, events, idf, p) }

// LinkPart links some of all events with each other, by what is common and what is rare among all of them. It gives the
// threads that Link gives where no event of part follows, or is followed by, one that is left out.
func LinkPart(part, all []Event, idf IDF, p Params) []Thread { return link(part, all, idf, p, nil) }

// link is LinkPart; watch, where it is set, sees every event at its turn with the cores that would take it, best first.
func link(part, all []Event, idf IDF, p Params, watch func(*linker, *draft, []candidate)) []Thread {
	known, stories := withStories(all)
	if stories < p.SagaStore {
		p.Saga = 0
	}
	l := newLinker(idf, p)
	l.watch = watch
	order, _ := withStories(part)
	slices.SortFunc(order, compareEvents)
	return l.run(order, known)
}

// run links some of all events; part is in order.
func (l *linker) run(part, all []*Event) []Thread {
	if l.Saga > 0 {
		l.newPanels(all)
	}
	l.weighKinds(all)
	for _, e := range all {
		l.learnAliases(e)
	}
	for _, e := range part {
		l.place(e)
	}
	l.absorb()
	l.settle()
	return l.result()
}

// withStories returns the events that have stories, and counts these.
func withStories(events []Event) (out []*Event, stories int) {
	out = make([]*Event, 0, len(events))
	for i := range events {
		if n := len(events[i].Stories); n > 0 {
			out = append(out, &events[i])
			stories += n
		}
	}
	return out, stories
}

// compareEvents orders events by founding time, undated ones last, then by id.
func compareEvents(a, b *Event) int {
	switch {
	case a.Undated != b.Undated:
		if a.Undated {
			return 1
		}
		return -1
	case !a.Undated:
		if c := a.First.Compare(b.First); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(a.Founder, b.Founder), cmp.Compare(a.ID, b.ID))
}
