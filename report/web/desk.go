package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/service"
)

const (
	// authorCookie remembers who gave the last order, so that the name is not asked for each time.
	authorCookie = "samestory_author"
	authorFor    = 365 * 24 * time.Hour
	// suggested is how many events a form proposes for merging, suggestAround how far from an event they may be.
	suggested     = 8
	suggestAround = 3 * 24 * time.Hour
	// editChanges bounds how many changes of one order are listed.
	editChanges = 200
)

// maxOrder bounds the body of an order, in bytes.
const maxOrder = 1 << 20

// errReadOnly is the answer of a server without an editor.
var errReadOnly = &badRequest{http.StatusForbidden, "This server only reads."}

// thing is what an order may be about: a story, an event or a thread.
type thing struct {
	What, ID, Headline, Lang, Path string
	Source                         string // of a story
	event                          *report.EventView
	thread                         *report.ThreadView
	story                          *report.StoryView
}

// Event is the event of a story, nil where it has none or this is no story.
func (t *thing) Event() *report.EventLine {
	if t.story == nil {
		return nil
	}
	return t.story.Event
}

// findThing looks an id up; the address of a page does as well.
func findThing(s Snapshot, id string, now time.Time) (*thing, error) {
	id = strings.TrimSpace(id)
	if at := strings.LastIndex(id, "/"); at >= 0 && strings.Contains(id, "://") {
		if u, err := url.Parse(id); err == nil {
			if id = u.Query().Get("id"); id == "" {
				id = u.Path[strings.LastIndex(u.Path, "/")+1:]
			}
		}
	}
	return thingByID(s, id, now)
}

func thingByID(s Snapshot, id string, now time.Time) (*thing, error) {
	if v, err := report.StoryByID(s, id, now); err == nil {
		return &thing{
			What: "story", ID: v.Story.ID, Headline: v.Story.Title, Lang: v.Story.Lang, Path: storyPath(v.Story.ID), Source: v.Story.Source, story: &v,
		}, nil
	} else if status, _ := status(err); status != http.StatusNotFound {
		return nil, err
	}
	if v, err := report.EventByID(s, id, now); err == nil {
		return &thing{What: "event", ID: v.Event.ID, Headline: v.Event.Headline, Lang: v.Event.Lang, Path: eventPath(v.Event.ID), event: &v}, nil
	} else if status, _ := status(err); status != http.StatusNotFound {
		return nil, err
	}
	v, err := report.ThreadByID(s, id, now)
	if err != nil {
		return nil, err
	}
	return &thing{What: "thread", ID: v.Thread.ID, Headline: v.Thread.Headline, Lang: v.Thread.Lang, Path: threadPath(v.Thread.ID), thread: &v}, nil
}

type editPage struct {
	*thing
	Parts  []thing // that can be taken out of it
	Others []thing // that it could be one with
	Event  string  // of a story
	Author string
}

// correct shows what an editor can do about something.
func (h *handler) correct(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	if h.editor == nil {
		return "", nil, errReadOnly
	}
	v, err := parameters(r)
	if err != nil {
		return "", nil, err
	}
	t, err := findThing(s, v.Get("object"), now)
	if err != nil {
		return "", nil, err
	}
	p := editPage{thing: t, Author: authorOf(r)}
	switch {
	case t.event != nil:
		for _, o := range t.event.Outlets {
			for _, x := range o.Stories {
				p.Parts = append(p.Parts, thing{ID: x.ID, Headline: x.Title, Lang: x.Lang, Path: storyPath(x.ID), Source: x.Source})
			}
		}
		p.Others, err = h.nearEvents(s, &t.event.Event, now)
	case t.thread != nil:
		for _, b := range t.thread.Beats {
			p.Parts = append(p.Parts, thing{ID: b.Event.ID, Headline: b.Event.Headline, Lang: b.Event.Lang, Path: eventPath(b.Event.ID)})
		}
		p.Others, err = h.nearThreads(s, &t.thread.Thread, now)
	case t.story.Event != nil:
		p.Event = t.story.Event.ID
		p.Others, err = h.nearEvents(s, t.story.Event, now)
	}
	return "edit", p, err
}

