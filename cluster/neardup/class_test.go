package neardup_test

import (
	"testing"
)

// Equal texts are read with the furniture of the source that had them first, whichever came first.
func TestClassIsReadAsItsFirstStory(t *testing.T) {
	t.Parallel()
	said := prose(1, 40)
	own := doc("own", "gazette", 2*hour, "", said+prose(2, 20)+"\n"+houseLine("gazette"))
	copied := doc("copied", "gazette", 3*hour, "", said+prose(3, 14)+"\n"+houseLine("wire")) // whose line is none of the gazette's
	original := copied
	original.ID, original.Source, original.Time = "original", "wire", noon.Add(hour)

	whole := newNewsroom(t)
	whole.add(houses()...)
	whole.add(own, copied, original)
	if !whole.together("own", "original") {
		t.Fatal("what both say is not enough, the test holds nothing")
	}
	apart := newNewsroom(t)
	apart.add(houses()...)
	apart.add(own, copied)
	if apart.together("own", "copied") {
		t.Fatal("what both say is enough with the line of another source, the test holds nothing")
	}

	for name, between := range map[string]func(*newsroom) *newsroom{
		"as it runs":      func(n *newsroom) *newsroom { return n },
		"after a restart": func(n *newsroom) *newsroom { return n.restart() },
	} {
		t.Run(name, func(t *testing.T) {
			n := newNewsroom(t)
			n.add(houses()...)
			n.add(own)
			n.add(copied)
			n = between(n)
			n.add(original)
			n.d.Found()
			n.add()
			if got, want := n.partition(), whole.partition(); got != want {
				t.Errorf("the first story came last\n%s\nwant\n%s", got, want)
			}
			n = between(n)
			n.remove("original")
			n.add()
			if n.together("own", "copied") {
				t.Error("the first story is gone, and the others are read as it was")
			}
		})
	}
}
