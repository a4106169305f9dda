package neardup_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/neardup"
)

// randomNewsroom draws stories that copy, cut, extend and fill in a few originals, at times that fall together often.
func randomNewsroom(t *rapid.T) []neardup.Doc {
	n := rapid.IntRange(2, 9).Draw(t, "stories")
	docs := make([]neardup.Doc, n)
	for i := range docs {
		text := prose(rapid.Uint64Range(1, 3).Draw(t, "origin"), rapid.SampledFrom([]int{30, 120, 200, 350}).Draw(t, "length"))
		switch rapid.IntRange(0, 5).Draw(t, "change") {
		case 1:
			text = edit(text, rapid.IntRange(5, 60).Draw(t, "step"))
		case 2:
			text = cutTo(text, 20+len(text)/24)
		case 3:
			text += prose(rapid.Uint64Range(4, 5).Draw(t, "tail"), 100)
		case 4:
			text = rate("ODENSE", noon.AddDate(0, 0, i), fmt.Sprint(i), fmt.Sprint(i*i))
		case 5:
			text = ""
		}
		docs[i] = doc(fmt.Sprintf("s%02d", i), rapid.SampledFrom([]string{"wire", "gazette"}).Draw(t, "source"),
			time.Duration(rapid.IntRange(0, 400).Draw(t, "hour"))*3*hour, rapid.SampledFrom([]string{"Bridge", "Harbour lends", ""}).Draw(t, "title"), text)
		line := rapid.SampledFrom([]string{"", "wire", "gazette"}).Draw(t, "line")
		if i < 5 && line != "" && text != "" { // of six stories the other source would learn it
			docs[i].Text += "\n" + houseLine(line)
		}
		docs[i].Undated = rapid.IntRange(0, 9).Draw(t, "undated") == 0
		docs[i].DateOnly = rapid.IntRange(0, 4).Draw(t, "day") == 0
	}
	return docs
}

// houseLine is furniture of a source, long enough that two texts of which one is read without it are further apart.
func houseLine(source string) string {
	return fmt.Sprintf("Read all that the %s has to say on bridges, harbours and mills for four weeks without paying for it", source)
}

// houses are stories that teach the lines of both sources; they have nothing else in common with anything.
func houses() (docs []neardup.Doc) {
	for i := range 8 {
		for k, source := range []string{"wire", "gazette"} {
			docs = append(docs, doc(fmt.Sprintf("%s%d", source, i), source, 0, "", prose(uint64(100+10*i+k), 80)+"\n"+houseLine(source)))
		}
	}
	return docs
}

func TestGroupsAreAFunctionOfTheSet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		docs := randomNewsroom(rt)
		whole := newNewsroom(t)
		whole.add(houses()...)
		whole.add(docs...)
		want := whole.partition()

		engine := rapid.SampledFrom([]string{neardup.IndexFlat, neardup.IndexMinhash, neardup.IndexAuto}).Draw(rt, "index")
		change := func(p *neardup.Params) { p.Index, p.FlatAbove = engine, 4 }
		other := newNewsroom(t, change)
		other.add(houses()...)
		shuffled := rapid.Permutation(docs).Draw(rt, "order")
		for len(shuffled) > 0 {
			k := rapid.IntRange(1, len(shuffled)).Draw(rt, "batch")
			other.add(shuffled[:k]...)
			shuffled = shuffled[k:]
			switch rapid.IntRange(0, 3).Draw(rt, "between") {
			case 1:
				other = other.restart(change)
			case 2: // a story goes and comes back
				if id := docs[0].ID; other.docs[id].ID != "" {
					other.remove(id)
					other.add()
					other.add(docs[0])
				}
			}
		}
		other.d.Found() // ids stay with what they were given to; named anew, they too are the same
		other.add()
		if got := other.partition(); got != want {
			rt.Fatalf("another order gives other groups\n%s\nwant\n%s", got, want)
		}
	})
}

func TestPrintRoundTrip(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	var s neardup.Scratch
	for _, d := range []neardup.Doc{
		{}, {Title: "Only a headline"}, {Title: "Title", Text: "A short text."}, {Text: prose(1, 100)}, {Text: prose(1, 2000)},
	} {
		p := n.d.Prepare(d, &s)
		data := p.AppendBinary(nil)
		if len(data) > neardup.PrintSize {
			t.Errorf("print of %d bytes, want at most %d", len(data), neardup.PrintSize)
		}
		back, err := neardup.DecodePrint(data)
		if err != nil || back != p {
			t.Errorf("%v: got %+v, want %+v", err, back, p)
		}
	}
}

