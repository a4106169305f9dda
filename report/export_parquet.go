package report

import (
	"fmt"
	"io"
	"time"

	"github.com/parquet-go/parquet-go"
)

// rowsPerGroup is how many rows of a Parquet file are held in memory and written as one group; stories have texts.
const (
	rowsPerGroup    = 1 << 17
	storiesPerGroup = 1 << 13
)

// table is an export as a file that is not written line by line.
type table interface {
	write(line any) error
	close() error
}

// parquetTable writes lines of type L as rows of type R. The file is a function of the rows: it names no time and no
// machine.
type parquetTable[L, R any] struct {
	w   *parquet.GenericWriter[R]
	row func(L) R
	one [1]R
}

func newParquetTable[L, R any](w io.Writer, export string, rows int64, row func(L) R) table {
	return &parquetTable[L, R]{row: row, w: parquet.NewGenericWriter[R](
		w, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(rows), parquet.CreatedBy("samestory", fmt.Sprint(Version), ""),
		parquet.KeyValueMetadata("samestory.export", export), parquet.KeyValueMetadata("samestory.version", fmt.Sprint(Version)),
	)}
}

func (p *parquetTable[L, R]) write(line any) error {
	p.one[0] = p.row(line.(L))
	_, err := p.w.Write(p.one[:])
	return err
}

func (p *parquetTable[L, R]) close() error { return p.w.Close() }

// newTable makes the Parquet file of an export. Its columns are the fields of the lines of JSON; what is absent or null
// there is null.
func newTable(w io.Writer, export string) (table, error) {
	switch export {
	case "assignments":
		return newParquetTable(w, export, rowsPerGroup, func(l AssignmentLine) parquetAssignment { return parquetAssignment(l) }), nil
	case "stories":
		return newParquetTable(w, export, storiesPerGroup, storyRow), nil
	case "events":
		return newParquetTable(w, export, rowsPerGroup, eventRowOf), nil
	case "pairs":
		return newParquetTable(w, export, rowsPerGroup, func(l PairLine) parquetPair { return parquetPair(l) }), nil
	}
	return nil, &FormatError{Export: export, Format: Parquet}
}

// Ids of events, threads and groups come again and again, so that a dictionary holds them in little room; ids of stories
// do not.

type parquetAssignment struct {
	ID         string  `parquet:"id"`
	Duplicates string  `parquet:"duplicates"`
	Event      *string `parquet:"event,optional,dict"`
	Thread     *string `parquet:"thread,optional,dict"`
	Happening  *string `parquet:"happening,optional,dict"`
}

type parquetPair struct {
	A        string `parquet:"a"`
	B        string `parquet:"b"`
	Same     bool   `parquet:"same"`
	Level    string `parquet:"level,dict"`
	Override uint64 `parquet:"override"`
	Author   string `parquet:"author,dict"`
	Note     string `parquet:"note,dict"`
}

type parquetStory struct {
	ID         string          `parquet:"id"`
	URL        *string         `parquet:"url,optional"`
	Title      string          `parquet:"title"`
	Text       string          `parquet:"text"`
	Source     *string         `parquet:"source,optional,dict"`
	Author     *string         `parquet:"author,optional,dict"`
	Lang       string          `parquet:"lang,dict"`
	Published  *time.Time      `parquet:"published,optional,timestamp(microsecond)"`
	Updated    *time.Time      `parquet:"updated,optional,timestamp(microsecond)"`
	Arrived    time.Time       `parquet:"arrived,timestamp(microsecond)"`
	Precision  string          `parquet:"precision,dict"`
	Words      int32           `parquet:"words"`
	Duplicates string          `parquet:"duplicates"`
	Relation   string          `parquet:"relation,dict"`
	Event      *string         `parquet:"event,optional,dict"`
	Series     *string         `parquet:"series,optional,dict"`
	Expired    bool            `parquet:"expired"`
	StandsFor  []parquetCopied `parquet:"stands_for,list"`
}

type parquetCopied struct {
	ID        string  `parquet:"id"`
	Source    string  `parquet:"source,dict"`
	Relation  string  `parquet:"relation,dict"`
	Jaccard   float64 `parquet:"jaccard"`
	Contained float64 `parquet:"contained"`
	Contains  float64 `parquet:"contains"`
}

func storyRow(x *ExportStory) parquetStory {
	r := parquetStory{
		ID: x.ID, URL: present(x.URL), Title: x.Title, Text: x.Text, Source: present(x.Source), Author: present(x.Author), Lang: x.Lang,
		Published: x.Published, Updated: x.Updated, Arrived: x.Arrived, Precision: x.Precision, Words: int32(min(x.Words, 1<<31-1)),
		Duplicates: x.Duplicates, Relation: x.Relation, Event: x.Event, Series: present(x.Series), Expired: x.Expired,
	}
	for _, c := range x.StandsFor {
		r.StandsFor = append(r.StandsFor, parquetCopied{c.ID, c.Source, c.Relation, c.Jaccard, c.Contained, c.Contains})
	}
	return r
}

// present is nil for what JSON leaves out.
func present(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

type parquetEvent struct {
	ID         string    `parquet:"id"`
	Thread     string    `parquet:"thread"`
	Headline   string    `parquet:"headline"`
	Renamed    bool      `parquet:"renamed"`
	Story      string    `parquet:"story"`
	Source     string    `parquet:"source,dict"`
	URL        *string   `parquet:"url,optional"`
	Lang       string    `parquet:"lang,dict"`
	First      time.Time `parquet:"first,timestamp(microsecond)"`
	FirstKnown string    `parquet:"first_precision,dict"`
	Last       time.Time `parquet:"last,timestamp(microsecond)"`
	LastKnown  string    `parquet:"last_precision,dict"`
	Stories    int32     `parquet:"stories"`
	Copies     int32     `parquet:"copies"`
	Sources    int32     `parquet:"independent_sources"`
	Outlets    []string  `parquet:"outlets,list"`
	Names      []string  `parquet:"names,list"`
	Cohesion   float64   `parquet:"cohesion"`
	Importance float64   `parquet:"importance"`
	Diversity  float64   `parquet:"diversity"`
	Velocity   float64   `parquet:"velocity"`
	Trend      float64   `parquet:"trend"`
	Settled    float64   `parquet:"settledness"`
	Members    []string  `parquet:"members,list"`
}

func eventRowOf(x ExportEvent) parquetEvent {
	e := x.EventLine
	return parquetEvent{
		ID: e.ID, Thread: e.Thread, Headline: e.Headline, Renamed: e.Renamed, Story: e.Story, Source: e.Source, URL: present(e.URL), Lang: e.Lang,
		First: e.First, FirstKnown: e.FirstKnown, Last: e.Last, LastKnown: e.LastKnown, Stories: int32(e.Stories), Copies: int32(e.Copies),
		Sources: int32(e.Sources), Outlets: e.Outlets, Names: e.Names, Cohesion: e.Cohesion, Importance: e.Importance,
		Diversity: e.Diversity, Velocity: e.Velocity, Trend: e.Trend, Settled: e.Settledness, Members: x.Members,
	}
}
