package source

import (
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
)

// Limits bound one story. A zero value is the default.
type Limits struct {
	Line int64 // bytes of one line, or of one value of a JSON array; default 8 MiB
	Text int64 // bytes of one text, after HTML was taken off; default 1 MiB
}

// DefaultLimits are far above any news item: the longest of 12,000 articles at hand has 180 KB.
func DefaultLimits() Limits { return Limits{Line: 8 << 20, Text: 1 << 20} }

// OrDefault returns the bounds that hold.
func (l Limits) OrDefault() Limits {
	d := DefaultLimits()
	if l.Line <= 0 {
		l.Line = d.Line
	}
	if l.Text <= 0 {
		l.Text = d.Text
	}
	return l
}

const (
	maxID    = 1024
	maxTitle = 4 << 10
	maxShort = 1024 // bytes of a source or an author
)

// Options say how the items of one source are read. The zero value reads the common names.
type Options struct {
	Name      string         // the source's name in the config: the outlet of a story that names none and has no URL
	Source    string         // the outlet of every story that names none
	Lang      string         // the language of every story that declares none
	IDPrefix  string         // put before every given id, for sources that number their stories alike
	Mapping   Mapping        // where the fields are, nil: under the common names
	Zone      *time.Location // of times that name none; nil: UTC
	DateOrder DateOrder
	Limits    Limits
	Arrived   time.Time // the run's now: the time of stories without one, and the bound for dates in the future
	Stamped   bool      // lines may say when they arrived, see AppendStamped; else nobody outside sets that
	// Language picks the language from what was declared, the title and the text; nil: text.Language.
	Language func(declared, title, text string) string
}

// Decoder turns one JSON object into a story. It is safe for concurrent use, and pure: the same bytes give the same
// story.
type Decoder struct {
	o      Options
	layout *layout
}

// NewDecoder fails only for a mapping that cannot be.
func NewDecoder(o Options) (*Decoder, error) {
	l, err := newLayout(o.Mapping)
	if err != nil {
		return nil, err
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	o.Limits = o.Limits.OrDefault()
	o.Arrived = o.Arrived.UTC()
	if o.Language == nil {
		o.Language = text.Language
	}
	return &Decoder{o: o, layout: l}, nil
}

// Limits are the bounds that hold.
func (d *Decoder) Limits() Limits { return d.o.Limits }

// Decode reads one line. The error's text is the reason of the reject.
//
// Bytes that are no UTF-8 do not cost a story its place: each becomes U+FFFD and the story is noted as Repaired. Where
// they are more than one in eight of the text, the line is no UTF-8 at all and is refused.
func (d *Decoder) Decode(line []byte) (cluster.Story, Notes, error) {
	if d.o.Stamped {
		if at, ok := stamp(line); ok {
			then := *d
			then.o.Arrived = at
			d = &then
		}
	}
	var s cluster.Story
	var n Notes
	raw, err := d.scan(line)
	if err != nil {
		return s, 0, err
	}
	get := func(f field, sep string) string {
		if raw[f].raw == nil {
			return ""
		}
		v, repaired := flatten(raw[f].raw, f, sep, 4)
		if repaired > 0 {
			n |= Repaired
			if repaired > utf8.RuneCountInString(v)/8 && repaired > 8 {
				err = errors.New("not UTF-8: convert the file, for instance with iconv")
			}
		}
		return v
	}
	if err := d.words(&s, &n, get); err != nil {
		return cluster.Story{}, n, err
	}
	if err != nil {
		return cluster.Story{}, n, err
	}
	if s.Title == "" && s.Text == "" {
		return cluster.Story{}, n, d.noText(line)
	}
	link, isWeb := webURL(get(fURL, " "))
	if isWeb {
		s.URL = link.String()
	}
	s.Source = firstOf(outlet(get(fSource, ", ")), d.o.Source)
	if s.Source == "" && isWeb {
		s.Source = hostName(link)
	}
	s.Source = clip(firstOf(s.Source, d.o.Name), maxShort)
	s.Author = clip(oneLine(get(fAuthor, ", ")), maxShort)
	s.ID = d.id(&s, &n, get(fID, ""), get(fURL, " "))
	d.times(&s, &n, get(fPublished, " "), get(fUpdated, " "))
	s.Lang = d.o.Language(firstOf(get(fLang, " "), d.o.Lang), s.Title, s.Text)
	return s, n, nil
}

// Survive is Decode for items from anywhere: a panic in a parser that is not ours costs one item and not the run.
func (d *Decoder) Survive(line []byte) (s cluster.Story, n Notes, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, n, err = cluster.Story{}, 0, fmt.Errorf("could not be decoded: %v", p)
		}
	}()
	return d.Decode(line)
}

// scan finds the raw fields of the one object on the line.
func (d *Decoder) scan(line []byte) (*[fields]found, error) {
	if int64(len(line)) > d.o.Limits.Line {
		return nil, tooLong(int64(len(line)), d.o.Limits.Line)
	}
	i := skipSpace(line, 0)
	if i == len(line) {
		return nil, errors.New("an empty line")
	}
	if line[i] != '{' {
		return nil, notObject(line, i)
	}
	var raw [fields]found
	end, err := d.layout.gather(line, i, &raw)
	if err != nil {
		return nil, fmt.Errorf("no JSON: %w", err)
	}
	if rest := skipSpace(line, end); rest != len(line) {
		return nil, fmt.Errorf("no JSON: %w", errAt(rest, "something follows the object"))
	}
	return &raw, nil
}

