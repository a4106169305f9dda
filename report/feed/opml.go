package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"

	"github.com/samestory/samestory/report"
)

type (
	opmlFile struct {
		XMLName xml.Name      `xml:"opml"`
		Version string        `xml:"version,attr"`
		Title   string        `xml:"head>title"`
		Feeds   []opmlOutline `xml:"body>outline"`
	}
	opmlOutline struct {
		Text  string `xml:"text,attr"`
		Title string `xml:"title,attr"`
		Type  string `xml:"type,attr"`
		XML   string `xml:"xmlUrl,attr"`
		HTML  string `xml:"htmlUrl,attr"`
	}
)

// list serves a list of the feeds, to subscribe to all of them at once.
func (h *Handler) list(_ *http.Request, q *request, s Snapshot) (answer, error) {
	sources, err := report.ListSources(s, report.SourceQuery{Now: q.now})
	if err != nil {
		return answer{}, err
	}
	f := opmlFile{Version: "2.0", Title: "samestory"}
	add := func(title, path, page string) {
		title = characters(titleOf(title))
		f.Feeds = append(f.Feeds, opmlOutline{Text: title, Title: title, Type: "rss", XML: iri(q.base + path), HTML: iri(q.base + page)})
	}
	for _, folder := range sources.Folders {
		add(folder.Name+", once", folder.Atom, folder.Page)
	}
	if len(sources.Folders) == 0 {
		add("Everything, once", "/feeds/all"+extAtom, "/")
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	enc := xml.NewEncoder(&out)
	enc.Indent("", " ")
	if err := enc.Encode(&f); err != nil {
		return answer{}, fmt.Errorf("write OPML: %w", err)
	}
	out.WriteByte('\n')
	return answer{"text/x-opml; charset=utf-8", out.Bytes()}, nil
}
