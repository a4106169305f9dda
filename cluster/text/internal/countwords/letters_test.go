package main

import (
	"archive/zip"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/samestory/samestory/cluster/text"
)

// prose is short enough to count by hand and has words inside words.
const prose = "a cat sat on the mat and the catalogue of the cats was on a mat that a hat had not reached the cathedral"

// writeLetters writes the letter sequence counts of a text the way readLetters expects them.
func writeLetters(t *testing.T, prose string) string {
	t.Helper()
	dir := t.TempDir()
	counts := [6]map[string]float64{0: {}}
	for n := 1; n <= 5; n++ {
		counts[n] = map[string]float64{}
		for word := range strings.FieldsSeq(prose) {
			letters := []rune(word)
			for i := 0; i+n <= len(letters); i++ {
				counts[n][string(letters[i:i+n])]++
				if n == 1 {
					counts[0][""]++
				}
			}
		}
		var message []byte
		for s, c := range counts[n] {
			head := string([]rune(s)[:n-1])
			set := append([]byte{1<<3 | 1}, binary.LittleEndian.AppendUint64(nil, math.Float64bits(c/counts[n-1][head]))...)
			set = append(append(set, 2<<3|2, byte(len(s))), s...)
			message = append(append(message, 4<<3|2, byte(len(set))), set...)
		}
		f, err := os.Create(filepath.Join(dir, letterFiles[n]+".pb.bin.zip"))
		if err != nil {
			t.Fatal(err)
		}
		z := zip.NewWriter(f)
		w, err := z.Create("counts.pb.bin")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(message); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestLettersCountWords holds what the estimate promises: words of up to three letters exactly, although longer words
// contain them, and longer words within what the counts allow.
func TestLettersCountWords(t *testing.T) {
	m, err := readLetters(writeLetters(t, prose))
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(prose)
	got := map[string]float64{}
	m.each(6, 0, func(s string, share float64) { got[s] += share * float64(len(words)) })
	want := map[string]float64{}
	for _, w := range words {
		if len(w) > 6 {
			w = w[:6]
		}
		want[w]++
	}
	for w, n := range want {
		switch {
		case len(w) <= 3 && math.Abs(got[w]-n) > 1e-9:
			t.Errorf("%q: %.3f times, want %v", w, got[w], n)
		case math.Abs(got[w]-n) > .5:
			t.Errorf("%q: %.3f times, want about %v", w, got[w], n)
		}
	}
	for _, w := range []string{"at", "he", "ca", "cath", "thedra"} {
		if got[w] > .2 {
			t.Errorf("%q is no word, but was found %.3f times", w, got[w])
		}
	}
}

func TestEstimateIsTheSameEachTime(t *testing.T) {
	dir := writeLetters(t, prose)
	want, err := estimate(dir, "de")
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		got, err := estimate(dir, "de")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(commonest(slices.Clone(got), 8), commonest(slices.Clone(want), 8)) {
			t.Fatal("the same counts gave another table")
		}
	}
	i := slices.IndexFunc(want, func(e text.BackgroundEntry) bool { return e.Term == text.TermOf("the") })
	if i < 0 || want[i].Docs < estimateDocs*9/10 {
		t.Errorf("a fifth of all words are in few articles: %+v", want)
	}
}

func TestReadLettersRefusesDamage(t *testing.T) {
	dir := writeLetters(t, prose)
	if err := os.WriteFile(filepath.Join(dir, "fivegrams.pb.bin.zip"), []byte("no zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readLetters(dir); err == nil {
		t.Error("a damaged file was read")
	}
	if _, err := readLetters(t.TempDir()); err == nil {
		t.Error("an empty folder was read")
	}
	for _, broken := range [][]byte{{0x80}, {2<<3 | 2, 9, 1}, {1<<3 | 1, 0, 0}, {3}} {
		if fields(broken, func(int, []byte) error { return nil }) == nil {
			t.Errorf("message %v was read", broken)
		}
	}
}
