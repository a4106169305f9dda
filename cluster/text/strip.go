package text

import "strings"

// Strip returns a report without the furniture lines at its edges, for readers that look at its words in order. A text
// without furniture comes back as it is. Like Mask it leaves a text alone of which more than half would go, and like
// Mask it can be called on a nil profile.
func (f *Furniture) Strip(n *Normaliser, report string) string {
	if f == nil || len(f.lines) == 0 {
		return report
	}
	head, tail := edgeText(report)
	middle := report[len(head) : len(report)-len(tail)]
	keptHead, keptTail := f.stripLines(n, head), f.stripLines(n, tail)
	if len(keptHead) == len(head) && len(keptTail) == len(tail) || 2*(len(keptHead)+len(middle)+len(keptTail)) < len(report) {
		return report
	}
	return keptHead + middle + keptTail
}

func (f *Furniture) stripLines(n *Normaliser, s string) string {
	var kept strings.Builder
	for line := range strings.Lines(s) {
		if len(line) <= furnitureLongest {
			n.Reset()
			n.Append(line)
			n.EndLine()
			if lines := n.Lines(); len(lines) > 0 && f.Known(lines[0].Hash) {
				continue
			}
		}
		kept.WriteString(line)
	}
	return kept.String()
}
