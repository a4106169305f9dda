package source

import (
	"fmt"
	"slices"
	"strings"
)

// field is one thing that a story is made of.
type field uint8

const (
	fID field = iota
	fURL
	fTitle
	fText
	fHTML
	fLead // a summary, the text of a story that has no other
	fPublished
	fUpdated
	fSource
	fAuthor
	fLang
	fields
)

var fieldNames = [fields]string{
	"id", "url", "title", "text", "html", "lead", "published", "updated", "source", "author", "lang",
}

// aliases lists the names under which each field is met in the wild, best first, folded by foldKey: a dump that has
// both `published_at` and `created` is dated by the first. They were gathered from feeds, news APIs, JSON-LD, WordPress
// and crawlers' dumps.
var aliases = [fields]string{
	fID:        "id guid uuid docid documentid articleid storyid itemid newsid identifier oid",
	fURL:       "url link href permalink canonicalurl canonical articleurl weburl pageurl externalurl mainentityofpage uri",
	fTitle:     "title headline head hed heading articletitle name titletext",
	fText:      "text body content articlebody article fulltext contenttext bodytext maintext articletext plaintext cleanedtext story",
	fHTML:      "html contenthtml bodyhtml articlehtml rawhtml content:encoded",
	fLead:      "description summary abstract lead snippet excerpt dek standfirst subtitle",
	fPublished: "published publishedat publisheddate publishedon datepublished publishdate datepublish pubdate publicationdate firstpublished firstpublishedat firstpublicationdate webpublicationdate dategmt date datetime timestamp time dc:date issued seendate created createdat datecreated createddate creationdate posted postedat",
	fUpdated:   "updated updatedat dateupdated lastupdated updateddate modified modifiedat datemodified datemodify modifiedgmt lastmodified lastmod",
	fSource:    "source sourcename publisher publication outlet site sitename newspaper provider agency domain sourcedomain feed feedname",
	fAuthor:    "author authors byline creator dc:creator writer writers journalist",
	fLang:      "lang language locale inlanguage languagecode langcode",
}

// inner lists, per field, the members that hold its value where it is an object, as in
// {"source": {"name": ...}}, {"title": {"rendered": ...}}, {"date": {"$date": ...}}.
var inner = [fields]string{
	fID:        "$oid #text value id",
	fURL:       "href url @id #text value",
	fTitle:     "rendered value #text text main default",
	fText:      "rendered value plain text #text content html",
	fHTML:      "rendered value html #text content",
	fLead:      "rendered value plain text #text content html",
	fPublished: "$date $numberlong date datetime value #text",
	fUpdated:   "$date $numberlong date datetime value #text",
	fSource:    "name title domain #text uri url href id",
	fAuthor:    "name displayname fullname #text value",
	fLang:      "code id value name",
}

// slot says which field a key fills; a lower rank wins over a higher one.
type slot struct {
	field field
	rank  uint8
}

// route leads to a field below the top of the item.
type route struct {
	path []string // folded, without the top key
	slot slot
}

// layout is where a Decoder finds each field.
type layout struct {
	top    map[string]slot
	nested map[string][]route
}

// Mapping overrides where fields are found: it maps a field name (see Fields) to the names to try, in order. A name may
// lead below the top of the item with dots: "article.body". The usual names of a mapped field are no longer tried, nor
// is a mapped name tried for another field.
type Mapping map[string][]string

func newLayout(m Mapping) (*layout, error) {
	l := &layout{top: map[string]slot{}, nested: map[string][]route{}}
	for _, name := range sortedKeys(m) {
		if !slices.Contains(fieldNames[:], name) {
			return nil, fmt.Errorf("mapping.%s: no such field, expected one of %s", name, strings.Join(fieldNames[:], ", "))
		}
		if len(m[name]) == 0 || len(m[name]) > 100 {
			return nil, fmt.Errorf("mapping.%s: expected 1 to 100 names", name)
		}
	}
	for f, names := range aliases {
		if _, mapped := m[fieldNames[f]]; mapped {
			continue
		}
		for rank, name := range strings.Fields(names) {
			l.top[name] = slot{field(f), uint8(rank)}
		}
	}
	for f, name := range fieldNames {
		for rank, key := range m[name] {
			parts := strings.Split(foldKey(key), ".")
			if slices.Contains(parts, "") {
				return nil, fmt.Errorf("mapping.%s: %q is no name, expected one such as \"headline\" or \"article.body\"", name, key)
			}
			s := slot{field(f), uint8(rank)}
			if len(parts) == 1 {
				l.top[parts[0]] = s
				continue
			}
			l.nested[parts[0]] = append(l.nested[parts[0]], route{parts[1:], s})
		}
	}
	return l, nil
}

