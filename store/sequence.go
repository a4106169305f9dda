package store

// Sequence numbers the state of the store: every commit raises it, whatever it wrote, also what has no entry in the journal.
// It means nothing in another store, nor in this one after a restore or a rebuild. 0: the snapshot cannot be read.
func (v *Snapshot) Sequence() uint64 {
	if v.txn == nil {
		return 0
	}
	return v.txn.ReadTs()
}
