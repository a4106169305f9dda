package cluster

import "fmt"

// reserved asks a Library for the ids that are taken, and keeps the first error until the end of the tick.
type reserved struct {
	lib Library
	err error
}

func (r *reserved) has(id string) bool {
	if r.err != nil {
		return false
	}
	taken, err := r.lib.Taken(id)
	if err != nil {
		r.err = fmt.Errorf("look up id %s: %w", id, err)
	}
	return taken
}
