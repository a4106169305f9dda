package source

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster"
)

// Item is one story, or one refusal where Reject is set, with the place it was read from.
type Item struct {
	Story  cluster.Story // zero where Reject is set
	Reject *Reject
	Notes  Notes
	Path   string // as found; "-" for standard input
	Line   int64  // from 1; in a file of values over several lines, the line on which the value begins; 0 for a file
	Offset int64  // of the first byte, in the decompressed file
	mark   mark
}

// Reject says why something could not be read as a story.
type Reject struct {
	Path    string
	Line    int64  // from 1; 0 where the whole file was refused
	Reason  string // one line, lower case, names the setting to change where there is one
	Excerpt string // the first bytes of the line as valid UTF-8, at most excerptLen of them; may be empty
}

// Notes are decisions that were taken for one story. They are counted in the run, so that a feed whose dates cannot be
// read is seen.
type Notes uint16

// The decisions. NoDate, DateUnreadable and DateRefused exclude each other; with each the story has its arrival time.
const (
	IDFromURL      Notes = 1 << iota // no id was given; it was derived from the canonical URL
	IDFromContent                    // neither id nor URL; it was derived from title and text
	IDShortened                      // the id was over 1,024 bytes and was replaced by its hash
	NoDate                           // no date was given
	DateUnreadable                   // a date was given that cannot be read, or that can be read in two ways
	DateRefused                      // the date is before 1800, the unix epoch, or more than a day after the arrival
	Repaired                         // bytes that are no UTF-8 were replaced by U+FFFD
	FromHTML                         // the text was taken out of HTML
	TitleCut                         // the title was over 4 KiB and was cut
)

var noteWords = [...]string{
	"id from url", "id from content", "id shortened", "no date", "date unreadable", "date refused",
	"invalid utf-8 repaired", "text from html", "title cut",
}

// Words returns the notes in words, in fixed order, nil where there are none.
func (n Notes) Words() []string {
	var words []string
	for i, w := range noteWords {
		if n&(1<<i) != 0 {
			words = append(words, w)
		}
	}
	return words
}

const excerptLen = 120

// excerpt makes the beginning of a line fit for a terminal.
func excerpt(b []byte) string {
	cut := len(b) > excerptLen
	if cut {
		b = b[:excerptLen]
		for len(b) > 0 && !utf8.RuneStart(b[len(b)-1]) {
			b = b[:len(b)-1]
		}
		if r, _ := utf8.DecodeLastRune(b); r == utf8.RuneError && len(b) > 0 {
			b = b[:len(b)-1]
		}
	}
	s := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) && r != utf8.RuneError {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(string(b), "\uFFFD"))
	if cut {
		s += "…"
	}
	return s
}
