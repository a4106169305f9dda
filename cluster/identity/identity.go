package identity

import (
	"cmp"
	"slices"
)

// Old is a cluster that was given out. Members that are no longer anywhere may be among its members; no member is in two
// old clusters.
type Old[M comparable] struct {
	ID      string
	Members []M
}

// Rules say what Assign cannot know of members and ids.
type Rules[M comparable] struct {
	// Compare is the total order of members, in which the first is the founding one.
	Compare func(a, b M) int
	// Name makes an id for a new cluster from its founding member. try counts from 1 and makes another one each time.
	Name func(cluster, try int) string
	// Taken reports ids that clusters have which are neither among the old nor among the new; nil where there are none.
	Taken func(id string) bool
	// Found gives every cluster the name that its founding member makes.
	Found bool
}

// Reasons for which an id ends.
const (
	Merged    = "merged"    // its members are in a cluster with an id of its own
	Split     = "split"     // its members went to several clusters; To has the most
	Refounded = "refounded" // the same cluster, now named after its founding member
	Removed   = "removed"   // none of its members is left; To is empty
)

// Redirect says where the members of an ended id are.
type Redirect struct {
	From, To string
	Reason   string
}

// Result says what became of the ids. IDs and SplitFrom are parallel to the new clusters.
type Result struct {
	IDs       []string
	SplitFrom []string   // of a cluster with a new id: the id that most of its old members left and that lives on
	Ended     []Redirect // sorted by From
}

const (
	// Outweighs is how many times as heavy as an older part a younger one must be to take the id.
	Outweighs = 4
	// leastJaccard and leastShare are what a part needs to count, see the package's rule.
	leastJaccard = .3
	leastShare   = .5
)

// Assign gives every new cluster its id. New clusters have at least one member, each a different one.
func Assign[M comparable](old []Old[M], now [][]M, r Rules[M]) Result {
	a := newAssignment(old, now, &r)
	if !r.Found {
		a.cores()
		a.rest()
	}
	a.name()
	return Result{IDs: a.ids, SplitFrom: a.splits(), Ended: a.ended()}
}

// part is what an old and a new cluster share.
type part struct {
	old, now int
	shared   int
	weight   float64
	jaccard  float64
	accepted bool
}

type assignment[M comparable] struct {
	rules *Rules[M]
	old   []Old[M] // oldest first, members in order
	now   [][]M    // members in order
	turn  []int    // new clusters, oldest first
	place []int    // of a new cluster in turn
	of    [][]part // by old cluster, the oldest first
	with  [][]part // by new cluster, the oldest old cluster first
	alive []int    // members of an old cluster that are in any new one

	ids  []string // by new cluster
	heir []int    // by old cluster: new cluster that has its id, -1 for none
}

func newAssignment[M comparable](old []Old[M], now [][]M, r *Rules[M]) *assignment[M] {
	a := &assignment[M]{
		rules: r, old: make([]Old[M], len(old)), now: make([][]M, len(now)), turn: make([]int, len(now)), place: make([]int, len(now)),
		of: make([][]part, len(old)), with: make([][]part, len(now)), alive: make([]int, len(old)),
		ids: make([]string, len(now)), heir: make([]int, len(old)),
	}
	home := make(map[M]int)
	for i, members := range now {
		a.now[i], a.turn[i] = sorted(members, r.Compare), i
		for _, m := range members {
			home[m] = i
		}
	}
	slices.SortFunc(a.turn, func(x, y int) int { return r.Compare(a.now[x][0], a.now[y][0]) })
	for k, i := range a.turn {
		a.place[i] = k
	}
	for i, o := range old {
		a.old[i] = Old[M]{o.ID, sorted(o.Members, r.Compare)}
	}
	slices.SortFunc(a.old, func(x, y Old[M]) int {
		if len(x.Members) > 0 && len(y.Members) > 0 {
			if c := r.Compare(x.Members[0], y.Members[0]); c != 0 {
				return c
			}
		}
		return cmp.Or(cmp.Compare(len(y.Members), len(x.Members)), cmp.Compare(x.ID, y.ID))
	})
	for i := range a.old {
		a.heir[i] = -1
		a.parts(i, home)
	}
	return a
}

func sorted[M any](members []M, compare func(a, b M) int) []M {
	if slices.IsSortedFunc(members, compare) {
		return members
	}
	return slices.SortedFunc(slices.Values(members), compare)
}

// parts finds what an old cluster shares with the new ones.
func (a *assignment[M]) parts(i int, home map[M]int) {
	at := make(map[int]int)
	for _, m := range a.old[i].Members {
		n, ok := home[m]
		if !ok {
			continue
		}
		k, seen := at[n]
		if !seen {
			k = len(a.of[i])
			at[n] = k
			a.of[i] = append(a.of[i], part{old: i, now: n})
		}
		a.of[i][k].shared++
		a.alive[i]++
	}
	for k := range a.of[i] {
		p := &a.of[i][k]
		was, is := a.alive[i], len(a.now[p.now])
		p.weight = weigh(a.old[i].Members, a.now[p.now], a.rules.Compare)
		p.jaccard = float64(p.shared) / float64(was+is-p.shared)
		p.accepted = p.jaccard >= leastJaccard || float64(p.shared) >= leastShare*float64(min(was, is))
		a.with[p.now] = append(a.with[p.now], *p)
	}
}

