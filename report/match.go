package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
)

// maxCopies bounds how many copies and near copies a match lists.
const maxCopies = 20

// Match shows what a text would be among the stored stories. window is what it was compared with.
func Match(r Reader, m *cluster.Match, s *cluster.Story, window Window, now time.Time) (MatchView, error) {
	v := MatchView{
		Meta: newMeta("match", now), Title: s.Title, Lang: s.Lang, Words: m.Words, Searched: window, Copies: []MatchCopy{},
	}
	v.Searched.Stories = m.Stories
	nearly := -1
	for i := range m.Copies.Matches {
		x := &m.Copies.Matches[i]
		if x.Verdict != "exact" && x.Verdict != "copies" {
			if nearly < 0 {
				nearly = i
			}
			continue
		}
		if len(v.Copies) == maxCopies {
			break
		}
		rec, err := r.Story(x.ID)
		if err != nil {
			return v, err
		}
		v.Copies = append(v.Copies, MatchCopy{StoryLine: storyLine(&rec), Evidence: *textEvidence(x), Event: rec.Placement.Event})
	}
	if err := v.events(r, m, now); err != nil {
		return v, err
	}
	if v.Nearest == nil && len(v.Copies) == 0 && nearly >= 0 {
		x := &m.Copies.Matches[nearly]
		rec, err := r.Story(x.ID)
		if err != nil {
			return v, err
		}
		line := storyLine(&rec)
		v.Nearest = &Miss{Story: &line, Jaccard: round(x.Jaccard), Why: missReason(x.Verdict, x.Conflicts)}
	}
	v.Verdict = v.verdict(m.Copies.Group)
	return v, nil
}

func missReason(verdict string, conflicts []string) string {
	switch {
	case verdict == "editions":
		return "another edition of the same series, not a copy"
	case len(conflicts) > 0:
		return "much the same words, but " + strings.Join(conflicts, ", ") + " differ"
	default:
		return "too few of the words are the same"
	}
}

// events fills in the event that the text belongs to, or the nearest miss, and the runner-up.
func (v *MatchView) events(r Reader, m *cluster.Match, now time.Time) error {
	joined := 0
	if len(v.Copies) > 0 && v.Copies[0].Event != "" {
		// A copy inherits the event of its text.
		line, err := eventByID(r, v.Copies[0].Event, now)
		if err != nil {
			return err
		}
		v.Event = &CandidateLine{Event: *line, Probability: 1, Why: "a copy belongs to the event of its text"}
		for i := range m.Events {
			if m.Events[i].Event != line.ID {
				joined = i
				break
			}
			joined = i + 1
		}
	} else if len(m.Events) > 0 {
		best, err := candidate(r, &m.Events[0], now)
		if err != nil {
			return err
		}
		threshold := m.Events[0].Needed
		c := comparison(&m.Event, m.Shared, threshold)
		for _, g := range m.Event.Gates {
			c.Gates = append(c.Gates, gateLine(g))
		}
		v.Comparison = &c
		if m.Events[0].Joins {
			v.Event = best
		} else {
			v.Nearest = &Miss{
				Event: &best.Event, Probability: best.Probability,
				Why: fmt.Sprintf("probability %.3f is below %.3f", best.Probability, threshold),
			}
		}
		joined = 1
	}
	if joined < len(m.Events) && v.Event != nil {
		up, err := candidate(r, &m.Events[joined], now)
		if err != nil {
			return err
		}
		v.RunnerUp = up
		margin := round(v.Event.Probability - up.Probability)
		v.Margin = &margin
	}
	return v.thread(r, now)
}

func (v *MatchView) thread(r Reader, now time.Time) error {
	if v.Event == nil {
		return nil
	}
	ev, err := r.Event(v.Event.Event.ID)
	if err != nil || ev.Thread == "" {
		return err
	}
	t, err := r.Thread(ev.Thread)
	if err != nil {
		return err
	}
	c, err := loadThread(r, t, now)
	if err != nil {
		return err
	}
	v.Thread = &c.line
	return nil
}

func (v *MatchView) verdict(group string) string {
	switch {
	case v.Searched.Stories == 0:
		return fmt.Sprintf("Nothing was compared: there is no story between %s and %s. --at says when the text was published.",
			v.Searched.From.Format(time.DateOnly), v.Searched.To.Format(time.DateOnly))
	case len(v.Copies) > 0 && group != "":
		return fmt.Sprintf("A copy: %s.", v.Copies[0].Relation)
	case len(v.Copies) > 0:
		return "Close to a copy, but not of the text that its group is held by."
	case v.Event != nil:
		return fmt.Sprintf("Not new: it reports an event that is known, with probability %.2f.", v.Event.Probability)
	default:
		return "New: nothing like it was found."
	}
}
