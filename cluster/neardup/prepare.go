package neardup

import (
	"encoding/binary"
	"math/bits"

	"github.com/samestory/samestory/cluster/sketch"
	"github.com/samestory/samestory/cluster/text"
)

const (
	// shortWords is the length below which a text is Short: at 40 words a pair of fillers ("Qtly div four cts", "More
	// to come") shares half of its shingles by chance.
	shortWords = 40
	// templateWords is the length up to which other figures or another day make an edition. Longer texts that share half
	// of their shingles share prose, and prose is copied, not filled in.
	templateWords = 300
	// slotWords is the length up to which another name keeps two texts apart: hoaxes and obituaries are written once and
	// filled in often.
	slotWords = 600
	// fillerWords is the length up to which a template is nearly all of the text: a rate, a shipment, a session.
	fillerWords = 80
	// leadWords is the length of a lead: what remains of a report that is cut to its first paragraphs.
	leadWords = 60
)

// Scratch holds the buffers of Prepare. The zero value is ready. It belongs to one goroutine.
type Scratch struct {
	text     text.Normaliser
	title    text.Normaliser
	shingles []uint64
	sig      sketch.Signature
	slots    slotBuffers
}

// Prepare computes the print of a story with the furniture learned so far. It is pure, and allocates nothing once the
// buffers of the scratch have grown.
func (d *Detector) Prepare(doc Doc, s *Scratch) Print {
	r := s.read(doc.Title, doc.Text, d.furniture[doc.Source])
	p := Print{Kind: r.kind, Words: r.words, Exact: r.exact}
	if r.kind < Short {
		return p
	}
	if r.words <= slotWords {
		p.Form = form(doc.Title, doc.Text[r.from:])
	}
	s.sig.Sign(s.shingles)
	bands := s.sig.Keys()
	copy(p.Keys[:], bands[:])
	lead := s.shingles[:min(len(s.shingles), leadWords-sketch.Words+1)]
	sketch.LeadKeys(p.Keys[sketch.Bands:], lead)
	return p
}

// reading is what one pass over a story yields; the shingles of the masked text are left in the scratch.
type reading struct {
	kind  Kind
	words uint32
	exact [16]byte
	from  int // bytes of the text before the report
	frame text.Frame
}

func (s *Scratch) read(title, body string, f *text.Furniture) reading {
	s.title.Reset()
	s.text.Reset()
	s.shingles = s.shingles[:0]
	frame := text.FindFrame(body)
	s.text.Append(body[:frame.From])
	s.text.EndLine()
	head := len(s.text.Words())
	s.text.Append(body[frame.From:frame.To])
	s.text.EndLine()
	report := len(s.text.Words())
	s.text.Append(body[frame.To:])
	words := s.text.Words()

	r := reading{words: uint32(min(len(words), 1<<32-1)), from: frame.From, frame: frame}
	if len(words) < shortWords {
		s.title.Append(title)
	}
	switch {
	case len(words) >= shortWords:
		r.kind = Full
		r.exact = exactHash(nil, words)
	case len(words) > 0:
		r.kind = Short
		r.exact = exactHash(s.title.Words(), words)
	case len(s.title.Words()) > 0:
		r.kind = Headline
		r.exact = exactHash(s.title.Words(), nil)
		return r
	default:
		return r
	}
	masked := words
	if report > head {
		masked = f.Mask(words[head:report], cut(s.text.Lines(), head, report))
	}
	s.shingles = sketch.AppendShingles(s.shingles, masked)
	return r
}

// cut keeps the lines inside words from..to, and counts them from there. It writes over the lines.
func cut(lines []text.Line, from, to int) []text.Line {
	kept := lines[:0]
	for _, l := range lines {
		if l.To <= from || l.From >= to {
			continue
		}
		l.From, l.To = max(l.From, from)-from, min(l.To, to)-from
		kept = append(kept, l)
	}
	return kept
}

// exactHash is 128 bits over the words of title and text. Two lanes of multiply-folds each: the words are hashes
// already.
func exactHash(title, words []uint64) [16]byte {
	const (
		m1 = 0x9e3779b97f4a7c15
		m2 = 0xd6e8feb86659fd93
	)
	fold := func(a, b uint64) uint64 {
		hi, lo := bits.Mul64(a, b)
		return hi ^ lo
	}
	a, b := uint64(m2)^uint64(len(title)), uint64(m1)^uint64(len(words))
	for _, part := range [2][]uint64{title, words} {
		for _, w := range part {
			a = fold(a^w, m1)
			b = fold(b^bits.RotateLeft64(w, 31), m2)
		}
		a, b = fold(a^m2, m1), fold(b^m1, m2)
	}
	var out [16]byte
	binary.LittleEndian.PutUint64(out[:8], a)
	binary.LittleEndian.PutUint64(out[8:], b)
	return out
}
