package report

import (
	"errors"
	"testing"

	"github.com/samestory/samestory/report/internal/fixture"
)

func TestMemoForgets(t *testing.T) {
	g := generations[int]{most: 3}
	made := 0
	ask := func(n byte) {
		t.Helper()
		got, err := g.of(memoKey{n}, func() (int, error) { made++; return int(n), nil })
		if err != nil || got != int(n) {
			t.Fatalf("%d is %d, %v", n, got, err)
		}
	}
	for n := range byte(200) {
		ask(n)
		ask(1) // what is asked for stays
	}
	if made != 200 {
		t.Errorf("worked %d times", made)
	}
	if n := len(g.now) + len(g.old); n > 6 {
		t.Errorf("%d are remembered", n)
	}
	ask(3)
	if made != 201 {
		t.Error("what nobody asked for is still there")
	}
}

func TestMemoRemembersNoErrors(t *testing.T) {
	g := generations[int]{most: 3}
	if _, err := g.of(memoKey{}, func() (int, error) { return 0, errors.New("gone") }); err == nil {
		t.Fatal("no error")
	}
	if got, err := g.of(memoKey{}, func() (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Errorf("%d, %v", got, err)
	}
}

// What something was worked out from is told apart wherever its parts end.
func TestMemoKeys(t *testing.T) {
	r := fixture.Newsroom()
	s, err := r.Story("meridian-1041")
	if err != nil {
		t.Fatal(err)
	}
	other := s
	other.Content[15]++
	gone := s
	gone.Expired = true
	seen := map[memoKey]int{}
	for i, do := range []func(memoHash){
		func(h memoHash) { h.text("ab", "c") },
		func(h memoHash) { h.text("a", "bc") },
		func(h memoHash) { h.text("abc") },
		func(h memoHash) { h.text("ab"); h.text("c") },
		func(h memoHash) { h.text(); h.text("abc") },
		func(h memoHash) { h.story(&s) },
		func(h memoHash) { h.story(&other) },
		func(h memoHash) { h.story(&gone) },
	} {
		h := newMemoHash()
		do(h)
		if j, is := seen[h.sum()]; is {
			t.Errorf("%d and %d have one key", j, i)
		}
		seen[h.sum()] = i
	}
}
