package thread_test

import (
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/cluster/thread"
)

var update = flag.Bool("update", false, "rewrite golden files")

// The stored form of a profile must not change without a new version: stores hold millions of them.
func TestProfileGolden(t *testing.T) {
	p := thread.NewProfile(thread.Doc{
		Lang: "en", Title: "Premier condemns Qingsong attack", Loose: true,
		Text: "Premier Grace Shen (沈嘉宜) condemned the knife attack at Qingsong Station in Yunlong. Ms Shen will visit Japan.",
	}, nil)
	want := thread.Profile{
		Names: []thread.Name{
			{Text: "Qingsong", Term: term("qingsong", "en"), Keys: keys("qingsong")},
			{Text: "Grace", Term: term("grace", "en"), Keys: keys("grace")},
			{Text: "Shen", Term: term("shen", "en"), Keys: keys("shen")},
			{Text: "沈嘉宜", Term: text.TermOf("沈嘉宜"), Keys: keys("shenjiayi", "shenchiayi", "沈嘉宜")},
			{Text: "Yunlong", Term: term("yunlong", "en"), Keys: keys("yunlong")},
		},
		Pairs:   [][2]uint8{{1, 2}},
		Title:   1,
		Speech:  true,
		Loose:   true,
		Aliases: []thread.Alias{{Latin: keys("grace", "shen"), Other: text.TermOf("沈嘉宜")}},
	}
	for _, k := range []string{"attack", "stab"} {
		want.Kinds = append(want.Kinds, kindNamed(t, k))
	}
	got := p
	got.Words = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("profile (-want +got):\n%s", diff)
	}
	const golden = "testdata/profile_v1.golden"
	data := hex.EncodeToString(p.AppendBinary(nil)) + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(stored), data); diff != "" {
		t.Errorf("stored form (-want +got):\n%s", diff)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(stored)))
	if err != nil {
		t.Fatal(err)
	}
	back, rest, err := thread.DecodeProfile(append(raw, "next"...))
	if err != nil || string(rest) != "next" {
		t.Fatalf("DecodeProfile: rest %q, error %v", rest, err)
	}
	if diff := cmp.Diff(p, back); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}

func term(w, lang string) text.Term { return text.TermOf(text.Stem(w, lang)) }

func keys(words ...string) []text.Term {
	var k []text.Term
	for _, w := range words {
		k = append(k, text.TermOf(w))
	}
	return k
}

func kindNamed(t *testing.T, name string) thread.Kind {
	t.Helper()
	for k := range 256 {
		if thread.Kind(k).String() == name {
			return thread.Kind(k)
		}
	}
	t.Fatalf("no kind %q", name)
	return 0
}

func TestDecodeProfileRefuses(t *testing.T) {
	p := thread.NewProfile(thread.Doc{Lang: "en", Title: "Halvik meets Saar in Ladov", Text: "They met in Ladov."}, nil)
	good := p.AppendBinary(nil)
	for n := range good {
		if _, _, err := thread.DecodeProfile(good[:n]); !errors.Is(err, thread.ErrProfile) {
			t.Fatalf("cut to %d of %d bytes: error %v, want ErrProfile", n, len(good), err)
		}
	}
	bad := slices.Clone(good)
	bad[0] = 99
	if _, _, err := thread.DecodeProfile(bad); !errors.Is(err, thread.ErrProfile) {
		t.Errorf("other version: error %v, want ErrProfile", err)
	}
}

func TestProfileRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SampledFrom([]string{
			"Halvik", "met", "Saar", "in", "Ladov", ".", "attack", "killed", "沈嘉宜表示", "(青松)", "NSB", "\n", "the", "Взрыв", "в", "Ладове", "Grace", "Shen", "\xff",
		})
		doc := thread.Doc{
			Lang:  rapid.SampledFrom([]string{"en", "zh", "ru", "de", "und", "xx"}).Draw(t, "lang"),
			Title: strings.Join(rapid.SliceOf(words).Draw(t, "title"), " "),
			Text:  strings.Join(rapid.SliceOf(words).Draw(t, "text"), " "),
			Loose: rapid.Bool().Draw(t, "loose"),
		}
		p := thread.NewProfile(doc, nil)
		back, rest, err := thread.DecodeProfile(p.AppendBinary(nil))
		if err != nil || len(rest) != 0 {
			t.Fatalf("rest %d bytes, error %v", len(rest), err)
		}
		if diff := cmp.Diff(p, back, emptyIsNil); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// emptyIsNil compares slices by their elements only: the stored form knows no difference.
var emptyIsNil = cmp.FilterValues(func(a, b []thread.Kind) bool { return len(a)+len(b) == 0 }, cmp.Ignore())

func FuzzDecodeProfile(f *testing.F) {
	p := thread.NewProfile(thread.Doc{Lang: "en", Title: "Grace Shen (沈嘉宜) condemns attack", Text: "Meng Tao was arrested."}, nil)
	f.Add(p.AppendBinary(nil))
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, rest, err := thread.DecodeProfile(data)
		if err != nil {
			return
		}
		again, _, err := thread.DecodeProfile(p.AppendBinary(nil))
		if err != nil {
			t.Fatalf("re-encoded: %v", err)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if len(rest) > len(data) {
			t.Fatal("more rest than data")
		}
	})
}
