package store

import (
	"bytes"
	"slices"
)

// MentionedIn lists the ids of the events that mention a thread without being part of it, in order, following redirects:
// what mentioned an id that has become this thread mentions this thread. It is empty for an unknown thread.
func (v *Snapshot) MentionedIn(thread string) ([]string, error) {
	if thread == "" || len(thread) > maxID {
		return nil, nil
	}
	threads := []string{thread}
	prefix := prefixRedirectTo(thread)[1:]
	err := v.scan(tabRedirectTo, prefix, nil, func(key, _ []byte) (bool, error) {
		if !bytes.HasPrefix(key, prefix) {
			return false, nil
		}
		threads = append(threads, string(key[len(prefix):]))
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	var events []string
	for _, id := range threads {
		prefix := prefixMention(id)[1:]
		err := v.scan(tabMention, prefix, nil, func(key, _ []byte) (bool, error) {
			if !bytes.HasPrefix(key, prefix) {
				return false, nil
			}
			events = append(events, string(key[len(prefix):]))
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(events)
	return slices.Compact(events), nil
}
