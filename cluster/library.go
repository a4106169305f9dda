package cluster

// Library is how the engine reads what it does not hold: the texts of stories that it only keeps features of, and
// stories that were stored and are no longer resident. Implementations answer from one consistent state and are called
// from one goroutine at a time, except Text, which must be safe for concurrent use.
type Library interface {
	// Text returns title and text of the current version of a story.
	Text(id string) (title, text string, err error)
	// Current returns the current version of a story with its text.
	Current(id string) (Story, error)
	// Resident returns the stored form of a story; false where the story is unknown.
	Resident(id string) (Resident, bool, error)
	// Seen tells whether a version with this content was stored for the story before, as the current one or as an
	// older one.
	Seen(id string, content [16]byte) (bool, error)
	// Taken tells whether this is the id of a group, event or thread that no engine is given any more, because its stories
	// have expired: no other gets it.
	Taken(id string) (bool, error)
}

// MapLibrary is a Library over stories in memory, for engines that run without a store.
type MapLibrary map[string]*Story

// Text implements Library.
func (m MapLibrary) Text(id string) (title, text string, err error) {
	s, ok := m[id]
	if !ok {
		return "", "", &UnknownStoryError{ID: id}
	}
	return s.Title, s.Text, nil
}

// Current implements Library.
func (m MapLibrary) Current(id string) (Story, error) {
	s, ok := m[id]
	if !ok {
		return Story{}, &UnknownStoryError{ID: id}
	}
	return *s, nil
}

// Resident implements Library: what is in memory is resident already.
func (m MapLibrary) Resident(string) (Resident, bool, error) { return Resident{}, false, nil }

// Seen implements Library: versions are not kept in memory.
func (m MapLibrary) Seen(id string, content [16]byte) (bool, error) {
	s, ok := m[id]
	return ok && s.ContentHash() == content, nil
}

// Taken implements Library: nothing expires in memory.
func (m MapLibrary) Taken(string) (bool, error) { return false, nil }

// UnknownStoryError names a story that neither the engine nor its library has.
type UnknownStoryError struct{ ID string }

func (e *UnknownStoryError) Error() string { return "no story with id " + e.ID }
