package main

import (
	"archive/zip"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf8"
)

// letters estimates how often words occur from counts of letter sequences, the form in which some language detectors
// publish what they counted over a corpus: for each sequence of one to five letters inside words, how often its last
// letter followed the ones before it.
//
// What starts a word is what no letter stands before: start(s) = count(s) - sum over x of count(xs). So words of up to
// three letters come out exactly. For longer ones each letter from the sixth on is taken to depend on the four before
// it, held between the least and the most that the counts allow. Languages without a stemmer of their own compare the
// first six letters of a word, so that little beyond is needed.
type letters struct {
	order  [6][]string           // the sequences by length, sorted: sums of floats depend on their order
	count  [6]map[string]float64 // as a share of all letters
	before [6]map[string]float64 // how often a letter stands before the sequence
	after  [6]map[string]float64
	words  float64 // starts of words
}

// letterFiles names the files of a model by sequence length.
var letterFiles = [6]string{"", "unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams"}

// readLetters reads a folder with one zipped protocol buffer for each length.
func readLetters(dir string) (*letters, error) {
	m := &letters{}
	m.count[0] = map[string]float64{"": 1}
	for n := 1; n <= 5; n++ {
		probabilities, err := readLetterFile(filepath.Join(dir, letterFiles[n]+".pb.bin.zip"))
		if err != nil {
			return nil, err
		}
		slices.SortFunc(probabilities, func(a, b letterShare) int { return cmp.Compare(a.letters, b.letters) })
		m.count[n] = make(map[string]float64, len(probabilities))
		m.before[n-1], m.after[n-1] = map[string]float64{}, map[string]float64{}
		for _, p := range probabilities {
			_, first := utf8.DecodeRuneInString(p.letters)
			_, last := utf8.DecodeLastRuneInString(p.letters)
			head, tail := p.letters[:len(p.letters)-last], p.letters[first:]
			c := m.count[n-1][head] * p.share
			m.order[n] = append(m.order[n], p.letters)
			m.count[n][p.letters] = c
			m.after[n-1][head] += c
			m.before[n-1][tail] += c
		}
	}
	for _, s := range m.order[1] {
		m.words += m.start(s)
	}
	if m.words <= 0 {
		return nil, fmt.Errorf("%s: no word starts in these counts", dir)
	}
	return m, nil
}

// start is how often a sequence of one to four letters begins a word.
func (m *letters) start(s string) float64 {
	n := utf8.RuneCountInString(s)
	return max(0, m.count[n][s]-m.before[n][s])
}

func (m *letters) end(s string) float64 {
	n := utf8.RuneCountInString(s)
	return max(0, m.count[n][s]-m.after[n][s])
}

// part estimates how many of some occurrences of a sequence go on as share of all of them do, all and share being
// counts and some <= all. The result lies between what must and what can.
func part(some, share, all float64) float64 {
	if all <= 0 {
		return 0
	}
	return min(max(some*share/all, some+share-all, 0), some, share)
}

// each calls yield with words of fewer than keep letters and with the first keep letters of others, each with its
// estimated share of all words, where that is at least least, always in the same order. keep is at least 6.
func (m *letters) each(keep int, least float64, yield func(s string, share float64)) {
	emit := func(s string, c float64) {
		if c /= m.words; c >= least {
			yield(s, c)
		}
	}
	starts := [6]map[string]float64{}
	for n := 1; n <= 4; n++ {
		starts[n] = make(map[string]float64, len(m.count[n]))
		for _, s := range m.order[n] {
			starts[n][s] = m.start(s)
		}
	}
	longer := [5]map[string]float64{{}, {}, {}, {}, {}}
	for n := 2; n <= 4; n++ {
		for _, s := range m.order[n] {
			_, last := utf8.DecodeLastRuneInString(s)
			longer[n-1][s[:len(s)-last]] += starts[n][s]
		}
	}
	for n := 1; n <= 3; n++ {
		for _, s := range m.order[n] {
			emit(s, starts[n][s]-longer[n][s])
		}
	}
	for _, s := range m.order[4] {
		emit(s, part(starts[4][s], m.end(s), m.count[4][s]))
	}
	next := map[string][]string{} // fives by their first four letters
	for _, s := range m.order[5] {
		_, last := utf8.DecodeLastRuneInString(s)
		head := s[:len(s)-last]
		next[head] = append(next[head], s)
	}
	// grow follows a beginning of n >= 5 letters: where it ends, and how it goes on.
	var grow func(s string, n int, begin float64)
	grow = func(s string, n int, begin float64) {
		if begin/m.words < least {
			return
		}
		if n == keep {
			emit(s, begin)
			return
		}
		tail := lastFour(s)
		emit(s, part(begin, m.end(tail), m.count[4][tail]))
		for _, t := range next[tail] {
			grow(s[:len(s)-len(tail)]+t, n+1, part(begin, m.count[5][t], m.count[4][tail]))
		}
	}
	for _, s := range m.order[5] {
		_, last := utf8.DecodeLastRuneInString(s)
		head := s[:len(s)-last]
		grow(s, 5, part(starts[4][head], m.count[5][s], m.count[4][head]))
	}
}

func lastFour(s string) string {
	at := len(s)
	for range 4 {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[at:]
}

type letterShare struct {
	letters string
	share   float64
}

// readLetterFile decodes the one message of a model: sets (field 4) of a probability (field 1) and the sequences that
// have it (field 2).
func readLetterFile(path string) ([]letterShare, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	if len(z.File) != 1 {
		return nil, fmt.Errorf("%s: %d files, want one", path, len(z.File))
	}
	f, err := z.File[0].Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var out []letterShare
	err = fields(data, func(number int, set []byte) error {
		if number != 4 {
			return nil
		}
		share := 0.0
		return fields(set, func(number int, value []byte) error {
			switch {
			case number == 1 && len(value) == 8:
				share = math.Float64frombits(binary.LittleEndian.Uint64(value))
			case number == 2:
				out = append(out, letterShare{letters: string(value), share: share})
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return out, nil
}

// fields walks a protocol buffer message.
func fields(data []byte, yield func(number int, value []byte) error) error {
	for len(data) > 0 {
		key, n := binary.Uvarint(data)
		if n <= 0 {
			return os.ErrInvalid
		}
		data = data[n:]
		size := 0
		switch key & 7 {
		case 0:
			if _, size = binary.Uvarint(data); size <= 0 {
				return os.ErrInvalid
			}
		case 1:
			size = 8
		case 2:
			length, n := binary.Uvarint(data)
			if n <= 0 || length > uint64(len(data)-n) {
				return os.ErrInvalid
			}
			data, size = data[n:], int(length)
		case 5:
			size = 4
		default:
			return os.ErrInvalid
		}
		if size > len(data) {
			return os.ErrInvalid
		}
		if err := yield(int(key>>3), data[:size]); err != nil {
			return err
		}
		data = data[size:]
	}
	return nil
}
