package thread

// Need is the least score that a link of a kind needs with so many specific names of the core recurring. It is false for
// kinds without a fixed bound: a saga's depends on the story and the store, founding events and counterparts have none.
func (p Params) Need(kind string, names int) (float64, bool) {
	switch kind {
	case Update, FollowUp, Reaction, Background, Anniversary:
		if names >= p.Names {
			return p.Similar, true
		}
		return p.SimilarOne, true
	case Reopened:
		return p.Reopen, true
	}
	return 0, false
}
