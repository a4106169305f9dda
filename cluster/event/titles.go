package event

import (
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster/text"
)

// titleCore cuts what a headline says about its form and not about the happening: "The Latest: ", "LIVE - ",
// "WATCH: ". Such labels are common to unrelated stories and would join them.
func titleCore(title string) string {
	at := strings.IndexAny(title, ":|")
	if i := strings.Index(title, " - "); i >= 0 && (at < 0 || i < at) {
		at = i + 1
	}
	if at <= 0 || at > 24 {
		return title
	}
	switch strings.ToLower(strings.TrimSpace(title[:at])) {
	case "the latest", "latest", "live", "live updates", "live blog", "liveblog", "update", "updates", "breaking",
		"breaking news", "just in", "watch", "watch live", "video", "photos", "in pictures", "pictures", "gallery",
		"exclusive", "opinion", "analysis", "explainer", "factbox", "editorial", "correction", "updated", "news",
		"en vivo", "en direct", "direct", "ao vivo", "diretta", "eilmeldung", "liveticker", "ticker", "video:",
		"última hora", "urgente", "urgent", "vidéo", "vídeo", "fotos", "photo", "foto", "opinión", "видео", "фото":
		return title[at+1:]
	}
	return title
}

// weekdays holds the folded names of the days of the week, Sunday first.
var weekdays = map[string][7]string{
	"en": {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"},
	"de": {"sonntag", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag"},
	"fr": {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	"es": {"domingo", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado"},
	"it": {"domenica", "lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato"},
	"nl": {"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
}

// mentionedDays resolves weekday names near the start of a report to the last such day at or before its publication.
func mentionedDays(tokens []text.Token, lang string, published time.Time) []int32 {
	names, ok := weekdays[lang]
	if !ok {
		return nil
	}
	var days []int32
	today := dayOf(published)
	for i := range min(len(tokens), dayWords) {
		t := &tokens[i]
		if n := len(t.Fold); n < 5 || n > 10 || t.Kind != text.Word {
			continue
		}
		// Hardly any word begins as one of the days does.
		w := slices.IndexFunc(names[:], func(day string) bool { return day[0] == t.Fold[0] && day == t.Fold })
		if w < 0 {
			continue
		}
		back := (int32(published.UTC().Weekday()) - int32(w) + 7) % 7
		if d := today - back; !slices.Contains(days, d) && len(days) < maxDays {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	return days
}

// dayOf counts UTC days since 1970.
func dayOf(t time.Time) int32 {
	s := t.Unix()
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return int32(d)
}
