package text_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/samestory/samestory/cluster/text"
)

// story makes the n-th story of an outlet, with its footer.
func furnished(n int, footer string) string {
	return fmt.Sprintf("The council of town number %d met.\nIt took decision %d of the year.\nNobody in ward %d objected.\n%s", n, n*7, n*13, footer)
}

func learn(f *text.Furniture, stories ...string) {
	var n text.Normaliser
	for _, s := range stories {
		f.LearnText(&n, s)
	}
	f.Trim()
}

func masked(f *text.Furniture, s string) int {
	var n text.Normaliser
	n.Append(s)
	lines := n.Lines()
	all := len(n.Words())
	return all - len(f.Mask(n.Words(), lines))
}

const footer = "Photo: Our own staff. Subscribe now for a month."

func TestFooterIsLearned(t *testing.T) {
	t.Parallel()
	f := text.NewFurniture()
	for n := range 5 {
		learn(f, furnished(n, footer))
	}
	if got := masked(f, furnished(99, footer)); got != 0 {
		t.Errorf("masked %d words after 5 stories, want none before 6", got)
	}
	learn(f, furnished(5, footer))
	if got := masked(f, furnished(99, footer)); got != 9 {
		t.Errorf("masked %d words, want the 9 of the footer", got)
	}
	if got := masked(f, furnished(99, strings.ToUpper(footer))); got != 9 {
		t.Errorf("masked %d words of the footer in capitals, want 9", got)
	}
	if got := masked(text.NewFurniture(), furnished(99, footer)); got != 0 {
		t.Errorf("another source masks %d words, want none", got)
	}
}

func TestCopiesDoNotTeach(t *testing.T) {
	t.Parallel()
	f := text.NewFurniture()
	s := furnished(1, footer)
	for range 50 {
		learn(f, s)
		learn(f, strings.Replace(s, "Nobody in ward", "No one in ward", 1))
	}
	if got := masked(f, s); got != 0 {
		t.Errorf("re-sends of one story made %d words of it furniture", got)
	}
}

func TestMaskKeepsMostOfAText(t *testing.T) {
	t.Parallel()
	f := text.NewFurniture()
	for n := range 20 {
		learn(f, furnished(n, footer))
	}
	if got := masked(f, "Short note.\n"+footer); got != 0 {
		t.Errorf("masked %d words of a text that is nearly all footer", got)
	}
}

func TestProfileRoundTrip(t *testing.T) {
	t.Parallel()
	f := text.NewFurniture()
	for n := range 3000 {
		learn(f, furnished(n, footer))
	}
	data := f.AppendBinary(nil)
	if len(data) > 17_000 {
		t.Errorf("profile of %d bytes, want at most 17,000", len(data))
	}
	back, err := text.DecodeFurniture(data)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, back.AppendBinary(nil)) {
		t.Error("decoding and encoding changed the profile")
	}
	if masked(back, furnished(1, footer)) != 9 {
		t.Error("the restored profile has forgotten the footer")
	}
}

func TestDamagedProfiles(t *testing.T) {
	t.Parallel()
	f := text.NewFurniture()
	learn(f, furnished(1, footer))
	good := f.AppendBinary(nil)
	for name, data := range map[string][]byte{
		"empty": nil, "other version": append([]byte{99}, good[1:]...), "cut": good[:len(good)-1], "longer": append(bytes.Clone(good), 0),
	} {
		if _, err := text.DecodeFurniture(data); !errors.Is(err, text.ErrProfile) {
			t.Errorf("%s: error %v, want ErrProfile", name, err)
		}
	}
}

func FuzzDecodeFurniture(f *testing.F) {
	p := text.NewFurniture()
	learn(p, furnished(1, footer), furnished(2, footer))
	f.Add(p.AppendBinary(nil))
	f.Add([]byte{1, 0, 0, 0})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := text.DecodeFurniture(data)
		if err != nil {
			return
		}
		again, err := text.DecodeFurniture(p.AppendBinary(nil))
		if err != nil || !bytes.Equal(again.AppendBinary(nil), p.AppendBinary(nil)) {
			t.Fatalf("round trip: %v", err)
		}
	})
}
