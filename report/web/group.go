package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/samestory/samestory/report"
)

type groupPage struct {
	report.GroupView
	AsOf *time.Time
}

func (h *handler) group(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	then, at, err := asOf(s, r, now)
	if err != nil {
		return "", nil, err
	}
	v, err := report.GroupByID(then, id(r), at)
	if err != nil {
		return "", nil, err
	}
	if v.RedirectedFrom != "" {
		return "", nil, &moved{withAsOf(groupPath(v.Group.ID), r)}
	}
	p := groupPage{GroupView: v}
	if !at.Equal(now) {
		p.AsOf = &at
	}
	return "group", p, nil
}

func groupPath(id string) string { return "/duplicates/" + url.PathEscape(id) }
