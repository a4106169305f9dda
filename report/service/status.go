package service

import (
	"errors"
	"net/http"

	"github.com/samestory/samestory/store"
)

// RefusedError is what an Editor or a Judge returns for what cannot be done; Status is what it means over HTTP: 404, 409 for
// a contradiction, 422, 503 where it can be tried again. The text of Err is shown to the client.
type RefusedError struct {
	Status int
	Err    error
}

func (e *RefusedError) Error() string { return e.Err.Error() }

func (e *RefusedError) Unwrap() error { return e.Err }

// Status tells what an error of the store means to a client, without telling it about the inside of the store.
func Status(err error) (code int, detail string) {
	var refused *RefusedError
	switch {
	case errors.As(err, &refused):
		return refused.Status, refused.Error()
	case errors.Is(err, store.ErrTooEarly):
		return http.StatusNotFound, "The store cannot tell its state of that time: its journal begins later."
	case errors.Is(err, store.ErrNotFound):
		return http.StatusNotFound, "Nothing here has this id."
	case errors.Is(err, store.ErrExpired):
		return http.StatusGone, "The text of this has expired, and with it what it was compared by."
	case errors.Is(err, store.ErrClosed):
		return http.StatusServiceUnavailable, "The store is being closed."
	}
	return http.StatusInternalServerError, "The store could not be read; samestory check says more."
}
