package store

// Usable tells whether the store still takes commits and gives snapshots: nil, ErrClosed, or the error after which it has to
// be opened again. A full disk is no such error as long as it is found out beforehand.
func (s *Store) Usable() error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if s.closed {
		return ErrClosed
	}
	return s.failure()
}
