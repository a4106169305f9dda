package main

import (
	"strings"
	"testing"

	"github.com/samestory/samestory/cluster/text"
)

func TestCountKeepsTheCommonest(t *testing.T) {
	articles := `{"title":"Flood","text":"The flood hit Lindau. In Lindau the flood rose."}
{"title":"Rain","text":"The rain fell on Lindau."}
`
	c := newCounter("de")
	if err := c.articles(strings.NewReader(articles)); err != nil || c.docs != 2 {
		t.Fatalf("%d articles, error %v", c.docs, err)
	}
	kept := commonest(c.entries(1), 2)
	if len(kept) != 2 || kept[0].Term > kept[1].Term || kept[0].Docs != 2 || kept[1].Docs != 2 {
		t.Errorf("kept %+v", kept)
	}
	for _, e := range kept {
		if e.Term == text.TermOf("lindau") && (e.Inside != 3 || e.Capital != 3) {
			t.Errorf("lindau stands inside a sentence %d times, capitalised %d", e.Inside, e.Capital)
		}
	}
}

func TestPlainTextIsCutIntoPieces(t *testing.T) {
	c := newCounter("zh")
	if err := c.text(strings.NewReader("港口起火\n\n仓库起火了\n没有人受伤\n完\n"), 8); err != nil {
		t.Fatal(err)
	}
	if c.docs != 1 {
		t.Errorf("%d pieces, want the first three lines as one and the rest as none", c.docs)
	}
	kept := c.entries(1)
	for _, e := range kept {
		if e.Docs != 1 {
			t.Errorf("term %d in %d of one piece", e.Term, e.Docs)
		}
	}
	if len(kept) != 6 { // 港口 口起 起火 仓库 库起 火了
		t.Errorf("%d terms, want the six pairs of characters", len(kept))
	}
}
