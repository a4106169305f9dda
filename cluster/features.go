package cluster

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/neardup"
	"github.com/samestory/samestory/cluster/series"
	"github.com/samestory/samestory/cluster/sketch"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/cluster/thread"
)

// FeaturesVersion names the form and the meaning of the features that a store keeps. It changes with any change of the
// normaliser, the shingles, the sketch, the featuriser or the name and kind lists, and stores of different versions are
// never mixed.
//
// History:
//
//   - 1: first version.
//   - 2: the lines at the edges of the text, by which a story is found again when they turn out to be furniture; the type
//     of the item and the label of the column that its headline may be an edition of; a fourth part, the words that events
//     of different languages are compared by.
const FeaturesVersion = 2

// Fingerprint names the versions of everything that the features of a story depend on. A store that was made with
// another one is not opened: its stories and new ones could not be compared.
func Fingerprint() string {
	return fmt.Sprintf("features %d, text %d, sketch %d, copies %d, events %d, threads %d, happenings %d", FeaturesVersion,
		text.NormaliserVersion, sketch.Version, neardup.Version, event.FeaturesVersion, thread.ProfileVersion,
		happening.PrintVersion)
}

// ErrFeatures tells that a features blob cannot be read.
var ErrFeatures = errors.New("features cannot be read")

// features is what the four stages keep of one story.
type features struct {
	titled  bool
	edges   []text.EdgeLine // see neardup.EdgeLines
	kind    text.DocType
	label   series.Label
	print   neardup.Print
	event   event.Features
	profile thread.Profile
	words   happening.Print
}

// maxEdges bounds the edge lines of a story; a text has eight of them, a line of several paragraph signs some more.
const maxEdges = 64

// The flags of a features blob.
const (
	featuresTitled   = 1 << iota
	featuresLabelled // the key and the value of the label follow, 8 bytes each
)

// encode writes version, flags, type, label if there is one, the edge lines and the four parts, each with its length in
// front.
func (f *features) encode() []byte {
	b := []byte{FeaturesVersion, 0, byte(f.kind)}
	if f.titled {
		b[1] |= featuresTitled
	}
	if !f.label.None() {
		b[1] |= featuresLabelled
		b = binary.LittleEndian.AppendUint64(b, f.label.Key)
		b = binary.LittleEndian.AppendUint64(b, f.label.Value)
	}
	b = append(b, byte(len(f.edges)))
	for _, l := range f.edges {
		b = binary.LittleEndian.AppendUint16(b, uint16(l))
	}
	for _, appendPart := range []func([]byte) []byte{
		f.print.AppendBinary, f.event.AppendBinary, f.profile.AppendBinary, f.words.AppendBinary,
	} {
		part := appendPart(nil)
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return b
}

func decodeFeatures(b []byte) (features, error) {
	var f features
	if len(b) < 3 || b[0] != FeaturesVersion || b[1] > featuresTitled|featuresLabelled || b[2] > byte(text.Stub) {
		return f, fmt.Errorf("%w: not of version %d", ErrFeatures, FeaturesVersion)
	}
	flags := b[1]
	f.titled, f.kind, b = flags&featuresTitled != 0, text.DocType(b[2]), b[3:]
	if flags&featuresLabelled != 0 {
		if len(b) < 16 {
			return f, fmt.Errorf("%w: cut short", ErrFeatures)
		}
		f.label = series.Label{Key: binary.LittleEndian.Uint64(b), Value: binary.LittleEndian.Uint64(b[8:])}
		if b = b[16:]; f.label.None() {
			return f, fmt.Errorf("%w: label without a key", ErrFeatures)
		}
	}
	if len(b) == 0 || b[0] > maxEdges || len(b)-1 < 2*int(b[0]) {
		return f, fmt.Errorf("%w: cut short", ErrFeatures)
	}
	f.edges, b = make([]text.EdgeLine, b[0]), b[1:]
	for i := range f.edges {
		f.edges[i], b = text.EdgeLine(binary.LittleEndian.Uint16(b)), b[2:]
	}
	var parts [4][]byte
	for i := range parts {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return f, fmt.Errorf("%w: cut short", ErrFeatures)
		}
		parts[i], b = b[used:used+int(n)], b[used+int(n):]
	}
	if len(b) != 0 {
		return f, fmt.Errorf("%w: %d bytes too many", ErrFeatures, len(b))
	}
	var err error
	if f.print, err = neardup.DecodePrint(parts[0]); err != nil {
		return f, fmt.Errorf("%w: %w", ErrFeatures, err)
	}
	if f.event, err = event.DecodeFeatures(parts[1]); err != nil {
		return f, fmt.Errorf("%w: %w", ErrFeatures, err)
	}
	var rest []byte
	if f.profile, rest, err = thread.DecodeProfile(parts[2]); err != nil {
		return f, fmt.Errorf("%w: %w", ErrFeatures, err)
	}
	if len(rest) != 0 {
		return f, fmt.Errorf("%w: %d bytes too many", ErrFeatures, len(rest))
	}
	if f.words, err = happening.DecodePrint(parts[3]); err != nil {
		return f, fmt.Errorf("%w: %w", ErrFeatures, err)
	}
	return f, nil
}
