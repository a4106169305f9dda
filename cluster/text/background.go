package text

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

//go:generate go run ./internal/countwords -lang en -out background_en.bin.gz $SAMESTORY_ARTICLES

// backgroundEnglish holds document frequencies counted over 12,000 English news articles 2012-2015, and how often each
// word stood capitalised inside a sentence. It holds hashes and counts, no text.
//
//go:embed background_en.bin.gz
var backgroundEnglish []byte

// backgroundTables holds the tables of other languages, one file each, made as docs/BACKGROUND.md says. They too hold
// hashes and numbers only.
//
//go:embed backgrounds/*.bin.gz
var backgroundTables embed.FS

// The first byte of a table says what it is; a change of the stemmer or of the term hash needs new tables and new
// versions.
const (
	backgroundCounted   = 1
	backgroundEstimated = 2
)

// ErrBackground reports a table of another version or a damaged one.
var ErrBackground = errors.New("not a background table of this version")

// Background says how common a term is in news at large, so that the first five stories of an empty store are already
// weighed by what their words are worth. It is immutable.
type Background struct {
	terms     []Term // sorted
	share     []uint8
	capital   []uint8
	start     []int32 // first position of each value of the top bits
	docs      int
	least     int
	estimated bool
	shares    [BackgroundLevels]float64
}

// backgroundBits is how many bits of a term say where to look for it: of tens of thousands of terms a few have them in common.
const backgroundBits = 14

func backgroundBucket(t Term) Term { return t >> (32 - backgroundBits) }

// BackgroundLevels is how many different shares a table tells apart.
const BackgroundLevels = 256

// BackgroundEntry is one counted term of a table.
type BackgroundEntry struct {
	Term    Term
	Docs    int // articles with the term
	Inside  int // uses inside a sentence
	Capital int // of these, capitalised
}

// LoadBackground returns the table of a language, one that knows no term where there is none. A table takes about a
// millisecond to decode: load it once and keep it.
func LoadBackground(lang string) *Background {
	if data := backgroundData(lang); data != nil {
		// A test decodes every embedded table.
		if b, err := DecodeBackground(data); err == nil {
			return b
		}
	}
	b := &Background{docs: 1, least: 1}
	b.fill(nil)
	return b
}

// backgroundData returns the embedded table of a language, nil where there is none.
func backgroundData(lang string) []byte {
	if lang == "en" {
		return backgroundEnglish
	}
	data, err := backgroundTables.ReadFile("backgrounds/" + lang + ".bin.gz")
	if err != nil {
		return nil
	}
	return data
}

// Counted says whether the table knows the common words of its language, so that a missing term means a rare word.
func (b *Background) Counted() bool { return len(b.terms) > 0 }

// Estimated says whether the shares were estimated from counts of letter sequences and not counted over articles: most
// are right within a factor of two or three, and nothing is known of capitals.
func (b *Background) Estimated() bool { return b.estimated }

// Size returns the number of terms.
func (b *Background) Size() int { return len(b.terms) }

// Share returns the share of articles that hold the term, 0 where the table does not know it.
func (b *Background) Share(t Term) float64 {
	if i := b.find(t); i >= 0 {
		return b.shares[b.share[i]]
	}
	return 0
}

// Place returns where the table has a term, for callers that ask it several things, -1 where it does not know it.
func (b *Background) Place(t Term) int { return b.find(t) }

// LevelAt returns which of the shares that the table tells apart is that of the term at a place, for callers that derive
// something from a share and look it up by its level.
func (b *Background) LevelAt(place int) uint8 { return b.share[place] }

// LevelShare returns the share of articles that a level stands for.
func (b *Background) LevelShare(level uint8) float64 { return b.shares[level] }

// Capital returns how often the term stands capitalised inside a sentence, as a share of the uses seen there. seen is
// a lower bound of the number of uses, 0 for an unknown term.
func (b *Background) Capital(t Term) (share float64, seen int) {
	return b.CapitalAt(b.find(t))
}

// CapitalAt is Capital for the term at a place, -1 for an unknown one.
func (b *Background) CapitalAt(place int) (share float64, seen int) {
	if place < 0 {
		return 0, 0
	}
	c := b.capital[place]
	if c&15 == 0 {
		return 0, 0
	}
	return float64(c>>4) / 15, 1 << (c&15 - 1)
}

func (b *Background) find(t Term) int {
	if len(b.terms) == 0 {
		return -1
	}
	k := backgroundBucket(t)
	for i := b.start[k]; i < b.start[k+1]; i++ {
		if b.terms[i] >= t {
			if b.terms[i] == t {
				return int(i)
			}
			break
		}
	}
	return -1
}

