package happening_test

import (
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
)

var update = flag.Bool("update", false, "rewrite golden files")

// The stored form of a print must not change without a new version: stores hold millions of them.
func TestPrintGolden(t *testing.T) {
	var b strings.Builder
	for _, d := range []happening.Doc{
		{Lang: "en", Title: "Ferry Aurelia hits pier in Trieste, 43 injured", Lead: "On 10 March the ferry struck a pier. Matteo Galvani spoke of 310 people."},
		{Lang: "ru", Title: "Паром «Аурелия» врезался в причал"},
		{Lang: "ar", Title: "العبارة أوريليا تصطدم برصيف"},
		{Lang: "ja", Title: "花蓮県で地震、マグニチュード6.4", Names: []string{"花蓮"}, Heads: 1},
		{Lang: "zh", Title: "花蓮地震", Lead: "市長魏嘉賢(Wei Chia-hsien)說", Names: []string{"花蓮", "魏嘉賢"}, Heads: 1},
		{Lang: "ko", Title: "트리에스테 항구에서 여객선 충돌"},
		{},
	} {
		b.WriteString(d.Title + "\n\t" + hex.EncodeToString(happening.NewPrint(d).AppendBinary(nil)) + "\n")
	}
	const golden = "testdata/print_v1.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("prints (-want +got):\n%s", diff)
	}
}

// A print is the same for who has cut the words already, as a tick has them from the profile.
func TestPrintOfWordsThatWereCut(t *testing.T) {
	var s thread.Scratch
	for _, r := range loadReports(t, "testdata/tongues.jsonl") {
		p := thread.NewProfile(thread.Doc{Lang: r.Lang, Title: r.Title, Text: r.Text}, &s)
		d := happening.Doc{Lang: r.Lang, Title: r.Title, Lead: thread.Lead(r.Text), Heads: int(p.Title)}
		for i := range p.Names {
			d.Names = append(d.Names, p.Names[i].Text)
		}
		want := happening.NewPrint(d)
		d.TitleTokens, d.LeadTokens = s.Tokens()
		if diff := cmp.Diff(want, happening.NewPrint(d)); diff != "" {
			t.Errorf("%s (-cut here +given):\n%s", r.Title, diff)
		}
	}
}

func TestPrintRoundTrip(t *testing.T) {
	for _, r := range loadReports(t, "testdata/tongues.jsonl") {
		p := storyOf(&r).Print
		back, err := happening.DecodePrint(p.AppendBinary(nil))
		if err != nil || back != p {
			t.Errorf("%s: %q came back as %q, %v", r.ID, p, back, err)
		}
	}
}

func TestDamagedPrintsAreRefused(t *testing.T) {
	good := happening.NewPrint(happening.Doc{Lang: "en", Title: "Ferry hits pier"}).AppendBinary(nil)
	flags := append([]byte{}, good...)
	flags[1] = 0xff
	for name, b := range map[string][]byte{
		"empty":           nil,
		"another version": append([]byte{happening.PrintVersion + 1}, good[1:]...),
		"cut":             good[:len(good)-1],
		"a byte more":     append(append([]byte{}, good...), 0),
		"unknown flags":   flags,
		"no word":         {happening.PrintVersion, 0, 0},
		"not UTF-8":       {happening.PrintVersion, 0, 1, 0xff},
		"too many words":  append([]byte{happening.PrintVersion}, strings.Repeat("\x00\x01a", 41)...),
	} {
		if _, err := happening.DecodePrint(b); !errors.Is(err, happening.ErrPrint) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzPrint(f *testing.F) {
	f.Add([]byte{happening.PrintVersion, 0, 1, 'a'})
	f.Add(happening.NewPrint(happening.Doc{Lang: "zh", Title: "花蓮地震"}).AppendBinary(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := happening.DecodePrint(b)
		if err == nil && string(p.AppendBinary(nil)) != string(b) {
			t.Errorf("%x came back as %x", b, p.AppendBinary(nil))
		}
	})
}

// Whatever is printed can be read again: titles are anything.
func FuzzNewPrint(f *testing.F) {
	f.Add("en", "Ferry hits pier", "Matteo Galvani said 310.")
	f.Add("zh", "花蓮\xff地震", strings.Repeat("非常长", 100))
	f.Fuzz(func(t *testing.T, lang, title, lead string) {
		p := happening.NewPrint(happening.Doc{Lang: lang, Title: title, Lead: lead, Names: []string{title, lead}, Heads: 1})
		if _, err := happening.DecodePrint(p.AppendBinary(nil)); err != nil {
			t.Error(err)
		}
	})
}
