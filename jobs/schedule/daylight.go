package schedule

import "time"

// nextFixed is Next for a spec that names its hours, such as "30 2 * * *". On the days on which the zone's clock is put
// forward or back it fires as often as on any other: what falls into the hour that is left out is due when that hour would
// have begun, and of an hour that comes twice only the first counts. A spec of every hour needs no such care, it follows
// the time that passes.
func (s *Spec) nextFixed(after time.Time) time.Time {
	for face := faceOf(after); ; {
		face = s.cron.Next(face)
		if face.IsZero() {
			return face
		}
		if at := showing(face, s.zone); at.After(after) {
			return at
		}
	}
}

// faceOf is what the clock on the wall shows, as if it were UTC, where every time comes once.
func faceOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// showing is the first time at which the clocks of a zone show a face; for one that they leave out, when they skip it.
func showing(face time.Time, zone *time.Location) time.Time {
	// A day around it holds one change of the clock at most. Of the two distances from UTC the larger one leads to the
	// earlier time.
	_, before := face.Add(-24 * time.Hour).In(zone).Zone()
	_, after := face.Add(24 * time.Hour).In(zone).Zone()
	early := face.Add(-time.Duration(max(before, after)) * time.Second).In(zone)
	late := face.Add(-time.Duration(min(before, after)) * time.Second).In(zone)
	switch {
	case faceOf(early).Equal(face):
		return early
	case faceOf(late).Equal(face):
		return late
	}
	// The face is left out. The change lies between the two.
	_, change := early.ZoneBounds()
	return change
}