func FuzzDecodePrint(f *testing.F) {
	d, err := neardup.New(neardup.DefaultParams())
	if err != nil {
		f.Fatal(err)
	}
	for _, doc := range []neardup.Doc{{}, {Title: "Headline"}, {Text: "Short text."}, {Text: prose(1, 60)}} {
		p := d.Prepare(doc, new(neardup.Scratch))
		f.Add(p.AppendBinary(nil))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := neardup.DecodePrint(data)
		if err != nil {
			return
		}
		back, err := neardup.DecodePrint(p.AppendBinary(nil))
		if err != nil || back != p {
			t.Fatalf("round trip: %v", err)
		}
	})
}

// The bytes of a known story hold the format and the function that Version names.
func TestPrintIsPinned(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	p := n.d.Prepare(doc("a", "wire", 0, "Harbour lends to mills", rate("ODENSE", noon, "two million", "6")), new(neardup.Scratch))
	got := fmt.Sprintf("%x", p.AppendBinary(nil))
	const want = "01032569e073c2890f6328799399b8413b272aa757d4b35422267c6acdf1b7f623c04b76c48ccdd8"
	if got[:80] != want {
		t.Errorf("the print has changed: raise Version and pin it anew\n got %s\nwant %s", got[:80], want)
	}
}

func TestWorkersDoNotMatter(t *testing.T) {
	t.Parallel()
	var docs []neardup.Doc
	for i := range 300 {
		docs = append(docs, doc(fmt.Sprintf("s%03d", i), "wire", time.Duration(i)*hour, "", edit(prose(uint64(i%40), 150), 7+i%50)))
	}
	one := newNewsroom(t)
	want := one.add(docs...)
	many := newNewsroom(t)
	many.d.Learn(docs)
	items := make([]neardup.Item, len(docs))
	for i, d := range docs {
		items[i] = d.Item(many.d.Prepare(d, new(neardup.Scratch)))
	}
	slices.Reverse(items)
	got, err := many.d.Add(t.Context(), items, nil, 4)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("four workers and another order of the items gave other changes")
	}
	if !slices.EqualFunc(got.Profiles, want.Profiles, func(a, b neardup.SourceProfile) bool { return bytes.Equal(a.Data, b.Data) }) {
		t.Error("profiles differ")
	}
}

func TestPrepareDoesNotAllocate(t *testing.T) {
	n := newNewsroom(t)
	n.add(doc("a", "wire", 0, "", prose(1, 400)))
	for name, d := range map[string]neardup.Doc{
		"report": doc("b", "wire", 0, "A title", "By Jane Doe\nTAIPEI, March 2 (Wire) - "+prose(2, 480)),
		"short":  doc("c", "wire", 0, "HARBOUR LENDS <HBR> 3.5 MLN", rate("ODENSE", noon, "two million", "6")),
	} {
		var s neardup.Scratch
		n.d.Prepare(d, &s)
		if got := testing.AllocsPerRun(50, func() { n.d.Prepare(d, &s) }); got != 0 {
			t.Errorf("%s: %v allocations a story, want 0", name, got)
		}
	}
}

func TestHotBuckets(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{neardup.IndexFlat, neardup.IndexMinhash} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			n := newNewsroom(t, func(p *neardup.Params) { p.Index, p.BucketCap = engine, 16 })
			body := prose(1, 200)
			var same, alike []neardup.Doc
			for i := range 400 {
				same = append(same, doc(fmt.Sprintf("same%03d", i), "wire", time.Duration(i)*time.Minute, "", body))
				alike = append(alike, doc(fmt.Sprintf("alike%03d", i), "wire", time.Duration(i)*hour, "", prose(2, 200)+fmt.Sprint(" edition ", i)))
			}
			n.add(append(same, alike...)...)
			if g := n.groups[n.placed["same000"].Group]; len(g.Members) != 400 {
				t.Errorf("%d of 400 equal texts are one group", len(g.Members))
			}
			st := n.d.Stats()
			if st.Candidates > 401*16 || st.Capped == 0 {
				t.Errorf("%d candidates of %d lookups, %d capped: want at most 16 each", st.Candidates, st.Queried, st.Capped)
			}
		})
	}
}
