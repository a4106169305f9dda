package store

import (
	"maps"
	"slices"
)

// checkSeries compares series, the lists of their editions and placements.
func (c *checker) checkSeries() error {
	c.series = make(map[string]bool)
	founders := make(map[string]storyKey)
	err := c.scan(tabSeries, func(key, value []byte) error {
		s, err := decodeSeries(string(key), value)
		if err != nil {
			return err
		}
		c.series[s.series.ID] = false
		founders[s.series.ID] = s.founder
		if c.story(s.founder) == nil {
			c.add(BadSeries, "series %s was founded by story %x, which is not in the store", s.series.ID, s.founder)
		}
		return nil
	})
	if err != nil {
		return err
	}
	listed := make(map[storyKey]string)
	err = c.scan(tabEdition, func(key, _ []byte) error {
		id, at, err := decodeEdition(key)
		if err != nil {
			return err
		}
		listed[at.story()] = id
		if s := c.story(at.story()); s == nil || s.at != at || s.series != id {
			c.add(BadSeries, "series %s lists story %x, which is no edition of it", id, at.story())
		}
		if _, ok := c.series[id]; !ok {
			c.add(BadSeries, "series %s has editions and no record", id)
		}
		c.series[id] = true
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(founders)) {
		if !c.series[id] {
			c.add(BadSeries, "series %s has no edition", id)
		}
	}
	return c.eachStory(func(k storyKey, s *checkedStory) {
		if s.series != "" && listed[k] != s.series {
			c.add(BadSeries, "story %x is an edition of %s, which does not list it", k, s.series)
		}
	})
}