func notObject(line []byte, i int) error {
	if end, err := skipValue(line, i, 0); err != nil || skipSpace(line, end) != len(line) {
		if err == nil {
			err = errAt(end, "something follows the value")
		}
		return fmt.Errorf("no JSON: %w", err)
	}
	what := "a JSON number"
	switch line[i] {
	case '[':
		what = "a JSON array"
	case '"':
		what = "a JSON string"
	case 't', 'f', 'n':
		what = "a JSON " + string(line[i:skipLetters(line, i)])
	}
	return fmt.Errorf("%s: expected one story object", what)
}

func skipLetters(b []byte, i int) int {
	for i < len(b) && isLetter(b[i]) {
		i++
	}
	return i
}

func tooLong(n, limit int64) error {
	return fmt.Errorf("the line has %s, more than the limit of %s (limits.line)", bytesText(n), bytesText(limit))
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}

// noText names the keys that are there: most often one of them holds the text under a name nobody else uses.
func (d *Decoder) noText(line []byte) error {
	var keys []string
	_, _ = eachMember(line, skipSpace(line, 0), 0, func(key, _ []byte) {
		if len(keys) < 12 {
			keys = append(keys, excerpt(key))
		}
	})
	if len(keys) == 0 {
		return errors.New("no title and no text: the object is empty")
	}
	return fmt.Errorf("no title and no text under a known name (found: %s; other names go into the source's mapping)",
		strings.Join(keys, ", "))
}

// words fills title and text.
func (d *Decoder) words(s *cluster.Story, n *Notes, get func(field, string) string) error {
	title, body := get(fTitle, " "), get(fText, "\n\n")
	markup := looksHTML(body)
	if strings.TrimSpace(body) == "" {
		body = get(fHTML, "\n\n")
		markup = body != ""
	}
	if strings.TrimSpace(body) == "" {
		body = get(fLead, "\n\n")
		markup = looksHTML(body)
	}
	if markup {
		var head string
		body, head = htmlText(body)
		*n |= FromHTML
		if strings.TrimSpace(title) == "" {
			title = head
		}
	} else {
		body = entities(body)
	}
	if looksHTML(title) {
		title, _ = htmlText(title)
	}
	s.Text = paragraphs(body)
	if int64(len(s.Text)) > d.o.Limits.Text {
		return fmt.Errorf("the text has %s, more than the limit of %s (limits.text)",
			bytesText(int64(len(s.Text))), bytesText(d.o.Limits.Text))
	}
	s.Title = oneLine(entities(title))
	if len(s.Title) > maxTitle {
		*n |= TitleCut
		s.Title = clip(s.Title, maxTitle)
	}
	return nil
}

// id is what was given, else made from the URL, else from the content; never empty.
func (d *Decoder) id(s *cluster.Story, n *Notes, given, rawURL string) string {
	if id := oneLine(given); id != "" {
		id = d.o.IDPrefix + id
		if len(id) > maxID {
			*n |= IDShortened
			return hashID("x", id)
		}
		return id
	}
	if u, ok := webURL(rawURL); ok {
		*n |= IDFromURL
		return hashID("u", canonicalURL(u))
	}
	*n |= IDFromContent
	return hashID("c", s.Source+"\x00"+s.Title+"\x00"+s.Text)
}

// hashID is kind and 80 bits in lower-case base32: among 10 million stories two meet with a probability of 4e-11.
func hashID(kind, key string) string {
	h := xxh3.HashString128(key).Bytes()
	return kind + strings.ToLower(base32.StdEncoding.EncodeToString(h[:10]))
}

// times fills Published, Precision, Updated and Arrived. Where published says nothing, updated is the better time than
// the arrival.
func (d *Decoder) times(s *cluster.Story, n *Notes, published, updated string) {
	s.Arrived = d.o.Arrived
	s.Published, s.Precision = d.o.Arrived, cluster.Arrival
	t, p, note := d.date(published)
	u, up, unote := d.date(updated)
	if unote == 0 {
		s.Updated = u
	}
	switch {
	case note == 0:
		s.Published, s.Precision = t, p
	case unote == 0:
		s.Published, s.Precision = u, up
	default:
		*n |= note
	}
}

// minYear is before the first wire stories. A date before it, more than a day after the arrival, or at the unix epoch
// (which is how a program writes that it knows none) is not believed.
const minYear = 1800

func (d *Decoder) date(s string) (time.Time, cluster.Precision, Notes) {
	if s = strings.TrimSpace(s); s == "" || s == "0" || strings.HasPrefix(s, "0000-00-00") {
		return time.Time{}, 0, NoDate
	}
	t, p, err := parseDate(s, d.o.Zone, d.o.DateOrder)
	switch {
	case err != nil:
		return time.Time{}, 0, DateUnreadable
	case t.Year() < minYear, t.Sub(d.o.Arrived) > 24*time.Hour, t.Unix() == 0:
		return time.Time{}, 0, DateRefused
	}
	return t, p, 0
}
