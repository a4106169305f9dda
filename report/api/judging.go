package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/service"
)

// maxText bounds the body of a text that is to be compared, in bytes.
const maxText = 1 << 20

// Text is a text that is to be compared.
type Text struct {
	Title     string `json:"title,omitempty" maxLength:"2000" nullable:"true" doc:"Its headline."`
	Text      string `json:"text,omitempty" maxLength:"500000" nullable:"true" doc:"The text itself. One of title and text has to be there."`
	Source    string `json:"source,omitempty" maxLength:"200" nullable:"true" doc:"Who has it: what an outlet puts under all its texts is left out."`
	Lang      string `json:"lang,omitempty" maxLength:"35" nullable:"true" doc:"Primary language subtag; found out from the text where it is left out." example:"en"`
	Published moment `json:"published,omitempty" nullable:"true" doc:"When it was published; now where it is left out."`
}

type matchInput struct {
	Body Text
}

// matched is what a text would be.
type matched struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Body        report.MatchView
}

// similarInput names a story or an event.
type similarInput struct {
	Conditional
	Story string `query:"story" maxLength:"2000" doc:"Id of a story. Either this or event is needed."`
	Event string `query:"event" maxLength:"255" doc:"Id of an event, whose representative is compared."`
}

// explainInput names a story and what it is compared with.
type explainInput struct {
	Conditional
	Story string `query:"story" required:"true" minLength:"1" maxLength:"2000" doc:"Id of the story."`
	Other string `query:"other" maxLength:"2000" doc:"Id of another story: why are they together, or why not?"`
	Event string `query:"event" maxLength:"255" doc:"Id of an event: why is the story in it, or why not? Without other and event, the event that it is in."`
}

// explainThreadInput names an event and a thread.
type explainThreadInput struct {
	Conditional
	Event  string `query:"event" required:"true" minLength:"1" maxLength:"255" doc:"Id of the event."`
	Thread string `query:"thread" required:"true" minLength:"1" maxLength:"255" doc:"Id of the thread."`
}

// judging adds the operations that compare texts.
func (a *API) judging() {
	match := op("match-text", "/api/v1/match", tagJudging, "Which event and which duplicate group a text belongs to")
	match.Description = "Nothing is stored. The answer waits for the job under way."
	match.Method, match.MaxBodyBytes, match.Security = http.MethodPost, maxText, mayRead
	match.Errors = bodyErrors()
	huma.Register(a.huma, match, func(ctx context.Context, in *matchInput) (*matched, error) {
		v, err := a.match(ctx, &in.Body)
		if err != nil {
			return nil, problemOf(err)
		}
		return &matched{ContentType: contentType, Body: v}, nil
	})
	get(a, judged(op("list-similar", "/api/v1/similar", tagJudging, "What is near to a story or an event, whether or not it belongs to it")), nil, a.similar)
	get(a, judged(op("explain-event", "/api/v1/explain", tagJudging, "Why a story is with another one, or in an event; or why not")), nil, a.explain)
	get(a, judged(op("explain-thread", "/api/v1/explain/thread", tagJudging, "Why an event is in a thread, or why not")), nil, a.explainThread)
}

func (a *API) match(ctx context.Context, in *Text) (report.MatchView, error) {
	t := service.Text{Title: strings.TrimSpace(in.Title), Body: strings.TrimSpace(in.Text), Source: in.Source, Lang: in.Lang}
	if t.Title == "" && t.Body == "" {
		return report.MatchView{}, problem(invalid, "there is no text", "body.text")
	}
	var err error
	if t.Published, err = report.ParseTime(string(in.Published), a.o.Now()); err != nil {
		return report.MatchView{}, problem(invalid, err.Error(), "body.published")
	}
	if a.o.Judge == nil {
		return report.MatchView{}, errOnlyReads
	}
	return a.o.Judge.Match(ctx, t)
}

func (a *API) similar(q *question, in *similarInput) (v report.SimilarView, err error) {
	if (in.Story == "") == (in.Event == "") {
		return v, problem(invalid, "one of story and event is needed, and not both", "query.story")
	}
	// What is asked for is looked up before: a judge waits for its turn.
	if in.Story != "" {
		_, err = q.snap.Story(in.Story)
	} else {
		_, err = q.snap.Event(in.Event)
	}
	switch {
	case err != nil:
		return v, err
	case a.o.Judge == nil:
		return v, errOnlyReads
	}
	return a.o.Judge.Similar(q.ctx, in.Story, in.Event)
}

func (a *API) explain(q *question, in *explainInput) (v report.ExplainView, err error) {
	if in.Other != "" && in.Event != "" {
		return v, problem(invalid, "either another story or an event can be asked about, not both", "query.other")
	}
	s, err := q.snap.Story(in.Story)
	if err != nil {
		return v, err
	}
	event := in.Event
	switch {
	case in.Other != "":
		_, err = q.snap.Story(in.Other)
	case event != "":
		e, eventErr := q.snap.Event(event)
		event, err = e.ID, eventErr
	case s.Placement.Event == "":
		return v, problem(http.StatusConflict, "The story waits for the event stage; it is placed with the next tick.", "")
	default:
		event = s.Placement.Event
	}
	switch {
	case err != nil:
		return v, err
	case a.o.Judge == nil:
		return v, errOnlyReads
	}
	return a.o.Judge.Explain(q.ctx, in.Story, in.Other, event)
}

func (a *API) explainThread(q *question, in *explainThreadInput) (v report.ThreadExplainView, err error) {
	e, err := q.snap.Event(in.Event)
	if err != nil {
		return v, err
	}
	t, err := q.snap.Thread(in.Thread)
	if err != nil {
		return v, err
	}
	if a.o.Judge == nil {
		return v, errOnlyReads
	}
	return a.o.Judge.ExplainThread(q.ctx, e.ID, t.ID)
}

// errOnlyReads is for what a server without a judge is asked.
var errOnlyReads = &service.RefusedError{Status: http.StatusForbidden, Err: errNobody}
