package web

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/internal/typeset"
	"github.com/samestory/samestory/report/service"
)

// newsReads bounds how many journal entries are looked at for one answer. Who left a page open for so long is told that
// there is more.
const newsReads = 4000

// news is what a page that stays open tells of what came since.
type news struct {
	Ask  string // address to ask at
	Show string // address of the page as it is now
	Text string // empty where nothing came
}

func newsOfFront(f *frontQuery, seq uint64) *news {
	show := f.at()
	return &news{Ask: "/news" + show[1:] + "&after=" + strconv.FormatUint(seq, 10), Show: show}
}

func newsOfEvent(id string, history []report.ChangeLine) *news {
	var after uint64
	if n := len(history); n > 0 {
		after = history[n-1].Seq
	}
	return &news{Ask: eventPath(id) + "/news?after=" + strconv.FormatUint(after, 10)}
}

// since reads from which journal entry on news are asked for, and how many things the page tells of already.
func sinceEntry(v url.Values) (after uint64, have int, err error) {
	if after, err = strconv.ParseUint(v.Get("after"), 10, 64); err != nil {
		return 0, 0, &badRequest{http.StatusBadRequest, "after: the number of a journal entry"}
	}
	have, err = number(v, "have", 0, 1<<30)
	if err != nil {
		err = &badRequest{http.StatusBadRequest, err.Error()}
	}
	return after, have, err
}

// frontNews tells how many events of a list got stories since a journal entry; nothing where that is as many as before.
func (h *handler) frontNews(s Snapshot, r *http.Request, now time.Time) (*news, error) {
	v, err := parameters(r)
	if err != nil {
		return nil, err
	}
	after, have, err := sinceEntry(v)
	if err != nil || h.lists == nil {
		return nil, err
	}
	ids, more, err := grown(s, after)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	f, err := readFront(r, now)
	if err != nil {
		return nil, err
	}
	n, err := h.lists.Among(f.query, ids)
	if errors.Is(err, catalog.ErrNotReady) || n == have {
		return nil, nil
	}
	f.form.Del("after")
	f.form.Del("have")
	p := newsOfFront(&f, after)
	p.Ask += "&have=" + strconv.Itoa(n)
	p.Text = typeset.Plural(n, "event has", "events have") + " something new"
	if more {
		p.Text = "More than " + p.Text
	}
	return p, err
}

// grown are the events that got stories after a journal entry, and whether there may be more of them.
func grown(s Snapshot, after uint64) (ids []string, more bool, err error) {
	seen := map[string]bool{}
	reads := 0
	for e, err := range s.Changes(after, 0) {
		if err != nil {
			return nil, false, err
		}
		if reads++; reads > newsReads {
			return ids, true, nil
		}
		if e.Level == cluster.LevelEvent && len(e.In) > 0 && !seen[e.Object] {
			seen[e.Object] = true
			ids = append(ids, e.Object)
		}
	}
	return ids, false, nil
}

// eventNews tells what happened to an event since a journal entry.
func (h *handler) eventNews(s Snapshot, r *http.Request, _ time.Time) (*news, error) {
	v, err := parameters(r)
	if err != nil {
		return nil, err
	}
	after, have, err := sinceEntry(v)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	entries, err := s.History(id)
	if err != nil {
		return nil, err
	}
	in, out, n, ended := 0, 0, 0, false
	for i := range entries {
		if e := &entries[i]; e.Seq > after {
			n++
			in, out = in+len(e.In), out+len(e.Out)
			ended = e.Kind == cluster.Merged || e.Kind == cluster.Ended
		}
	}
	if n == have {
		return nil, nil
	}
	service.CatchUp(r.Context(), h.lists) // or the page would be shown as it was
	p := &news{Ask: eventPath(id) + "/news?after=" + strconv.FormatUint(after, 10) + "&have=" + strconv.Itoa(n), Show: eventPath(id)}
	switch {
	case ended:
		p.Text = "This event is part of another now"
	case in > 0:
		p.Text = typeset.Plural(in, "story has", "stories have") + " come to this event"
	case out > 0:
		p.Text = typeset.Plural(out, "story has", "stories have") + " left this event"
	default:
		p.Text = "This event has changed"
	}
	return p, nil
}

// telling answers with a piece of a page, or with nothing where there is nothing to tell.
func (h *handler) telling(ask func(Snapshot, *http.Request, time.Time) (*news, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := h.view()
		defer s.Close()
		n, err := ask(s, r, h.now())
		w.Header().Set("Cache-Control", "no-store")
		if err != nil {
			code, detail := status(err)
			http.Error(w, detail, code)
			return
		}
		if n == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		var b bytes.Buffer
		if err := h.pages["news"].Execute(&b, n); err != nil {
			http.Error(w, "news cannot be shown", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(b.Bytes()) // a client that has gone needs no answer
	})
}
