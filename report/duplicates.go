package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// Duplicates lists duplicate groups: the largest first, then the newest. MinSources counts the outlets that have the
// text. The query's sort has no effect.
func Duplicates(r Reader, q Query) (DuplicatesView, error) {
	q.Sort = Size
	t, q, err := turn[GroupLine](r, "duplicates", q, cluster.LevelGroup)
	if err != nil {
		return DuplicatesView{}, err
	}
	v := DuplicatesView{Meta: newMeta("duplicates", q.Now), Query: q.filter()}
	w := words(q.Needles())
	free := q.Since.IsZero() && q.Until.IsZero() && q.Plain()
	for g, err := range r.Groups() {
		if err != nil {
			return v, fmt.Errorf("read groups: %w", err)
		}
		if len(g.Members) < q.MinSources {
			continue
		}
		if best := (Rank{Score: float64(len(g.Members)), Last: endOfTime}); free && !t.open(best) {
			best.ID = g.ID
			t.count(best)
			continue
		}
		line, err := loadGroup(r, g)
		if err != nil {
			return v, err
		}
		if !line.matches(q, w) {
			continue
		}
		t.meet(Rank{Score: float64(line.Stories), Last: line.Last.Truncate(time.Second), ID: line.ID}, line)
	}
	v.Groups, v.Total = t.page(&v.Page), t.total
	return v, nil
}

// endOfTime is later than any story: the store holds no time of a group, so that any may be the newest of its size.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (g *GroupLine) matches(q Query, w words) bool {
	switch {
	case !q.Since.IsZero() && g.Last.Before(q.Since),
		!q.Until.IsZero() && !g.First.Before(q.Until),
		len(g.Outlets) < q.MinSources,
		q.Lang != "" && !strings.EqualFold(g.Representative.Lang, q.Lang),
		!q.fromOutlets(g.Outlets):
		return false
	}
	texts := []string{g.Representative.Title}
	for _, c := range g.Copies {
		texts = append(texts, c.Title)
	}
	return w.in(texts...)
}

// shownRejects is how many rejects a run shows: enough to see the kind of trouble. The store keeps more.
const shownRejects = 5

// Runs lists the run log, newest first. Of the query, Since and Until select by the start of a run, Text by its job,
// and Limit counts.
func Runs(r Reader, q Query) (RunsView, error) {
	q.Sort = Newest
	t, q, err := turn[RunLine](r, "runs", q)
	if err != nil {
		return RunsView{}, err
	}
	v := RunsView{Meta: newMeta("runs", q.Now), Query: q.filter()}
	w := newWords(q.Text)
	for run, err := range r.Runs() {
		if err != nil {
			return v, fmt.Errorf("read runs: %w", err)
		}
		if !q.Until.IsZero() && !run.Started.Before(q.Until) || !w.in(run.Job) {
			continue
		}
		at := Rank{Score: float64(run.Started.UnixMicro()), Last: run.Started.Truncate(time.Second), ID: run.ID}
		if t.passed(at) {
			continue
		}
		if !q.Since.IsZero() && run.Started.Before(q.Since) {
			break
		}
		if last, full := t.kept.Last(); full && at.Score < last.Score {
			t.after++
			break
		}
		line, err := runLine(r, run, q.Now)
		if err != nil {
			return v, err
		}
		t.meet(at, line)
	}
	v.Runs = t.page(&v.Page)
	return v, nil
}

func runLine(r Reader, run store.Run, now time.Time) (RunLine, error) {
	line := RunLine{
		ID: run.ID, Job: run.Job, Started: run.Started.UTC(), Ended: optional(run.Ended), Status: run.Status,
		Read: run.Read, New: run.New, Revised: run.Revised, Unchanged: run.Unchanged, Rejected: run.Rejected,
		Error: run.Error, Notes: list(run.Notes), Rejects: []RejectLine{}, Embeddings: ViewEmbeddings(run.Embeddings),
	}
	end := now
	if line.Ended != nil {
		end = *line.Ended
	}
	line.Duration = round(max(end.Sub(run.Started), 0).Seconds())
	rejects, err := r.Rejects(run.ID)
	if err != nil {
		return line, fmt.Errorf("rejects of run %s: %w", run.ID, err)
	}
	for _, x := range rejects.Kept[:min(len(rejects.Kept), shownRejects)] {
		line.Rejects = append(line.Rejects, RejectLine{Path: x.Path, Line: x.Line, Reason: x.Reason, Excerpt: x.Excerpt})
	}
	return line, nil
}