// nearEvents are the other events of a thread, and those of about the same time with the same names.
func (h *handler) nearEvents(s Snapshot, e *report.EventLine, now time.Time) ([]thing, error) {
	var list []thing
	add := func(l *report.EventLine) {
		if l.ID != e.ID && len(list) < suggested && !slices.ContainsFunc(list, func(t thing) bool { return t.ID == l.ID }) {
			list = append(list, thing{ID: l.ID, Headline: l.Headline, Lang: l.Lang, Path: eventPath(l.ID)})
		}
	}
	t, err := report.ThreadByID(s, e.Thread, now)
	if err != nil {
		return nil, err
	}
	for i := range t.Beats {
		add(&t.Beats[i].Event)
	}
	for _, name := range e.Names[:min(len(e.Names), 2)] {
		v, err := h.eventsLike(s, name, e.First.Add(-suggestAround), e.Last.Add(suggestAround), now)
		if err != nil {
			return nil, err
		}
		for i := range v.Events {
			add(&v.Events[i])
		}
	}
	return list, nil
}

func (h *handler) nearThreads(s Snapshot, t *report.ThreadLine, now time.Time) ([]thing, error) {
	var list []thing
	for _, name := range t.Names[:min(len(t.Names), 2)] {
		v, err := h.threadsLike(s, name, now)
		if err != nil {
			return nil, err
		}
		for _, l := range v.Threads {
			if l.ID != t.ID && len(list) < suggested && !slices.ContainsFunc(list, func(x thing) bool { return x.ID == l.ID }) {
				list = append(list, thing{ID: l.ID, Headline: l.Headline, Lang: l.Lang, Path: threadPath(l.ID)})
			}
		}
	}
	return list, nil
}

type confirmPage struct {
	service.Order
	Things []*thing
	Back   string
}

// confirm says in words what an order will do, before it is given.
func (h *handler) confirm(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	if h.editor == nil {
		return "", nil, errReadOnly
	}
	v, err := parameters(r)
	if err != nil {
		return "", nil, err
	}
	p := confirmPage{Order: orderOf(v)}
	for _, id := range p.Objects {
		t, err := findThing(s, id, now)
		if err != nil {
			return "", nil, err
		}
		if !slices.ContainsFunc(p.Things, func(x *thing) bool { return x.ID == t.ID }) {
			p.Things = append(p.Things, t)
		}
	}
	least, missing := 2, "Choose what it is to be done with: nothing was chosen."
	switch p.Kind {
	case string(cluster.OverrideRename):
		least = 1
	case string(cluster.OverridePin):
		least = 1
	case string(cluster.OverrideMerge), string(cluster.OverrideForbid), string(cluster.OverrideSplit):
	default:
		return "", nil, &badRequest{http.StatusBadRequest, "There is no such order."}
	}
	if len(p.Things) < least {
		return "", nil, &badRequest{http.StatusUnprocessableEntity, missing}
	}
	p.Back = "/edit?object=" + url.QueryEscape(p.Things[0].ID)
	return "confirm", p, nil
}

// orderOf reads an order from a form, or from the address of a confirmation. What was left empty is left out.
func orderOf(v url.Values) service.Order {
	o := service.Order{
		Kind: v.Get("kind"), Title: strings.TrimSpace(v.Get("title")), Author: strings.TrimSpace(v.Get("author")), Note: strings.TrimSpace(v.Get("note")),
	}
	for _, id := range v["object"] {
		if strings.TrimSpace(id) != "" {
			o.Objects = append(o.Objects, id)
		}
	}
	return o
}

func authorOf(r *http.Request) string {
	c, err := r.Cookie(authorCookie)
	if err != nil {
		return ""
	}
	name, err := url.QueryUnescape(c.Value)
	if err != nil {
		return ""
	}
	return name
}

// act wraps what a form sends. Browsers send forms from any page, so that only those of this one are taken.
func (h *handler) act(do func(w http.ResponseWriter, r *http.Request) error) http.Handler {
	own := http.NewCrossOriginProtection()
	own.SetDenyHandler(h.page(func(Snapshot, *http.Request, time.Time) (string, any, error) {
		return "", nil, &badRequest{http.StatusForbidden, "This was sent from another site, and nothing was done."}
	}))
	return own.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxOrder)
		err := r.ParseForm()
		if err != nil {
			err = &badRequest{http.StatusBadRequest, "The form cannot be read."}
		} else {
			err = do(w, r)
		}
		if err == nil {
			return
		}
		var refused *service.RefusedError
		if errors.As(err, &refused) {
			err = &badRequest{refused.Status, sentence(refused.Error())}
		}
		h.page(func(Snapshot, *http.Request, time.Time) (string, any, error) { return "", nil, err }).ServeHTTP(w, r)
	}))
}

