package store

import (
	"bytes"
	"maps"
	"slices"
)

// follows lists the tables whose rows follow from others, with those others.
func follows() map[byte][]byte {
	return map[byte][]byte{
		tabIndex: {tabMeta}, tabWaiting: {tabMeta}, tabEdition: {tabMeta}, tabEventTime: {tabEvent}, tabMention: {tabEvent},
		tabThreadTime: {tabThread}, tabRedirectTo: {tabRedirect}, tabLone: {tabMeta, tabEvent, tabThread},
		tabRunIndex: {tabRun}, tabJournalOf: {tabJournalOf}, tabBrought: {tabBringer},
	}
}

// compare finds the rows that are not what follows from others.
func (r *repairer) compare() error {
	list := follows()
	for _, table := range slices.Sorted(maps.Keys(list)) {
		keep := slices.ContainsFunc(list[table], func(source byte) bool { return r.broken[source] })
		if keep && table == tabJournalOf {
			continue
		}
		err := r.scan(table, func(key, value []byte, _ error) error {
			key = append([]byte{table}, key...)
			want, ok := r.want[string(key)]
			delete(r.want, string(key))
			switch {
			case ok && table == tabJournalOf && r.sameSeqs(value, want), ok && bytes.Equal(value, want):
			case ok:
				r.change(op{key: key, value: want})
			case !keep:
				r.change(op{key: key, delete: true})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(r.want)) {
		r.change(op{key: []byte(key), value: r.want[key]})
	}
	return nil
}

// sameSeqs compares two rows of the index of the journal as far back as it is complete.
func (r *repairer) sameSeqs(a, b []byte) bool {
	list := func(value []byte) []uint64 {
		seqs, err := decodeSeqs(value)
		if err != nil {
			return nil
		}
		return slices.DeleteFunc(seqs, func(seq uint64) bool { return seq <= r.last.complete })
	}
	return slices.Equal(list(a), list(b))
}

// counts counts anew. After a dry run the rows are not what they would be: only what is wrong now is told.
func (r *repairer) counts() error {
	report, err := r.s.Check(r.ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(report.Findings, func(f Finding) bool { return f.Kind == BadCounts }) {
		return nil
	}
	c := r.last.counts
	c.Counts, c.complete, c.baseline = report.Counts, r.last.complete, r.last.baseline
	if !r.last.known {
		c.Changes = r.last.counts.Changes // Check does not count entries without knowing from where on
	}
	for _, e := range r.events {
		c.longestEvent = max(c.longestEvent, e.event.Last.Unix()-e.event.First.Unix())
	}
	err = r.scan(tabThread, func(key, value []byte, err error) error {
		if t, decodeErr := decodeThread(string(key), value); err == nil && decodeErr == nil {
			c.longestThread = max(c.longestThread, t.Last.Unix()-t.First.Unix())
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.change(op{key: []byte{tabCounts}, value: encodeCounts(&c)})
	if r.o.DryRun {
		return nil
	}
	return r.s.write(sealAll([]op{{key: []byte{tabCounts}, value: encodeCounts(&c)}}))
}

func (r *repairer) summarise() {
	for _, table := range slices.Sorted(maps.Keys(r.made)) {
		r.report.Done = append(r.report.Done, *r.made[table])
	}
}

// mark brings the commit mark to what is there.
func (r *repairer) mark() error {
	acked, whole, err := readMark(r.s.dir)
	if err != nil {
		return err
	}
	kept, err := lastCommit(r.v.get)
	if err != nil {
		return err
	}
	if acked > kept {
		r.report.Commits = acked - kept
	}
	if acked <= kept && whole {
		return nil
	}
	r.report.Done = append(r.report.Done, Repaired{Kind: kindOf(0), Made: 1})
	if r.o.DryRun {
		return nil
	}
	// Both slots: the other one may be the one that is ahead.
	return r.s.resetMark(kept)
}
