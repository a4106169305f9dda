package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/samestory/samestory/report/internal/typeset"
)

// Format is how a view is written.
type Format string

const (
	// Table is for people: aligned columns, relative times.
	Table Format = "table"
	// JSON is the whole view as one indented object.
	JSON Format = "json"
	// JSONL is one line of JSON for each element of a list, and a single line for a page.
	JSONL Format = "jsonl"
	// CSV is one record for each element, safe to open in a spreadsheet.
	CSV Format = "csv"
	// Markdown is the table for a chat or a wiki.
	Markdown Format = "md"
	// HTML is the table as one file for a browser, which can be mailed.
	HTML Format = "html"
	// Parquet is for exports only: columns with types, compressed.
	Parquet Format = "parquet"
	// SVG is the picture of a view that has one: SpreadView.
	SVG Format = "svg"
)

// ParseFormat reads the word of a flag; the empty word is Table.
func ParseFormat(s string) (Format, error) {
	switch f := Format(s); f {
	case "":
		return Table, nil
	case Table, JSON, JSONL, CSV, Markdown, HTML:
		return f, nil
	}
	return "", fmt.Errorf("unknown format %q: use table, json, jsonl, csv, md or html", s)
}

type picture interface{ pictured() (*chart, string) }

// Options are the properties of the terminal that a table is written to. The other formats ignore them.
type Options struct {
	// Width is the number of cells of a line; 0 is no limit, which is right for pipes and files.
	Width int
	// Color allows ANSI escapes: bold headlines, dimmed side information.
	Color bool
}

// Write renders a view. Its only errors are those of w, and SVG of a view that has no picture.
func Write(w io.Writer, v View, f Format, o Options) error {
	switch f {
	case JSON:
		return encode(w, v, "  ")
	case JSONL:
		for _, l := range v.lines() {
			if err := encode(w, l, ""); err != nil {
				return err
			}
		}
		return nil
	case CSV:
		return writeCSV(w, v.records())
	case Markdown:
		return writeMarkdown(w, v.layout())
	case HTML:
		return writeHTML(w, v.layout(), v.made())
	case SVG:
		if p, ok := v.(picture); ok {
			c, title := p.pictured()
			return c.writeSVG(w, title)
		}
		return fmt.Errorf("report: a view of type %T has no picture", v)
	default:
		return writeTerminal(w, v.layout(), o)
	}
}

// encode writes JSON as people and scripts expect it: UTF-8, with <, > and & as they are. What a terminal would obey
// rather than show is escaped.
func encode(w io.Writer, v any, indent string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeControls(b.Bytes()))
	return err
}

// escapeControls writes the control and direction characters that JSON allows as they are, which can only be inside
// strings, as \u escapes: the value stays the same.
func escapeControls(b []byte) []byte {
	hidden := func(r rune) bool { return r >= 0x7F && r <= 0x9F || typeset.Invisible(r) }
	if !bytes.ContainsFunc(b, hidden) {
		return b
	}
	out := make([]byte, 0, len(b)+64)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if hidden(r) {
			for _, u := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, u)
			}
		} else {
			out = append(out, b[:n]...)
		}
		b = b[n:]
	}
	return out
}