// sentence makes one of the text of an error.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + ". Nothing was changed."
}

func (h *handler) give(w http.ResponseWriter, r *http.Request) error {
	if h.editor == nil {
		return errReadOnly
	}
	o := orderOf(r.PostForm)
	v, err := h.editor.Edit(r.Context(), o)
	if err != nil {
		return err
	}
	h.done(w, r, o.Author, v.Override.Number)
	return nil
}

func (h *handler) takeBack(w http.ResponseWriter, r *http.Request) error {
	if h.editor == nil {
		return errReadOnly
	}
	number, err := strconv.ParseUint(r.PathValue("number"), 10, 64)
	if err != nil {
		return &badRequest{http.StatusNotFound, "There is no order of that number."}
	}
	o := orderOf(r.PostForm)
	if _, err = h.editor.Undo(r.Context(), number, o.Author, o.Note); err != nil {
		return err
	}
	h.done(w, r, o.Author, number)
	return nil
}

// done leads to the page of an order, which can be loaded again without giving it again.
func (h *handler) done(w http.ResponseWriter, r *http.Request, author string, number uint64) {
	service.CatchUp(r.Context(), h.lists)
	setCookie(w, r, authorCookie, url.QueryEscape(author), authorFor)
	http.Redirect(w, r, "/edits/"+strconv.FormatUint(number, 10), http.StatusSeeOther)
}

type orderPage struct {
	Order   report.OverrideLine
	Things  []*thing
	Given   consequences
	Taken   consequences // of its undoing
	Author  string
	CanUndo bool
}

// consequences is what an order changed: what it is about, and what moved with that.
type consequences struct{ Own, Rest []report.ChangeLine }

func consequencesOf(list []report.ChangeLine, o *report.OverrideLine) (c consequences) {
	for _, l := range list {
		if l.Level == cluster.LevelEvent || l.Level == cluster.LevelGroup || slices.Contains(o.Objects, l.Object) || slices.Contains(o.Objects, l.Other) {
			c.Own = append(c.Own, l)
		} else {
			c.Rest = append(c.Rest, l)
		}
	}
	return c
}

// oneEdit shows one order with what it changed, and takes it back.
func (h *handler) oneEdit(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	number, err := strconv.ParseUint(r.PathValue("number"), 10, 64)
	if err != nil {
		return "", nil, &badRequest{http.StatusNotFound, "There is no order of that number."}
	}
	p := orderPage{Author: authorOf(r)}
	for o, err := range s.Overrides() {
		if err != nil {
			return "", nil, err
		}
		if o.Number == number {
			p.Order = report.ViewOverride(&o)
		}
	}
	if p.Order.Number == 0 {
		return "", nil, &badRequest{http.StatusNotFound, "There is no order of that number."}
	}
	p.CanUndo = h.editor != nil && p.Order.Undone == nil
	for _, id := range p.Order.Objects {
		if t, err := findThing(s, id, now); err == nil {
			p.Things = append(p.Things, t)
		} else if code, _ := status(err); code != http.StatusNotFound {
			return "", nil, err
		}
	}
	entries, err := s.History(strconv.FormatUint(number, 10))
	if err != nil {
		return "", nil, err
	}
	for i := range entries {
		e := &entries[i]
		if e.Level != cluster.LevelOverride {
			continue
		}
		c, err := report.Changes(s, report.ChangesQuery{Since: e.Seq, Until: e.Seq + editChanges, Limit: -1, Now: now})
		if err != nil {
			return "", nil, err
		}
		of := consequencesOf(slices.DeleteFunc(c.Changes, func(l report.ChangeLine) bool { return l.Run != e.Run }), &p.Order)
		if e.Kind == "undo" {
			p.Taken = of
		} else {
			p.Given = of
		}
	}
	return "order", p, nil
}
