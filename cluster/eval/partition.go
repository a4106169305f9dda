package eval

import (
	"cmp"
	"slices"
)

// Judgement is one story in both partitions.
type Judgement struct {
	Story  string
	Gold   string
	System string // empty: in no cluster, counted as a cluster of its own
}

// PRF is precision, recall and their harmonic mean, each 0..1.
type PRF struct {
	Precision float64 `json:"p"`
	Recall    float64 `json:"r"`
	F1        float64 `json:"f1"`
}

func prf(p, r float64) PRF {
	out := PRF{Precision: p, Recall: r}
	if p+r > 0 {
		out.F1 = 2 * p * r / (p + r)
	}
	return out
}

// Scores compares two partitions.
type Scores struct {
	Stories      int     `json:"stories"`
	GoldClusters int     `json:"gold_clusters"`
	Clusters     int     `json:"clusters"`
	Largest      int     `json:"largest"` // stories in the largest cluster of the system
	Missing      int     `json:"missing"` // stories without a cluster
	BCubed       PRF     `json:"bcubed"`
	Pairwise     PRF     `json:"pairwise"`
	ARI          float64 `json:"ari"`
}

// table is a contingency table of two partitions, cells sorted.
type table struct {
	gold, system       []int // sizes
	goldOf, systemOf   []int // by story
	cells              []cell
	stories, unlabeled int
}

type cell struct{ gold, system, n int }

func newTable(js []Judgement) *table {
	t := &table{stories: len(js)}
	gold, system := map[string]int{}, map[string]int{}
	number := func(m map[string]int, sizes *[]int, name string) int {
		k, ok := m[name]
		if !ok {
			k = len(*sizes)
			m[name] = k
			*sizes = append(*sizes, 0)
		}
		(*sizes)[k]++
		return k
	}
	for _, j := range js {
		t.goldOf = append(t.goldOf, number(gold, &t.gold, j.Gold))
		if j.System == "" {
			t.unlabeled++
			t.systemOf = append(t.systemOf, len(t.system))
			t.system = append(t.system, 1)
			continue
		}
		t.systemOf = append(t.systemOf, number(system, &t.system, j.System))
	}
	pairs := make([]cell, len(js))
	for i := range js {
		pairs[i] = cell{t.goldOf[i], t.systemOf[i], 1}
	}
	slices.SortFunc(pairs, func(a, b cell) int { return cmp.Or(cmp.Compare(a.gold, b.gold), cmp.Compare(a.system, b.system)) })
	for _, p := range pairs {
		if n := len(t.cells); n > 0 && t.cells[n-1].gold == p.gold && t.cells[n-1].system == p.system {
			t.cells[n-1].n++
		} else {
			t.cells = append(t.cells, p)
		}
	}
	return t
}

func pairsOf(n int) float64 { return float64(n) * float64(n-1) / 2 }

// Compare scores a system partition against gold. Two partitions without any pair agree fully.
func Compare(js []Judgement) Scores {
	t := newTable(js)
	out := Scores{Stories: t.stories, GoldClusters: len(t.gold), Clusters: len(t.system), Missing: t.unlabeled}
	if t.stories == 0 {
		return out
	}
	bp, br, together := 0.0, 0.0, 0.0
	for _, c := range t.cells {
		n := float64(c.n)
		bp += n * n / float64(t.system[c.system])
		br += n * n / float64(t.gold[c.gold])
		together += pairsOf(c.n)
	}
	n := float64(t.stories)
	out.BCubed = prf(bp/n, br/n)
	inGold, inSystem := 0.0, 0.0
	for _, s := range t.gold {
		inGold += pairsOf(s)
	}
	for _, s := range t.system {
		inSystem += pairsOf(s)
		out.Largest = max(out.Largest, s)
	}
	out.Pairwise = prf(share(together, inSystem), share(together, inGold))
	out.ARI = adjustedRand(together, inGold, inSystem, pairsOf(t.stories))
	return out
}

// share is a/b, 1 where there was nothing to find.
func share(a, b float64) float64 {
	if b == 0 {
		return 1
	}
	return a / b
}

func adjustedRand(together, a, b, all float64) float64 {
	expected := 0.0
	if all > 0 {
		expected = a * b / all
	}
	most := (a + b) / 2
	if most == expected {
		return 1
	}
	return (together - expected) / (most - expected)
}
