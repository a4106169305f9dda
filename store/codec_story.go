package store

import (
	"time"

	"github.com/samestory/samestory/cluster"
)

// meta is the record of a story without its text.
type meta struct {
	story     cluster.Story // without Text
	content   [16]byte
	words     int
	size      int // bytes of the text
	versions  int
	placement cluster.Placement

	expired bool      // there are no other rows of the story than this one and its index row
	first   time.Time // of an expired story: when its first version arrived
}

func (m *meta) record() StoryRecord {
	return StoryRecord{
		Story: m.story, Placement: m.placement, Content: m.content, Versions: m.versions, Words: m.words, Size: m.size,
		Expired: m.expired,
	}
}

func appendStory(b []byte, s *cluster.Story) []byte {
	b = appendString(b, s.ID)
	b = appendString(b, s.URL)
	b = appendString(b, s.Title)
	b = appendString(b, s.Source)
	b = appendString(b, s.Author)
	b = appendString(b, s.Lang)
	b = appendTime(b, s.Published)
	b = append(b, byte(s.Precision))
	b = appendTime(b, s.Updated)
	return appendTime(b, s.Arrived)
}

func (r *reader) story() cluster.Story {
	s := cluster.Story{
		ID: r.string(), URL: r.string(), Title: r.string(), Source: r.string(), Author: r.string(), Lang: r.string(),
		Published: r.time(), Precision: cluster.Precision(r.byte()), Updated: r.time(), Arrived: r.time(),
	}
	if s.Precision > cluster.Arrival {
		r.fail("precision %d", s.Precision)
	}
	return s
}

// Bits of the first byte of a placement.
const (
	placementCopy = 1 << iota // relation and evidence follow
	placementSeries
)

// appendPlacement leaves out the story id, which the record around it has.
func appendPlacement(b []byte, p *cluster.Placement) []byte {
	var flags byte
	if p.Copy != (cluster.Copy{}) {
		flags |= placementCopy
	}
	if p.Series != "" {
		flags |= placementSeries
	}
	b = append(b, flags)
	b = appendString(b, p.Group)
	b = appendString(b, p.Event)
	if p.Series != "" {
		b = appendString(b, p.Series)
	}
	if flags&placementCopy != 0 {
		b = append(b, byte(p.Copy.Relation))
		b = appendFloat(b, p.Copy.Jaccard)
		b = appendFloat(b, p.Copy.Contained)
		b = appendFloat(b, p.Copy.Contains)
	}
	return b
}

func (r *reader) placement(story string) cluster.Placement {
	flags := r.byte()
	if flags&^(placementCopy|placementSeries) != 0 {
		r.fail("placement flags %#x", flags)
	}
	p := cluster.Placement{Story: story, Group: r.string(), Event: r.string()}
	if flags&placementSeries != 0 {
		p.Series = r.string()
	}
	if flags&placementCopy != 0 {
		p.Copy.Relation = cluster.Relation(r.byte())
		if p.Copy.Relation > cluster.Update {
			r.fail("relation %d", p.Copy.Relation)
		}
		p.Copy.Jaccard = r.float()
		p.Copy.Contained = r.float()
		p.Copy.Contains = r.float()
	}
	return p
}

// metaExpired is the layout of a story that has expired: codecVersion with the time of its first arrival at the end, which
// is what its versions would tell.
const metaExpired = codecVersion + 1

func appendMeta(b []byte, m *meta) []byte {
	if m.expired {
		return appendTime(appendMetaFields(append(b, metaExpired), m), m.first)
	}
	return appendMetaFields(append(b, codecVersion), m)
}

func appendMetaFields(b []byte, m *meta) []byte {
	b = appendStory(b, &m.story)
	b = append(b, m.content[:]...)
	b = appendUint(b, uint64(m.words))
	b = appendUint(b, uint64(m.size))
	b = appendUint(b, uint64(m.versions))
	return appendPlacement(b, &m.placement)
}

func decodeMeta(b []byte) (meta, error) {
	r, version := newReaderUpTo("story", b, metaExpired)
	m := meta{story: r.story(), expired: version == metaExpired}
	copy(m.content[:], r.raw(len(m.content)))
	m.words, m.size, m.versions = r.count(), r.count(), r.count()
	m.placement = r.placement(m.story.ID)
	if m.expired {
		m.first = r.time()
	}
	return m, r.done()
}

// version is the record of a version that is not the current one, its text in the form of the text table.
type version struct {
	story   cluster.Story // without Text
	content [16]byte
	words   int
	text    []byte
}

func appendVersion(b []byte, v *version) []byte {
	b = append(b, codecVersion)
	b = appendStory(b, &v.story)
	b = append(b, v.content[:]...)
	b = appendUint(b, uint64(v.words))
	return appendBytes(b, v.text)
}

func decodeVersion(b []byte) (version, error) {
	r := newReader("version", b)
	v := version{story: r.story()}
	copy(v.content[:], r.raw(len(v.content)))
	v.words = r.count()
	v.text = r.bytes()
	return v, r.done()
}

func appendFeatures(b, features []byte) []byte {
	return append(append(b, codecVersion), features...)
}

func decodeFeatures(b []byte) ([]byte, error) {
	r := newReader("features", b)
	if r.err != nil {
		return nil, r.err
	}
	return append([]byte(nil), r.b...), nil
}

func encodeIndex(t time.Time) []byte { return appendTimeKey(nil, t) }

func decodeIndex(k storyKey, b []byte) (place, error) {
	if len(b) != timeWidth {
		return place{}, corrupt("story index: %d bytes, expected %d", len(b), timeWidth)
	}
	return placeOf(timeOfKey(b), k), nil
}
