package store

// checkSingles decodes the records of which there is one: header, dictionary, number of the last batch.
func (c *checker) checkSingles() error {
	for _, one := range []struct {
		table  byte
		decode func(value []byte) error
	}{
		{tabHeader, func(value []byte) error {
			_, _, err := decodeHeader(value)
			return err
		}},
		{tabDictionary, func([]byte) error { return nil }}, // has a checksum, and no form
		{tabCommits, func(value []byte) error {
			_, err := decodeCommits(value)
			return err
		}},
		{tabUpgrade, func([]byte) error { return corrupt("an upgrade was not finished") }},
		{tabCounts, func([]byte) error { return nil }}, // see checkCounts
	} {
		err := c.scan(one.table, func(key, value []byte) error {
			if len(key) > 0 {
				return corrupt("%d bytes of key too many", len(key))
			}
			return one.decode(value)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
