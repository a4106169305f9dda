package store

import (
	"encoding/binary"
	"time"

	"github.com/zeebo/xxh3"
)

// The tables. The first byte of a key names its table, fields of fixed width follow in big-endian order, so that the
// order of bytes is the logical order; only the last field of a key may have a variable width.
const (
	tabHeader      = 'h' // -> schema and parameters
	tabCounts      = 'n' // -> Counts
	tabCommits     = 'a' // -> number of the last batch, see markName; not in backups
	tabDictionary  = 'k' // -> what texts are compressed with; written once
	tabIndex       = 'i' // story key -> time of the story, which leads to its other rows
	tabMeta        = 'm' // time, story key -> everything of a story that lists show, and its placement
	tabFeatures    = 'f' // time, story key -> features blob
	tabText        = 'd' // time, story key -> compressed text
	tabVersion     = 'v' // story key, content hash -> a version that is not the current one, with its text
	tabWaiting     = 'w' // time, story key -> nothing; the stories without an event
	tabGroup       = 'g' // group id -> group of two or more
	tabEvent       = 'e' // event id -> event
	tabEventTime   = 'E' // last time, event id -> head of the event
	tabThread      = 't' // thread id -> thread of two or more
	tabThreadTime  = 'T' // last time, thread id -> head of the thread
	tabMention     = 'o' // length byte, thread id, event id -> nothing; the round-ups that touch the thread
	tabSeries      = 'p' // series id -> series
	tabEdition     = 'P' // length byte, series id, time, story key -> nothing; the editions of a series
	tabLone        = 'l' // id of a group or thread of one -> its story or event
	tabRedirect    = 'r' // ended id -> where it went
	tabRedirectTo  = 'R' // target id, ended id -> nothing
	tabSource      = 's' // hash of the source's name -> profile
	tabCursor      = 'c' // hash of the source's name -> cursor
	tabFeed        = 'F' // hash of the feed's name -> what is known of it
	tabBringer     = 'B' // story key, hash of the feed's name -> when that feed brought the story first
	tabBrought     = 'b' // hash of the feed's name, time the other way round, story key -> nothing; index of tabBringer
	tabRun         = 'u' // start time, hash of the run's id -> run
	tabRunIndex    = 'U' // hash of the run's id -> start time
	tabReject      = 'q' // hash of the run's id, number -> reject
	tabRejectCount = 'Q' // hash of the run's id -> how many there were
	tabJournal     = 'j' // sequence number -> page of the journal that begins with it
	tabJournalOf   = 'J' // id of a group, event, thread or series -> sequence numbers of its entries
	tabOverride    = 'O' // number -> order of an editor
	tabEmbedding   = 'x' // content hash, hash of the model's name -> embedding of that text
	tabScratch     = 'Z' // -> nothing; a row that maintenance writes and drops
	tabUpgrade     = 'Y' // -> marker of an upgrade that is under way
	tabRedo        = 'y' // -> marker of a complete redo log
	tabRedoChunk   = 'z' // number -> chunk of a redo log
)

// storyKey stands for a story id inside keys and member lists: 16 bytes whatever the id looks like. The id itself is
// in the meta record, and a second id with the same key is refused.
type storyKey [16]byte

func keyOf(id string) storyKey { return xxh3.HashString128(id).Bytes() }

// timeWidth is the width of a time in a key: seconds since 1970 with the sign bit flipped, so that years before 1970
// sort first.
const timeWidth = 8

func appendTimeKey(b []byte, t time.Time) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(t.Unix())^(1<<63))
}

func timeOfKey(b []byte) time.Time {
	return time.Unix(int64(binary.BigEndian.Uint64(b)^(1<<63)), 0).UTC()
}

// place is the part that the rows of one story have in common: time, then story key.
type place [timeWidth + 16]byte

func placeOf(t time.Time, k storyKey) place {
	var p place
	appendTimeKey(p[:0], t)
	copy(p[timeWidth:], k[:])
	return p
}

// decodePlace reads the place out of a key without its table byte.
func decodePlace(key []byte) (place, error) {
	if len(key) != len(place{}) {
		return place{}, corrupt("key of a story's row: %d bytes, expected %d", len(key), len(place{}))
	}
	return place(key), nil
}

func (p place) story() storyKey { return storyKey(p[timeWidth:]) }

func keyPlace(table byte, p place) []byte { return append([]byte{table}, p[:]...) }

func keyStory(table byte, k storyKey) []byte { return append([]byte{table}, k[:]...) }

func keyID(table byte, id string) []byte { return append([]byte{table}, id...) }

func keyVersion(k storyKey, content [16]byte) []byte {
	return append(keyStory(tabVersion, k), content[:]...)
}

func keyTimeID(table byte, t time.Time, id string) []byte {
	return append(appendTimeKey([]byte{table}, t), id...)
}

// keyHash is for names of any length that are only looked up: sources, runs.
func keyHash(table byte, name string) []byte { return keyStory(table, keyOf(name)) }

func keyRun(started time.Time, id string) []byte {
	k := keyOf(id)
	return append(appendTimeKey([]byte{tabRun}, started), k[:]...)
}

func keyReject(run string, n int) []byte {
	return binary.BigEndian.AppendUint32(keyHash(tabReject, run), uint32(n))
}

func keyJournal(seq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{tabJournal}, seq)
}

func keyRedoChunk(n int) []byte {
	return binary.BigEndian.AppendUint32([]byte{tabRedoChunk}, uint32(n))
}

// keyRedirectTo lets a change of a redirect's target find every redirect to it. The length byte keeps a target from
// being the beginning of another.
func keyRedirectTo(to, from string) []byte {
	return append(prefixRedirectTo(to), from...)
}

func prefixRedirectTo(to string) []byte {
	return append([]byte{tabRedirectTo, byte(len(to))}, to...)
}

// keyMention lists the events that mention a thread under it. The length byte keeps a thread's id from being the
// beginning of another.
func keyMention(thread, event string) []byte {
	return append(prefixMention(thread), event...)
}

func prefixMention(thread string) []byte {
	return append([]byte{tabMention, byte(len(thread))}, thread...)
}

// keyEdition lists the editions of a series in the order of their times. The length byte keeps a series from being the
// beginning of another.
func keyEdition(series string, at place) []byte {
	return append(prefixEditions(series), at[:]...)
}

func prefixEditions(series string) []byte {
	return append([]byte{tabEdition, byte(len(series))}, series...)
}

// decodeEdition takes a key of the edition table, without its table byte, apart.
func decodeEdition(key []byte) (series string, at place, err error) {
	if len(key) < 1 || len(key) != 1+int(key[0])+len(place{}) {
		return "", place{}, corrupt("key of an edition: %d bytes", len(key))
	}
	n := 1 + int(key[0])
	return string(key[1:n]), place(key[n:]), nil
}

// maxID bounds the ids of groups, events, threads and series, so that a key has room for them.
const maxID = 255
