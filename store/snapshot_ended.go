package store

import "bytes"

// EndedInto lists the ids that are redirected to an id, in order; none for an id that nothing went into.
func (v *Snapshot) EndedInto(id string) ([]string, error) {
	if id == "" || len(id) > maxID {
		return nil, nil
	}
	var ended []string
	prefix := prefixRedirectTo(id)[1:]
	err := v.scan(tabRedirectTo, prefix, nil, func(key, _ []byte) (bool, error) {
		if !bytes.HasPrefix(key, prefix) {
			return false, nil
		}
		ended = append(ended, string(key[len(prefix):]))
		return true, nil
	})
	return ended, err
}

// LastChange is the sequence number of the last journal entry, 0 without any.
func (v *Snapshot) LastChange() (uint64, error) {
	c, err := v.counts()
	return c.Changes, err
}
