package cluster

import (
	"context"
	"fmt"

	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/neardup"
	"github.com/samestory/samestory/cluster/text"
)

// SharedWord is a word of two texts and what it adds to their similarity.
type SharedWord struct {
	Word   string
	Amount float64 // part of the article cosine
	Name   bool
}

// PairExplanation says how two stories compare: as texts, and as reports of events.
type PairExplanation struct {
	// Copy is the evidence of the two texts, measured with A as this story and B as the other; nil where the texts
	// share too little to be compared.
	Copy *neardup.Match
	// A and B are the representatives that the event stage compared for the two stories.
	A, B    string
	Event   event.Explanation // zero where A and B are one story
	Shared  []SharedWord
	Verdict event.Verdict // of A against the event of B
}

// ExplainPair says why two resident stories are together or apart.
func (e *Engine) ExplainPair(ctx context.Context, a, b string, lib Library) (*PairExplanation, error) {
	ra, rb := e.stories[a], e.stories[b]
	for id, r := range map[string]*resident{a: ra, b: rb} {
		if r == nil {
			return nil, &UnknownStoryError{ID: id}
		}
	}
	out := &PairExplanation{A: e.representativeOf(ra), B: e.representativeOf(rb)}
	var err error
	if out.Copy, err = e.compareTexts(ctx, ra, b, lib); err != nil {
		return nil, err
	}
	if out.A == out.B && rb.place.Event == "" {
		out.Verdict.Story = out.A
		return out, nil
	}
	if err := e.placed(out.A, out.B); err != nil {
		return nil, err
	}
	if out.Verdict, err = e.clusterer.ExplainEvent(out.A, rb.place.Event); err != nil || out.A == out.B {
		return out, err
	}
	if out.Event, err = e.clusterer.Explain(out.A, out.B); err != nil {
		return nil, err
	}
	out.Shared, err = e.words(out.Event.Shared, out.A, lib)
	return out, err
}

// ExplainEvent judges a resident story against an event, and says which of its stories it is nearest to.
func (e *Engine) ExplainEvent(ctx context.Context, story, eventID string, lib Library) (*PairExplanation, error) {
	r := e.stories[story]
	if r == nil {
		return nil, &UnknownStoryError{ID: story}
	}
	if e.events[eventID] == nil {
		return nil, fmt.Errorf("event %s: %w: it is too far from the story in time", eventID, event.ErrUnknown)
	}
	out := &PairExplanation{A: e.representativeOf(r)}
	if err := e.placed(out.A); err != nil {
		return nil, err
	}
	var err error
	if out.Verdict, err = e.clusterer.ExplainEvent(out.A, eventID); err != nil {
		return nil, err
	}
	switch {
	case len(out.Verdict.Judged.Pairs) > 0:
		out.B = out.Verdict.Judged.Pairs[0].Story
	case !out.Verdict.Member: // nothing of the event came into question: its headline shows why
		out.B = e.representativeOf(e.stories[e.events[eventID].Representative])
	case out.Verdict.RunnerUp != nil: // alone in its event: what it did not join is the answer
		out.B = out.Verdict.RunnerUp.Pairs[0].Story
	default:
		return out, nil
	}
	if out.Copy, err = e.compareTexts(ctx, r, out.B, lib); err != nil {
		return nil, err
	}
	if out.Event, err = e.clusterer.Explain(out.A, out.B); err != nil {
		return nil, err
	}
	out.Shared, err = e.words(out.Event.Shared, out.A, lib)
	return out, err
}

func (e *Engine) representativeOf(r *resident) string {
	if g := e.groups[r.place.Group]; g != nil {
		return g.Representative
	}
	return r.id
}

// WaitingStoryError tells that a story has not been through the event stage yet, so that there is nothing to explain.
type WaitingStoryError struct{ ID string }

func (e *WaitingStoryError) Error() string {
	return fmt.Sprintf("story %s waits for its event: the next tick or backfill places it", e.ID)
}

