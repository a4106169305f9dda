package store

import (
	"strconv"
	"time"
)

// SchemaVersion is the version of keys and records that this package writes, and the only one it reads.
//
// History:
//
//   - 1: first version.
//   - 2: series and their editions, mentions of threads, embeddings; a later layout of the events that have counterparts
//     in other languages or mention threads, and of the runs that asked for embeddings.
//   - 3: a journal that is complete, written in pages, with an index of objects; events know the entry that they began
//     with; the counts know from where on the journal is complete; batches are numbered; values end with a checksum.
//   - 4: stories that have expired, and how many there are.
const SchemaVersion = 4

// schemaSealed is the first schema whose values have checksums, and whose journal is complete.
const schemaSealed = 3

// magic marks the manifest of a samestory store in Badger's external magic number: a fixed high byte, so that the
// database of another program is told apart, and the schema version, so that another schema is refused before
// anything is replayed.
const (
	magicStore = 0x5300
	magicMask  = 0xff00
)

// Header says what the records in a store were made with. Stories of different headers must not be mixed: their
// features do not compare.
type Header struct {
	Features int    // version of the features blob; 0 is not compared
	Params   string // fingerprint of the engine's parameters; empty is not compared
}

func encodeHeader(h *Header) []byte {
	b := appendUint([]byte{codecVersion}, SchemaVersion)
	b = appendUint(b, uint64(h.Features))
	return appendString(b, h.Params)
}

func decodeHeader(b []byte) (schema int, h Header, err error) {
	r := newReader("header", b)
	schema = r.count()
	h = Header{Features: r.count(), Params: r.string()}
	return schema, h, r.done()
}

// check compares what the store was made with and what it is opened with. A zero field, in either, is not compared:
// reading needs no parameters.
func (h *Header) check(dir string, want *Header) error {
	if h.Features != 0 && want.Features != 0 && h.Features != want.Features {
		return &ParamsError{
			Dir: dir, Field: "features", Stored: strconv.Itoa(h.Features), Want: strconv.Itoa(want.Features),
		}
	}
	if h.Params != "" && want.Params != "" && h.Params != want.Params {
		return &ParamsError{Dir: dir, Field: "params", Stored: h.Params, Want: want.Params}
	}
	return nil
}

// counts is the record behind Counts, with two figures that bound scans.
type counts struct {
	Counts
	longestEvent  int64 // seconds between first and last of any event so far
	longestThread int64

	// The journal is complete from the entry after complete on, where it starts with nothing: 0, or in a store that was
	// there before the journal was, what came before the entries that list what there was. The last of these is baseline,
	// so that the state can be told for every entry from there on.
	complete, baseline uint64
	journaled          time.Time // time of the last entry; none is written with an earlier one
}

// countsJournaled is the layout of the counts with where the journal is complete, countsExpired the one with how many
// stories have expired as well. Stores of schema 2 have the one before, those of schema 3 the first.
const (
	countsJournaled = codecVersion + 1
	countsExpired   = codecVersion + 2
)

func encodeCounts(c *counts) []byte {
	b := []byte{countsExpired}
	for _, n := range [...]int{
		c.Stories, c.Versions, c.Waiting, c.Groups, c.Events, c.Threads, c.Redirects, c.Sources, c.Cursors, c.Runs,
	} {
		b = appendUint(b, uint64(n))
	}
	b = appendUint(b, c.Changes)
	b = appendInt(b, c.TextBytes)
	b = appendInt(b, c.longestEvent)
	b = appendInt(b, c.longestThread)
	b = appendUint(b, c.complete)
	b = appendUint(b, c.baseline)
	b = appendTime(b, c.journaled)
	return appendUint(b, uint64(c.Expired))
}

func decodeCounts(b []byte) (counts, error) {
	r, version := newReaderUpTo("counts", b, countsExpired)
	var c counts
	for _, n := range [...]*int{
		&c.Stories, &c.Versions, &c.Waiting, &c.Groups, &c.Events, &c.Threads, &c.Redirects, &c.Sources, &c.Cursors,
		&c.Runs,
	} {
		*n = r.count()
	}
	c.Changes = r.uint()
	c.TextBytes = r.int()
	c.longestEvent = r.int()
	c.longestThread = r.int()
	if version >= countsJournaled {
		c.complete, c.baseline = r.uint(), r.uint()
		c.journaled = r.time()
	}
	if version >= countsExpired {
		c.Expired = r.count()
	}
	return c, r.done()
}
