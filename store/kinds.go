package store

// RowCount is how many rows of a kind there are.
type RowCount struct {
	Kind string
	Rows int
}

// kinds names the rows of the tables, in the order in which they are told.
func kinds() []struct {
	table byte
	name  string
} {
	return []struct {
		table byte
		name  string
	}{
		{tabMeta, "stories"},
		{tabIndex, "story index"},
		{tabFeatures, "features"},
		{tabText, "texts"},
		{tabVersion, "older versions"},
		{tabWaiting, "waiting stories"},
		{tabGroup, "duplicate groups"},
		{tabEvent, "events"},
		{tabEventTime, "event time index"},
		{tabThread, "threads"},
		{tabThreadTime, "thread time index"},
		{tabLone, "lone ids"},
		{tabMention, "mentions"},
		{tabSeries, "series"},
		{tabEdition, "editions"},
		{tabRedirect, "redirects"},
		{tabRedirectTo, "redirects by target"},
		{tabJournal, "journal pages"},
		{tabJournalOf, "journal index"},
		{tabOverride, "overrides"},
		{tabSource, "source profiles"},
		{tabCursor, "cursors"},
		{tabFeed, "feeds"},
		{tabBringer, "stories by feed"},
		{tabBrought, "story index by feed"},
		{tabRun, "runs"},
		{tabRunIndex, "run index"},
		{tabReject, "rejects"},
		{tabRejectCount, "reject counts"},
		{tabEmbedding, "embeddings"},
		{tabCounts, "counts"},
		{0, "commit mark"},
	}
}

func kindOf(table byte) string {
	for _, k := range kinds() {
		if k.table == table {
			return k.name
		}
	}
	return "other rows"
}
