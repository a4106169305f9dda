package happening

import "testing"

func TestSkeleton(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"bilodid", "belodied", "PLTT"}, // Bilodid, Белодед
		{"galvani", "ghalfany", "KLFN"}, // Galvani, غالفاني
		{"trieste", "toriesute", "TRST"},
		{"schmidt", "shmit", "SMT"},
		{"jackson", "dzhekson", ""}, // j and dzh differ
		{"cesar", "sezar", "SSR"},
		{"maxim", "maksim", "MKSM"},
	} {
		a, b := string(appendSkeleton(nil, c.a)), string(appendSkeleton(nil, c.b))
		if c.want == "" && a == b || c.want != "" && (a != c.want || b != c.want) {
			t.Errorf("%s %s, %s %s; want %s", c.a, a, c.b, b, c.want)
		}
	}
}
