package text

import (
	"slices"
	"strings"
)

// EdgeLine is a short hash of a line at the edge of a report. Two lines may share one: it says which stories are worth
// reading again when a source turns out to repeat a line, and being wrong costs one reading.
type EdgeLine uint16

// EdgeLineOf shortens the hash of a line.
func EdgeLineOf(hash uint64) EdgeLine { return EdgeLine(hash ^ hash>>16 ^ hash>>32 ^ hash>>48) }

// AppendEdgeLines appends the lines of a report, without its dateline and credits, that Strip and Mask may ever take
// out, each once.
func AppendEdgeLines(dst []EdgeLine, n *Normaliser, report string) []EdgeLine {
	from := len(dst)
	head, tail := edgeText(report)
	for _, part := range [2]string{head, tail} {
		for line := range strings.Lines(part) {
			if len(line) > furnitureLongest {
				continue
			}
			n.Reset()
			n.Append(line)
			for _, l := range n.Lines() {
				if e := EdgeLineOf(l.Hash); !slices.Contains(dst[from:], e) {
					dst = append(dst, e)
				}
			}
		}
	}
	return dst
}

// Repeated lists the lines that are furniture of the source now, sorted by hash.
func (f *Furniture) Repeated() []uint64 {
	if f == nil {
		return nil
	}
	var out []uint64
	for h, c := range f.lines {
		if f.furniture(c) {
			out = append(out, h)
		}
	}
	slices.Sort(out)
	return out
}
