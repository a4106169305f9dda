package newsroom

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/samestory/samestory/cluster"
)

// WriteJSONL writes stories in the fields of the input contract, one a line, with the labels under "labels". Times of
// arrival are not written: the order of the lines is the order of arrival. It returns the number of stories written;
// the error is the writer's.
func WriteJSONL(w io.Writer, stories iter.Seq[Labelled]) (int, error) {
	buffered := bufio.NewWriterSize(w, 1<<18)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	count := 0
	for l := range stories {
		r := recordOf(&l)
		if err := encoder.Encode(&r); err != nil {
			return count, fmt.Errorf("newsroom: write story %s: %w", l.ID, err)
		}
		count++
	}
	if err := buffered.Flush(); err != nil {
		return count, fmt.Errorf("newsroom: write stories: %w", err)
	}
	return count, nil
}

func recordOf(l *Labelled) record {
	r := record{
		ID: l.ID, URL: l.URL, Title: l.Title, Text: l.Text, Source: l.Source, Author: l.Author, Lang: l.Lang,
		Labels: labels{Event: l.Event, Duplicates: l.Duplicates, Thread: l.Thread, Series: l.Series, Relation: l.Relation},
	}
	switch {
	case l.Precision == cluster.Day:
		r.Published = l.Published.Format(time.DateOnly)
	case l.Precision == cluster.Exact:
		r.Published = l.Published.Format(time.RFC3339Nano)
	}
	if !l.Updated.IsZero() {
		r.Updated = l.Updated.Format(time.RFC3339Nano)
	}
	return r
}
