package report

import (
	"fmt"

	"github.com/samestory/samestory/report/internal/typeset"
	"github.com/samestory/samestory/store"
)

// RunEmbeddings says how the texts of a run came by their embeddings.
type RunEmbeddings struct {
	Made    int    `json:"made"`    // by the model, in this run
	Known   int    `json:"known"`   // from the store
	Missing int    `json:"missing"` // could not be had: their stories were judged by their words alone
	Reason  string `json:"reason,omitempty"`
}

// ViewEmbeddings is nil for a run that asked for none.
func ViewEmbeddings(e store.RunEmbeddings) *RunEmbeddings {
	if e == (store.RunEmbeddings{}) {
		return nil
	}
	return &RunEmbeddings{e.Made, e.Cached, e.Missing, e.Reason}
}

// trouble tells of embeddings that could not be had.
func (e *RunEmbeddings) trouble(run string) page {
	if e == nil || e.Missing == 0 {
		return nil
	}
	return page{
		heading{text: "Embeddings of " + typeset.Clean(run), sub: true},
		paragraph(fmt.Sprintf("%s of %s missing: %s", typeset.Thousands(e.Missing), typeset.Thousands(e.Made+e.Known+e.Missing),
			typeset.Clean(e.Reason))),
	}
}
