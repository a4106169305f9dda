package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/samestory/samestory/report/internal/typeset"
)

// records is a view as flat rows. Values are string, []string, int, int64, float64, bool, time.Time or a pointer to
// one of these, nil standing for an empty cell.
type records struct {
	cols []string
	rows [][]any
}

// writeCSV renders records by RFC 4180: lines end with CR LF, and the first one names the columns.
func writeCSV(w io.Writer, r records) error {
	c := newCSV(w, r.cols)
	for _, row := range r.rows {
		if err := c.row(row...); err != nil {
			return err
		}
	}
	return c.close()
}

// csvWriter writes rows one at a time, for exports that are never whole in memory.
type csvWriter struct {
	w    *csv.Writer
	line []string
}

func newCSV(w io.Writer, cols []string) *csvWriter {
	c := &csvWriter{w: csv.NewWriter(w)}
	c.w.UseCRLF = true
	_ = c.w.Write(cols) // the writer keeps its error until close
	return c
}

func (c *csvWriter) row(values ...any) error {
	c.line = c.line[:0]
	for _, v := range values {
		c.line = append(c.line, csvValue(v))
	}
	return c.w.Write(c.line)
}

func (c *csvWriter) close() error {
	c.w.Flush()
	return c.w.Error()
}

func csvValue(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return csvText(v)
	case []string:
		return csvText(strings.Join(v, "; "))
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case *int64:
		if v == nil {
			return ""
		}
		return strconv.FormatInt(*v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format(time.RFC3339)
	case *time.Time:
		if v == nil {
			return ""
		}
		return csvValue(*v)
	}
	return csvText(fmt.Sprint(v))
}

// csvText makes s harmless in a spreadsheet: a value that a spreadsheet would take for a formula gets an apostrophe
// in front, control characters and broken UTF-8 become U+FFFD, and every line end becomes LF. White space and
// invisible characters in front do not hide a formula, since some programs skip them, and neither do semicolons, tabs and
// line ends, see guardParts.
func csvText(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r):
			return '\uFFFD'
		}
		return r
	}, s)
	if formula(s) || s != "" && (s[0] == '\t' || s[0] == '\n') {
		s = "'" + s
	}
	return guardParts(s)
}

// formula reports whether a spreadsheet would take a value for a formula.
func formula(s string) bool {
	rest := strings.TrimLeftFunc(s, skippedBySpreadsheets)
	return rest != "" && strings.ContainsRune("=+-@|%＝＋－＠\uFFFD", firstRune(rest))
}

// guardParts puts an apostrophe in front of what would be a formula if the file were split elsewhere. Where a comma is the
// decimal sign, spreadsheets split files at semicolons, and some programs at tabs: a value that holds one is then cut in
// two, its quotes hold nothing together, and a line end in it ends the row.
func guardParts(s string) string {
	const splits = ";\t\n"
	if !strings.ContainsAny(s, splits) {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexAny(s, splits)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i+1])
		s = s[i+1:]
		if rest := strings.TrimLeft(s, " "); formula(rest) {
			b.WriteString(s[:len(s)-len(rest)] + "'")
			s = rest
		}
	}
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func skippedBySpreadsheets(r rune) bool {
	return r <= ' ' || r == 0x7F || r == 0xA0 || r == 0x3000 || r >= 0x2000 && r <= 0x200A || typeset.Invisible(r)
}
