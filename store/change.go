package store

// change commits what a function plans outside of a batch, with the counts as it leaves them, and tells whether it planned
// anything. Commits wait meanwhile.
func (s *Store) change(do func(*plan) error) (changed bool, err error) {
	s.commits.Lock()
	defer s.commits.Unlock()
	if s.closed {
		return false, ErrClosed
	}
	if err := s.failure(); err != nil {
		return false, err
	}
	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	p := plan{txn: txn, ops: make(map[string]op)}
	value, err := p.get([]byte{tabCounts})
	if err != nil {
		return false, err
	}
	if p.counts, err = decodeCounts(value); err != nil {
		return false, err
	}
	if err := do(&p); err != nil || len(p.ops) == 0 {
		return false, err
	}
	p.put([]byte{tabCounts}, encodeCounts(&p.counts))
	last, err := lastCommit(p.get)
	if err != nil {
		return false, err
	}
	p.put([]byte{tabCommits}, encodeCommits(last+1))
	if err := s.write(sealAll(p.sorted())); err != nil {
		return false, err
	}
	s.acknowledge(last + 1)
	return true, nil
}
