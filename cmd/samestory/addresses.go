package main

import "github.com/samestory/samestory/jobs/source"

// storiesAt are the ids that a story may have which was taken in by its address.
func storiesAt(address string) []string {
	key, ok := source.CanonicalURL(address)
	if !ok {
		return nil
	}
	return []string{source.IDFrom('u', key)}
}