// fill takes entries sorted by term.
func (b *Background) fill(entries []BackgroundEntry) {
	for i := range b.shares {
		b.shares[i] = math.Min(1, float64(b.least)*math.Exp(float64(i)/backgroundSteps)/float64(b.docs))
	}
	b.start = make([]int32, 1<<backgroundBits+1)
	for _, e := range entries {
		b.terms = append(b.terms, e.Term)
		q := math.Round(backgroundSteps * math.Log(float64(e.Docs)/float64(b.least)))
		b.share = append(b.share, uint8(min(max(q, 0), 255)))
		b.capital = append(b.capital, backgroundCapital(e))
		b.start[backgroundBucket(e.Term)+1]++
	}
	for i := 1; i < len(b.start); i++ {
		b.start[i] += b.start[i-1]
	}
}

// backgroundSteps is the number of quantisation steps per factor e of document frequency: errors stay below 2 %.
const backgroundSteps = 30

func backgroundCapital(e BackgroundEntry) uint8 {
	if e.Inside == 0 {
		return 0
	}
	level := 1
	for 1<<level <= e.Inside && level < 15 {
		level++
	}
	return uint8(math.Round(15*float64(e.Capital)/float64(e.Inside)))<<4 | uint8(level)
}

// EncodeBackground writes the table of entries, which must be sorted by term, counted over docs articles and cut at
// least articles a term.
func EncodeBackground(entries []BackgroundEntry, docs, least int) ([]byte, error) {
	return encodeBackground(backgroundCounted, entries, docs, least)
}

// EncodeEstimate is EncodeBackground for a table whose shares were estimated, see Estimated.
func EncodeEstimate(entries []BackgroundEntry, docs, least int) ([]byte, error) {
	return encodeBackground(backgroundEstimated, entries, docs, least)
}

func encodeBackground(version byte, entries []BackgroundEntry, docs, least int) ([]byte, error) {
	b := &Background{docs: docs, least: least}
	b.fill(entries)
	var raw []byte
	raw = append(raw, version)
	raw = binary.AppendUvarint(raw, uint64(docs))
	raw = binary.AppendUvarint(raw, uint64(least))
	raw = binary.AppendUvarint(raw, uint64(len(entries)))
	// Gaps of uniform hashes do not compress; the two other columns do, so they stand apart.
	last := Term(0)
	for _, e := range entries {
		if e.Term < last {
			return nil, fmt.Errorf("encode background: terms out of order at %d", e.Term)
		}
		raw = binary.AppendUvarint(raw, uint64(e.Term-last))
		last = e.Term
	}
	raw = append(raw, b.share...)
	raw = append(raw, b.capital...)
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("encode background: %w", err)
	}
	if _, err := w.Write(raw); err != nil {
		return nil, fmt.Errorf("encode background: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encode background: %w", err)
	}
	return out.Bytes(), nil
}

// DecodeBackground reads what EncodeBackground wrote. It returns ErrBackground for anything else.
func DecodeBackground(data []byte) (*Background, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBackground, err)
	}
	raw, err := io.ReadAll(io.LimitReader(r, 1<<24))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBackground, err)
	}
	if len(raw) == 0 || raw[0] != backgroundCounted && raw[0] != backgroundEstimated {
		return nil, ErrBackground
	}
	estimated := raw[0] == backgroundEstimated
	raw = raw[1:]
	var head [3]uint64
	for i := range head {
		v, n := binary.Uvarint(raw)
		if n <= 0 {
			return nil, fmt.Errorf("%w: short header", ErrBackground)
		}
		head[i], raw = v, raw[n:]
	}
	docs, least, count := head[0], head[1], head[2]
	if docs == 0 || docs > math.MaxInt32 || least == 0 || least > docs || count > uint64(len(raw)) {
		return nil, fmt.Errorf("%w: impossible header", ErrBackground)
	}
	b := &Background{docs: int(docs), least: int(least), estimated: estimated}
	b.fill(nil)
	last := uint64(0)
	for range count {
		v, n := binary.Uvarint(raw)
		if n <= 0 || v > math.MaxUint32-last {
			return nil, fmt.Errorf("%w: bad term", ErrBackground)
		}
		last += v
		raw = raw[n:]
		b.terms = append(b.terms, Term(last))
		b.start[backgroundBucket(Term(last))+1]++
	}
	for i := 1; i < len(b.start); i++ {
		b.start[i] += b.start[i-1]
	}
	if uint64(len(raw)) != 2*count {
		return nil, fmt.Errorf("%w: %d bytes of columns for %d terms", ErrBackground, len(raw), count)
	}
	b.share, b.capital = raw[:count:count], raw[count:]
	return b, nil
}
