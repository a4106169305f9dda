package api

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// moment is a time as people type it, see report.ParseTime. "all", or nothing, as forms send it, does not bound.
type moment string

// The parts of what a moment may be. Every date of the calendar is allowed, and no other.
const (
	wordsPattern = `all|now|today|yesterday`
	agePattern   = `([0-9]{1,4}|10000)[mhdw]`
	dayPattern   = `([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))` +
		`|(([0-9]{2}(0[48]|[2468][048]|[13579][26]))|([02468][048]|[13579][26])00)-02-29)`
	clockPattern = `([01][0-9]|2[0-3]):[0-5][0-9]`
	zonePattern  = `(Z|[+-]` + clockPattern + `)`

	momentPattern = `^(|` + wordsPattern + `|` + agePattern + `|` + dayPattern + `([ T]` + clockPattern + `(:[0-5][0-9])?)?` +
		`|` + dayPattern + `T` + clockPattern + `:[0-5][0-9](\.[0-9]{1,9})?` + zonePattern + `)$`
)

// momentLength is that of the longest.
const momentLength = len("2026-03-13T08:00:00.000000000+01:00")

// Schema implements huma.SchemaProvider.
func (moment) Schema(huma.Registry) *huma.Schema {
	longest := momentLength
	return &huma.Schema{
		Type: huma.TypeString, Pattern: momentPattern, MaxLength: &longest,
		PatternDescription: "an age like 14h or 3d, today, yesterday, a date like 2026-03-13, RFC 3339, or all",
		Examples:           []any{"3d", "2026-03-13", "2026-03-13T08:00:00Z"},
	}
}

// moves reports whether it means another time at another hour.
func (m moment) moves() bool {
	return m != "" && m != "all" && !(len(m) >= 10 && strings.Count(string(m[:10]), "-") == 2)
}
