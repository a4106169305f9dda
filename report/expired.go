package report

import (
	"errors"

	"github.com/samestory/samestory/store"
)

// textLeft reads headline and text of a story. Of one that has expired the headline is left.
func textLeft(r Reader, story string) (title, text string, expired bool, err error) {
	title, text, err = r.Text(story)
	if errors.Is(err, store.ErrExpired) {
		return title, "", true, nil
	}
	return title, text, false, err
}
