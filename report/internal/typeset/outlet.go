package typeset

import (
	"fmt"
	"slices"
	"strings"
)

// Outlet is a source as shown: stories may come without one.
func Outlet(source string) string {
	if s := Clean(source); s != "" {
		return s
	}
	return "(no source)"
}

// maxOutlets is how many outlets are named at most before the rest are counted.
const maxOutlets = 3

// Outlets names as many sources as fit into n cells, at most three and at least one, and counts the rest:
// "Meridian, Courier +3". A width of 0 or less is any width. Sources that are listed twice are named once.
func Outlets(sources []string, n int) string {
	var names []string
	for _, s := range sources {
		if name := Outlet(s); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	for named := min(len(names), maxOutlets); ; named-- {
		s := strings.Join(names[:named], ", ")
		rest := ""
		if more := len(names) - named; more > 0 {
			rest = fmt.Sprintf(" +%d", more)
		}
		if n <= 0 || Width(s+rest) <= n {
			return s + rest
		}
		if named == 1 {
			return Truncate(s, max(n-len(rest), 1)) + rest
		}
	}
}
