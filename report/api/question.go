package api

import (
	"context"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/answers"
)

// question is a request that reads.
type question struct {
	ctx  context.Context
	snap Snapshot
	now  time.Time
}

// remembering is a snapshot with what questions before have worked out of texts.
type remembering struct {
	Snapshot
	memo *report.Memo
}

// Memo is asked for by package report.
func (r remembering) Memo() *report.Memo { return r.memo }

// Conditional is what the input of every question has.
type Conditional struct {
	IfNoneMatch string `header:"If-None-Match" doc:"The ETag of an answer that is at hand: 304 where it would be the same."`
}

func (c *Conditional) held() string { return c.IfNoneMatch }

// asks is an input of a question.
type asks[I any] interface {
	*I
	held() string
}

// answer is what is answered to a question.
type answer[V report.View] struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Tag         string `header:"ETag" doc:"Names the state of the store that this is of."`
	Body        V
}

// get adds an operation that answers a question. ages says of an input whether the answer depends on the clock; nil: it does.
func get[I any, P asks[I], V report.View](a *API, op huma.Operation, ages func(*I) bool, ask func(*question, *I) (V, error)) {
	op.Method = http.MethodGet
	op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity,
		http.StatusTooManyRequests, http.StatusServiceUnavailable)
	op.Security = mayRead
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	op.Responses["304"] = &huma.Response{Description: "The answer at hand is still the answer."}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*answer[V], error) {
		q := &question{ctx, remembering{a.o.View(), a.memo}, a.o.Now()}
		defer q.snap.Close()
		tag := a.tag(q, ages == nil || ages(in))
		if answers.Matches(P(in).held(), tag) {
			return nil, huma.ErrorWithHeaders(huma.Status304NotModified(), http.Header{"Etag": {tag}})
		}
		v, err := ask(q, in)
		if err != nil {
			return nil, problemOf(err)
		}
		return &answer[V]{ContentType: contentType, Tag: tag, Body: v}, nil
	})
}

// tag names the state that a question is answered from; empty where that is not known.
func (a *API) tag(q *question, ages bool) string {
	seq := q.snap.Sequence()
	if seq == 0 {
		return ""
	}
	uri, _ := q.ctx.Value(asked{}).(string)
	parts := []string{a.since, strconv.FormatUint(seq, 36), strconv.FormatUint(xxh3.HashString(uri), 36)}
	if a.o.Lists != nil {
		// Lists may lag behind the store, and are then brought up to its state without a commit.
		parts = append(parts, a.o.Lists.State())
	}
	if ages {
		parts = append(parts, strconv.FormatInt(q.now.Unix()/60, 36))
	}
	return `W/"` + strings.Join(parts, ".") + `"`
}

// asked is the key of the address that was asked for.
type asked struct{}

// keepAddress has questions know their address, which tags are of.
func keepAddress(ctx huma.Context, next func(huma.Context)) {
	u := ctx.URL()
	next(huma.WithValue(ctx, asked{}, u.RequestURI()))
}

func mediaType(r *http.Request) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return r.Header.Get("Content-Type")
	}
	return kind
}
