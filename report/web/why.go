package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/samestory/samestory/report"
)

// whyPath is the address of the reasons for a story to be in an event.
func whyPath(story, event string) string {
	return "/why?" + url.Values{"event": {event}, "story": {story}}.Encode()
}

func (h *handler) why(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	v, err := parameters(r)
	if err != nil {
		return "", nil, err
	}
	if h.judge == nil {
		return "", nil, errReadOnly
	}
	// Both are looked up here first: what explains would ask a job that writes for its turn.
	story, err := report.StoryByID(s, v.Get("story"), now)
	if err != nil {
		return "", nil, err
	}
	event, err := report.EventByID(s, v.Get("event"), now)
	if err != nil {
		return "", nil, err
	}
	why, err := h.judge.Explain(r.Context(), story.Story.ID, "", event.Event.ID)
	return "why", why, err
}