// placed fails where one of some representatives waits for the event stage.
func (e *Engine) placed(representatives ...string) error {
	for _, id := range representatives {
		if e.stories[id].place.Event == "" {
			return &WaitingStoryError{ID: id}
		}
	}
	return nil
}

// compareTexts measures the text of a against that of b, if the index proposes b for it.
func (e *Engine) compareTexts(ctx context.Context, a *resident, b string, lib Library) (*neardup.Match, error) {
	title, body, err := lib.Text(a.id)
	if err != nil {
		return nil, err
	}
	found, err := e.detector.Lookup(ctx, neardup.Doc{
		ID: a.id, Source: a.source, Title: title, Text: body, Lang: a.lang, Time: a.published,
		Undated: a.precision == Arrival, DateOnly: a.precision == Day,
	}, libraryTexts(lib))
	if err != nil {
		return nil, fmt.Errorf("compare the texts of %s and %s: %w", a.id, b, err)
	}
	for i := range found.Matches {
		if found.Matches[i].ID == b {
			return &found.Matches[i], nil
		}
	}
	return nil, nil
}

func libraryTexts(lib Library) neardup.TextsFunc {
	return func(_ context.Context, id string) (string, string, error) { return lib.Text(id) }
}

// words finds the words behind hashed terms in the text of a story.
func (e *Engine) words(shared []event.SharedTerm, story string, lib Library) ([]SharedWord, error) {
	title, body, err := lib.Text(story)
	if err != nil {
		return nil, err
	}
	return wordsOf(shared, title+"\n"+body, e.stories[story].lang), nil
}

func wordsOf(shared []event.SharedTerm, s, lang string) []SharedWord {
	known := make(map[text.Term]string)
	var terms []text.Term
	for _, t := range text.AppendTokens(nil, s) {
		terms = text.AppendTerms(terms[:0], &t, lang)
		for i, term := range terms {
			if known[term] != "" {
				continue
			}
			known[term] = t.Raw
			if t.Kind == text.CJK {
				known[term] = bigram(t.Fold, i)
			}
		}
	}
	out := make([]SharedWord, 0, len(shared))
	for _, s := range shared {
		out = append(out, SharedWord{Word: known[s.Term], Amount: s.Amount, Name: s.Name})
	}
	return out
}

// bigram is the i-th of the overlapping pairs of characters that a run without word boundaries is cut into.
func bigram(run string, i int) string {
	n := 0
	found := run
	text.Bigrams(run, func(pair string) {
		if n == i {
			found = pair
		}
		n++
	})
	return found
}

// Match says what a text would be among the resident stories.
type Match struct {
	Copies neardup.Matches
	// Events lists the events that the text might belong to, best first.
	Events []event.Candidate
	// Event is the nearest story of the best event compared with the text.
	Event event.Explanation
	// Shared are the words that the text has in common with it.
	Shared  []SharedWord
	Words   int
	Stories int // resident stories that it was compared with
}

// Match judges a text without storing it.
func (e *Engine) Match(ctx context.Context, s *Story, lib Library) (*Match, error) {
	out := &Match{Stories: len(e.stories)}
	var err error
	if out.Copies, err = e.detector.Lookup(ctx, neardupDoc(s), libraryTexts(lib)); err != nil {
		return nil, fmt.Errorf("look for copies: %w", err)
	}
	var scratch event.Scratch
	f := e.featuriser.Features(eventDoc(s, e.detector.Report(neardupDoc(s), &text.Normaliser{})), &scratch)
	out.Words = f.Words()
	item := event.Item{
		ID: s.ID, Time: s.Published, Undated: s.Precision == Arrival, DateOnly: s.Precision == Day, Features: f,
		Embedding: s.Embedding,
	}
	out.Events = e.clusterer.Match(item)
	if len(out.Events) > 0 && len(out.Events[0].Pairs) > 0 {
		if out.Event, err = e.clusterer.ExplainItem(item, out.Events[0].Pairs[0].Story); err != nil {
			return nil, err
		}
		out.Shared = wordsOf(out.Event.Shared, s.Title+"\n"+s.Text, s.Lang)
	}
	return out, nil
}
