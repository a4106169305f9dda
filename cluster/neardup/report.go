package neardup

import "github.com/samestory/samestory/cluster/text"

// Report returns what a story itself says: its text without dateline, bylines, credits and the furniture of its source,
// as learned so far. The stages that read words rather than shingles read this. It is pure; n is scratch.
func (d *Detector) Report(doc Doc, n *text.Normaliser) string {
	frame := text.FindFrame(doc.Text)
	return d.furniture[doc.Source].Strip(n, doc.Text[frame.From:frame.To])
}

// EdgeLines appends the lines of a story that furniture may ever be, see Learn. It is pure; n is scratch.
func EdgeLines(dst []text.EdgeLine, doc Doc, n *text.Normaliser) []text.EdgeLine {
	frame := text.FindFrame(doc.Text)
	return text.AppendEdgeLines(dst, n, doc.Text[frame.From:frame.To])
}
