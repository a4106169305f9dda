package web

import (
	"net/http"
	"time"
)

// seenCookie holds until when its reader has seen the news, as RFC 3339.
const seenCookie = "samestory_seen"

// seenFor is how long the moment is remembered.
const seenFor = 90 * 24 * time.Hour

// seenUntil is until when the reader has seen the news; zero for one who never said so.
func seenUntil(r *http.Request, now time.Time) time.Time {
	c, err := r.Cookie(seenCookie)
	if err != nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, c.Value)
	if err != nil || t.After(now) {
		return time.Time{}
	}
	return t.In(now.Location())
}

// markSeen remembers that the reader has seen all there is. What is new is told from then on.
func (h *handler) markSeen(w http.ResponseWriter, r *http.Request) {
	setCookie(w, r, seenCookie, h.now().UTC().Format(time.RFC3339), seenFor)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func setCookie(w http.ResponseWriter, r *http.Request, name, value string, keep time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(keep / time.Second), HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil,
	})
}
