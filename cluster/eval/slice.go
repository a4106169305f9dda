package eval

import (
	"slices"
	"time"
)

// Traits are the properties of a story that slices are made of.
type Traits struct {
	TitleOnly bool
	Lang      string
	Time      time.Time
	Undated   bool
}

// Slice is BCubed over some of the stories, each scored inside the partition of all: what a story of this kind may
// expect.
type Slice struct {
	Name    string `json:"name"`
	Stories int    `json:"stories"`
	BCubed  PRF    `json:"bcubed"`
}

// farFromFounder is the gap above which a story is far from the first of its gold event.
const farFromFounder = 48 * time.Hour

// Slices scores the customary slices: by size of the gold event, headlines without text, language, and stories more
// than 48 hours after the first of their event. traits[i] belongs to js[i]. Slices without stories are left out.
func Slices(js []Judgement, traits []Traits) []Slice {
	t := newTable(js)
	together := map[[2]int]int{}
	for _, c := range t.cells {
		together[[2]int{c.gold, c.system}] = c.n
	}
	first := map[int]time.Time{}
	for i := range js {
		if traits[i].Undated {
			continue
		}
		if f, ok := first[t.goldOf[i]]; !ok || traits[i].Time.Before(f) {
			first[t.goldOf[i]] = traits[i].Time
		}
	}
	score := func(name string, in func(i int) bool) Slice {
		out := Slice{Name: name}
		p, r := 0.0, 0.0
		for i := range js {
			if !in(i) {
				continue
			}
			n := float64(together[[2]int{t.goldOf[i], t.systemOf[i]}])
			p += n / float64(t.system[t.systemOf[i]])
			r += n / float64(t.gold[t.goldOf[i]])
			out.Stories++
		}
		if out.Stories > 0 {
			out.BCubed = prf(p/float64(out.Stories), r/float64(out.Stories))
		}
		return out
	}
	size := func(i int) int { return t.gold[t.goldOf[i]] }
	all := []Slice{
		score("size 1", func(i int) bool { return size(i) == 1 }),
		score("size 2-4", func(i int) bool { return size(i) > 1 && size(i) < 5 }),
		score("size 5-16", func(i int) bool { return size(i) > 4 && size(i) < 17 }),
		score("size 17-64", func(i int) bool { return size(i) > 16 && size(i) < 65 }),
		score("size 65+", func(i int) bool { return size(i) > 64 }),
		score("title only", func(i int) bool { return traits[i].TitleOnly }),
		score("with text", func(i int) bool { return !traits[i].TitleOnly }),
		score("gap > 48 h", func(i int) bool {
			return !traits[i].Undated && traits[i].Time.Sub(first[t.goldOf[i]]) > farFromFounder
		}),
		score("undated", func(i int) bool { return traits[i].Undated }),
	}
	var langs []string
	for _, x := range traits {
		langs = append(langs, x.Lang)
	}
	slices.Sort(langs)
	for _, l := range slices.Compact(langs) {
		all = append(all, score("lang "+l, func(i int) bool { return traits[i].Lang == l }))
	}
	return slices.DeleteFunc(all, func(s Slice) bool { return s.Stories == 0 })
}