func sortedKeys(m Mapping) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// foldKey brings publishedAt, published_at and Published-At to one form.
func foldKey(key string) string { return string(appendFolded(nil, []byte(key))) }

func appendFolded(dst, key []byte) []byte {
	for _, c := range key {
		switch {
		case c == '_' || c == '-' || c == ' ':
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c+'a'-'A')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// found is the raw value of a field, chosen by rank among its aliases.
type found struct {
	raw  []byte
	rank uint8
}

// gather picks the fields out of the object at b[i] and returns the index behind it.
func (l *layout) gather(b []byte, i int, into *[fields]found) (int, error) {
	var folded [48]byte
	return eachMember(b, i, 0, func(key, value []byte) {
		if len(key) > len(folded) {
			return
		}
		k := appendFolded(folded[:0], key)
		if s, ok := l.top[string(k)]; ok {
			into[s.field].offer(value, s.rank)
		}
		if len(l.nested) == 0 {
			return
		}
		for _, r := range l.nested[string(k)] {
			if v := descend(value, r.path); v != nil {
				into[r.slot.field].offer(v, r.slot.rank)
			}
		}
	})
}

// offer takes the value if it says anything and no better name has; of one name twice the last counts, as in
// encoding/json.
func (f *found) offer(value []byte, rank uint8) {
	if f.raw != nil && rank > f.rank || blank(value) {
		return
	}
	f.raw, f.rank = value, rank
}

// blank tells null, false, and strings and containers with nothing in them.
func blank(v []byte) bool {
	switch v[0] {
	case 'n', 'f':
		return true
	case '"', '[', '{':
		return skipSpace(v, 1) == len(v)-1
	}
	return false
}

// descend follows path from the raw value v; nil where it leads nowhere. Of a list the first element that leads
// somewhere counts.
func descend(v []byte, path []string) []byte {
	if len(path) == 0 {
		return v
	}
	var out []byte
	switch v[0] {
	case '{':
		_, _ = eachMember(v, 0, 0, func(key, value []byte) {
			if foldKey(string(key)) == path[0] {
				if d := descend(value, path[1:]); d != nil {
					out = d
				}
			}
		})
	case '[':
		_, _ = eachElement(v, 0, 0, func(value []byte) {
			if out == nil {
				out = descend(value, path)
			}
		})
	}
	return out
}

// flatten reads a value as one string: a number as it is written, a list joined with sep, an object by the member that
// inner names for the field.
func flatten(v []byte, f field, sep string, depth int) (s string, repaired int) {
	switch v[0] {
	case '"':
		return unquote(v[1 : len(v)-1])
	case '[':
		var parts []string
		if depth > 0 {
			_, _ = eachElement(v, 0, 0, func(value []byte) {
				p, n := flatten(value, f, sep, depth-1)
				repaired += n
				if p = strings.TrimSpace(p); p != "" {
					parts = append(parts, p)
				}
			})
		}
		return strings.Join(parts, sep), repaired
	case '{':
		if depth == 0 {
			return "", 0
		}
		best, names := -1, strings.Fields(inner[f])
		var raw []byte
		_, _ = eachMember(v, 0, 0, func(key, value []byte) {
			if at := slices.Index(names, foldKey(string(key))); at >= 0 && (best < 0 || at <= best) && !blank(value) {
				best, raw = at, value
			}
		})
		if raw == nil {
			return "", 0
		}
		return flatten(raw, f, sep, depth-1)
	case 'n', 't', 'f':
		return "", 0
	}
	return string(v), 0
}