// outweighed reports whether a part gives way to a younger one that weighs this.
func outweighed(p *part, by float64) bool { return by >= Outweighs*p.weight }

// oldest returns the first of some parts, oldest first, that the heaviest does not outweigh.
func oldest(parts []part) *part {
	heaviest := 0.0
	for i := range parts {
		heaviest = max(heaviest, parts[i].weight)
	}
	for i := range parts {
		if !outweighed(&parts[i], heaviest) {
			return &parts[i]
		}
	}
	return nil
}

// cores lets every id go with the core of its cluster, and settles where several come to one new cluster.
func (a *assignment[M]) cores() {
	claims := make([][]part, len(a.now))
	for i := range a.old { // so that claims are oldest first
		accepted := slices.DeleteFunc(slices.Clone(a.of[i]), func(p part) bool { return !p.accepted })
		if core := oldest(accepted); core != nil {
			claims[core.now] = append(claims[core.now], *core)
		}
	}
	for n, list := range claims {
		whole := slices.DeleteFunc(slices.Clone(list), func(p part) bool { return 2*p.shared <= a.alive[p.old] })
		if len(whole) > 0 {
			list = whole
		}
		if p := oldest(list); p != nil {
			a.give(p.old, n)
		}
	}
}

func (a *assignment[M]) give(old, now int) { a.ids[now], a.heir[old] = a.old[old].ID, now }

// rest matches the old clusters whose core went to another one with what else is left of them.
func (a *assignment[M]) rest() {
	var left []part
	for i := range a.old {
		for _, p := range a.of[i] {
			if a.heir[i] < 0 && a.ids[p.now] == "" && p.accepted && 2*p.shared >= a.alive[i] {
				left = append(left, p)
			}
		}
	}
	slices.SortFunc(left, func(p, q part) int {
		return cmp.Or(cmp.Compare(q.weight, p.weight), cmp.Compare(q.jaccard, p.jaccard), cmp.Compare(p.old, q.old),
			cmp.Compare(a.place[p.now], a.place[q.now]))
	})
	for _, p := range left {
		if a.heir[p.old] < 0 && a.ids[p.now] == "" {
			a.give(p.old, p.now)
		}
	}
}

// name makes ids for the new clusters that inherited none.
func (a *assignment[M]) name() {
	used := make(map[string]bool)
	if !a.rules.Found {
		for i := range a.old {
			used[a.old[i].ID] = true
		}
	}
	for _, n := range a.turn {
		for try := 1; a.ids[n] == ""; try++ {
			if id := a.rules.Name(n, try); !used[id] && (a.rules.Taken == nil || !a.rules.Taken(id)) {
				a.ids[n], used[id] = id, true
			}
		}
	}
}

// splits tells what the clusters with new ids left.
func (a *assignment[M]) splits() []string {
	out := make([]string, len(a.now))
	if a.rules.Found {
		return out
	}
	inherited := make([]bool, len(a.now))
	for _, n := range a.heir {
		if n >= 0 {
			inherited[n] = true
		}
	}
	for n, parts := range a.with {
		if inherited[n] || len(parts) == 0 {
			continue
		}
		most := slices.MaxFunc(parts, func(p, q part) int {
			return cmp.Or(cmp.Compare(p.shared, q.shared), cmp.Compare(p.weight, q.weight), cmp.Compare(q.old, p.old))
		})
		if a.heir[most.old] >= 0 {
			out[n] = a.old[most.old].ID
		}
	}
	return out
}

// ended tells where the ids went that no cluster has.
func (a *assignment[M]) ended() []Redirect {
	live := make(map[string]bool, len(a.ids))
	for _, id := range a.ids {
		live[id] = true
	}
	var out []Redirect
	for i := range a.old {
		if live[a.old[i].ID] {
			continue
		}
		r := Redirect{From: a.old[i].ID, Reason: Removed}
		if len(a.of[i]) > 0 {
			most := slices.MaxFunc(a.of[i], func(p, q part) int {
				return cmp.Or(cmp.Compare(p.shared, q.shared), cmp.Compare(p.weight, q.weight), cmp.Compare(a.place[q.now], a.place[p.now]))
			})
			r.To = a.ids[most.now]
			switch {
			case most.shared < a.alive[i]:
				r.Reason = Split
			case len(a.with[most.now]) == 1:
				r.Reason = Refounded
			default:
				r.Reason = Merged
			}
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(x, y Redirect) int { return cmp.Compare(x.From, y.From) })
	return out
}
