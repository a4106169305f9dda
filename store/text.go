package store

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"github.com/samestory/samestory/cluster"
)

// The forms of a text record, its second byte.
const (
	textPlain = 0 // as it is: too short to gain from compression
	textZstd  = 1 // one frame, with the dictionary if the frame names one
)

const (
	// maxText bounds what a text record may claim to hold, so that a damaged one cannot ask for all memory.
	maxText = 256 << 20
	// dictionaryID is in the frames that need the dictionary.
	dictionaryID = 1
	// A dictionary of 64 KiB makes texts of 3 KB a seventh smaller, and the fastest level does with it better than the
	// default one without. Less than half of that is not worth fixing for the life of the store.
	dictionarySize = 64 << 10
	dictionaryMin  = dictionarySize / 2
	// dictionaryPart is how much of one text goes into the dictionary.
	dictionaryPart = 4 << 10
)

// texts compresses and restores the texts of stories. It is safe for concurrent use.
type texts struct {
	enc        *zstd.Encoder
	dec        *zstd.Decoder
	dictionary bool
}

// newTexts makes a compressor with a dictionary, nil for none.
func newTexts(dictionary []byte) (*texts, error) {
	out := []zstd.EOption{
		zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(256 << 10), zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderCRC(false), // blocks of the database have checksums
	}
	in := []zstd.DOption{zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxText)}
	if dictionary != nil {
		out = append(out, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderDictRaw(dictionaryID, dictionary))
		in = append(in, zstd.WithDecoderDictRaw(dictionaryID, dictionary))
	}
	enc, err := zstd.NewWriter(nil, out...)
	if err != nil {
		return nil, fmt.Errorf("text compressor: %w", err)
	}
	dec, err := zstd.NewReader(nil, in...)
	if err != nil {
		return nil, fmt.Errorf("text decompressor: %w", err)
	}
	return &texts{enc: enc, dec: dec, dictionary: dictionary != nil}, nil
}

// makeDictionary joins the beginnings of the first texts of a batch; nil if they are too few. What the texts of a
// newsroom have in common, words above all, is in any fifty of them.
func makeDictionary(stories []cluster.StoryChange) []byte {
	dictionary := make([]byte, 0, dictionarySize)
	for i := range stories {
		text := stories[i].Story.Text
		room := min(dictionaryPart, dictionarySize-len(dictionary))
		dictionary = append(dictionary, text[:min(len(text), room)]...)
	}
	if len(dictionary) < dictionaryMin {
		return nil
	}
	return dictionary
}

// encode gives the text record: version, form, length of the text, bytes.
func (t *texts) encode(text string) []byte {
	b := make([]byte, 0, 16+len(text)/2)
	b = append(b, codecVersion, textZstd)
	b = appendUint(b, uint64(len(text)))
	head := len(b)
	b = t.enc.EncodeAll([]byte(text), b)
	if len(b)-head >= len(text) {
		b[1] = textPlain
		b = append(b[:head], text...)
	}
	return b
}

func (t *texts) decode(b []byte) (string, error) {
	r := newReader("text", b)
	form, size := r.byte(), r.uint()
	if r.err == nil && size > maxText {
		r.fail("%d bytes of text", size)
	}
	if r.err != nil {
		return "", r.err
	}
	switch form {
	case textPlain:
		if uint64(len(r.b)) != size {
			return "", corrupt("text: %d bytes, expected %d", len(r.b), size)
		}
		return string(r.b), nil
	case textZstd:
		// The claimed size is only a hint until the frame proves it.
		out, err := t.dec.DecodeAll(r.b, make([]byte, 0, min(size, 1<<20)))
		if err != nil {
			return "", corrupt("text: %v", err)
		}
		if uint64(len(out)) != size {
			return "", corrupt("text: %d bytes, expected %d", len(out), size)
		}
		return string(out), nil
	default:
		return "", corrupt("text: form %d", form)
	}
}

// textSize is how long the text of a record is.
func textSize(b []byte) (uint64, error) {
	r := newReader("text", b)
	r.byte()
	size := r.uint()
	return size, r.err
}

// countWords counts runs of letters and digits; a character of a script that does not put spaces between words counts
// as one word.
func countWords(text string) int {
	n, inside := 0, false
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		i += size
		switch {
		case r < utf8.RuneSelf:
			word := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '\'' && inside
			if word && !inside {
				n++
			}
			inside = word
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			n++
			inside = false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !inside {
				n++
			}
			inside = true
		case unicode.IsMark(r) || r == '’':
			// Part of the word it stands in.
		default:
			inside = false
		}
	}
	return n
}
