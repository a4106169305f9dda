package api

import (
	"strings"

	"github.com/samestory/samestory/report"
)

// changesInput asks for entries of the journal.
type changesInput struct {
	Conditional
	Since  uint64 `query:"since" maximum:"9007199254740991" doc:"Number of a journal entry: what came after it. 0, or nothing: from the beginning." example:"0"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"At most so many."`
	Object string `query:"object" maxLength:"255" doc:"Only of this group, event, thread or series."`
	Level  string `query:"level" maxLength:"40" doc:"Only of this level: group, event, thread, series, override."`
	Kind   string `query:"kind" maxLength:"40" doc:"Only of this kind: created, grew, merged, ..."`
}

// overridesInput asks for what editors ordered.
type overridesInput struct {
	Conditional
	Window
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"At most so many."`
	Place
}

// journal adds the operations that tell what became of things.
func (a *API) journal() {
	changes := func(q *question, in *changesInput) (report.ChangesView, error) {
		return report.Changes(q.snap, report.ChangesQuery{
			Since: in.Since, Object: strings.TrimSpace(in.Object), Level: strings.TrimSpace(in.Level), Kind: strings.TrimSpace(in.Kind),
			Limit: in.Limit, Now: q.now,
		})
	}
	timeless := func(*changesInput) bool { return false }
	get(a, found(op("list-changes", "/api/v1/changes", tagJournal, "What changed, in the order in which it did")), timeless, changes)
	old := found(op("list-changes-unversioned", "/api/changes", tagJournal, "What changed, under an older address"))
	old.Deprecated = true
	get(a, old, timeless, changes)
	get(a, linked(
		op("list-overrides", "/api/v1/overrides", tagEditing, "What editors ordered, newest first"),
		leads("undo", "undo-order", "number", "/overrides/0/number"), leads("next", "list-overrides", "cursor", "/next"),
	),
		func(in *overridesInput) bool { return in.moves() },
		func(q *question, in *overridesInput) (report.OverridesView, error) {
			query := report.Query{Limit: in.Limit, Cursor: in.Cursor}
			if err := in.Window.into(&query, q.now); err != nil {
				return report.OverridesView{}, err
			}
			return report.Overrides(q.snap, query)
		})
}
