package event

import (
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var allFeatures = cmp.AllowUnexported(Features{})

func sample() Features {
	return NewFeaturiser().Features(Doc{
		ID: "s1", Title: "Harbour bridge of Northport closed after collision", Lang: "en",
		Text: "NORTHPORT (Coast Wire) - A barge hit the harbour bridge on Tuesday. Mayor Ada Flint closed the bridge " +
			"until Friday. Two people were hurt, officials said.",
		Time: time.Date(2031, 3, 5, 9, 30, 0, 0, time.UTC),
	}, &Scratch{})
}

func TestFeaturesGoldenBytes(t *testing.T) {
	f := sample()
	got := hex.EncodeToString(f.AppendBinary(nil)) + "\n"
	path := filepath.Join("testdata", "features.golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the stored form of features changed; a new FeaturesVersion is due\n got %s\nwant %s", got, want)
	}
	data, err := hex.DecodeString(strings.TrimSpace(string(want)))
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeFeatures(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, back, allFeatures); diff != "" {
		t.Errorf("(-encoded +decoded):\n%s", diff)
	}
}

func TestFeaturesRoundTrip(t *testing.T) {
	f, s := NewFeaturiser(), &Scratch{}
	rapid.Check(t, func(t *rapid.T) {
		d := Doc{
			Title: rapid.String().Draw(t, "title"), Text: rapid.String().Draw(t, "text"),
			Lang: rapid.SampledFrom([]string{"", "en", "de", "zh"}).Draw(t, "lang"),
			Time: time.Unix(rapid.Int64Range(-1<<35, 1<<35).Draw(t, "time"), 0),
		}
		want := f.Features(d, s)
		got, err := DecodeFeatures(want.AppendBinary(nil))
		if err != nil {
			t.Fatal(err)
		}
		if len(want.terms) == 0 {
			want.terms, want.tf, got.terms, got.tf = nil, nil, nil, nil
		}
		if diff := cmp.Diff(want, got, allFeatures); diff != "" {
			t.Fatalf("(-encoded +decoded):\n%s", diff)
		}
	})
}

func TestDecodeFeaturesRefusesOtherVersionsAndCuts(t *testing.T) {
	f := sample()
	data := f.AppendBinary(nil)
	other := append([]byte{}, data...)
	other[0]++
	if _, err := DecodeFeatures(other); !errors.Is(err, ErrFeatures) {
		t.Errorf("another version: %v", err)
	}
	for n := range data {
		if _, err := DecodeFeatures(data[:n]); !errors.Is(err, ErrFeatures) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	if _, err := DecodeFeatures(append(data, 0)); !errors.Is(err, ErrFeatures) {
		t.Errorf("a byte too many: %v", err)
	}
}

func FuzzDecodeFeatures(f *testing.F) {
	s := sample()
	f.Add(s.AppendBinary(nil))
	f.Add([]byte{FeaturesVersion, 0, 1, 'x', 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := DecodeFeatures(data)
		if err != nil {
			if !errors.Is(err, ErrFeatures) {
				t.Errorf("error %v is no ErrFeatures", err)
			}
			return
		}
		again, err := DecodeFeatures(got.AppendBinary(nil))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, again, allFeatures); diff != "" {
			t.Errorf("(-decoded +again):\n%s", diff)
		}
		v := newVocabulary(text.LoadBackground(got.lang), []*Features{&got})
		a := newStory(Item{ID: "a", Features: got}, nil)
		vec := v.vector(&got)
		var x [pairFeatures]float64
		pairVector(a, a, &vec, &vec, &x)
	})
}

func TestPackCounts(t *testing.T) {
	for p := range 256 {
		name, title, lead, body := unpackCounts(uint8(p))
		if got := packCounts(name, title, lead, body); got != uint8(p) {
			t.Errorf("unpacked and packed again, %d is %d", p, got)
		}
	}
	if _, title, lead, body := unpackCounts(packCounts(true, 9, 9, 99)); title != 3 || lead != 3 || body != 14 {
		t.Errorf("large counts become %d, %d, %d", title, lead, body)
	}
}
