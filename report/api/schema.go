package api

import (
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/samestory/samestory/report"
)

// complete says in a document what the types of views say and the library does not: their lists are never null, their
// pointers are null where there is nothing, what their comments say of them, and that they may have more fields one day.
func complete(doc *huma.OpenAPI, closed bool) {
	schemas := doc.Components.Schemas
	views := reflect.TypeFor[report.Meta]().PkgPath()
	mean := readMeanings()
	for name, s := range schemas.Map() {
		t := schemas.TypeFromRef("#/components/schemas/" + name)
		if t == reflect.TypeFor[huma.ErrorModel]() {
			s.AdditionalProperties = nil // whoever stands before the API may say more, as package access does
		}
		if t.PkgPath() != views {
			continue
		}
		s.Description = mean[t.Name()][""]
		completeFields(t, s, mean)
		if !closed {
			s.AdditionalProperties = nil
		}
		s.PrecomputeMessages()
	}
	withHeaders(doc)
}

var timeType = reflect.TypeFor[time.Time]()

// completeFields goes through the fields of a type as encoding/json does.
func completeFields(t reflect.Type, s *huma.Schema, mean meanings) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			completeFields(f.Type, s, mean)
			continue
		}
		p := s.Properties[name]
		if p == nil {
			continue
		}
		switch f.Type.Kind() {
		case reflect.Slice:
			p.Nullable = false
		case reflect.Pointer:
			if f.Type.Elem().Kind() == reflect.Struct && f.Type.Elem() != timeType && options != "omitempty" {
				s.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}}
			}
		}
		s.Properties[name].Description = mean[t.Name()][name]
		s.Properties[name].PrecomputeMessages()
	}
}
