package service

import (
	"context"

	"github.com/samestory/samestory/report"
)

// Editor carries out orders; what it does is jobs.Desk's. Its calls may come from several requests at once.
type Editor interface {
	Edit(ctx context.Context, o Order) (report.EditView, error)
	Undo(ctx context.Context, number uint64, author, note string) (report.EditView, error)
}

// Order is what an editor wants changed.
type Order struct {
	Kind    string // pin, forbid, merge, split or rename
	Objects []string
	Title   string // of a rename
	Author  string
	Note    string
}
