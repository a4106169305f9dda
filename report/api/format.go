package api

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/danielgtaylor/huma/v2"

	"github.com/samestory/samestory/report"
)

// contentType is that of every view.
const contentType = "application/json; charset=utf-8"

// format writes views as every verb does, and problems as JSON.
var format = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		var b bytes.Buffer
		var err error
		if view, ok := v.(report.View); ok {
			err = report.Write(&b, view, report.JSON, report.Options{})
		} else {
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			err = e.Encode(v)
		}
		if err != nil {
			return err
		}
		_, _ = w.Write(b.Bytes()) // a client that has gone needs no answer
		return nil
	},
	Unmarshal: json.Unmarshal,
}
