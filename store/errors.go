package store

import (
	"errors"
	"fmt"
)

// Sentinels that callers branch on with errors.Is. The errors that carry them name the folder and what to do.
var (
	// ErrNoStore: the folder is missing or empty and Options.Create was not set.
	ErrNoStore = errors.New("no store")
	// ErrNotStore: the folder holds something that is not a samestory store. Nothing in it has been touched.
	ErrNotStore = errors.New("not a samestory store")
	// ErrLocked: another process holds the store. Errors that carry it are *LockedError.
	ErrLocked = errors.New("store is locked")
	// ErrSchema: the store was written with another schema version. Errors that carry it are *SchemaError.
	ErrSchema = errors.New("store has another schema version")
	// ErrParams: the store was written with other parameters or features. Errors that carry it are *ParamsError.
	ErrParams = errors.New("store was written with other parameters")
	// ErrFull: the disk is full, or so nearly that writing would be a risk. Nothing of the batch was stored.
	ErrFull = errors.New("disk is full")
	// ErrCorrupt: bytes in the store are not what was written. Check says what and where.
	ErrCorrupt = errors.New("store is damaged")
	// ErrRecover: the store was left by a crash and has to be opened for writing once, which was not possible here.
	ErrRecover = errors.New("store needs recovery")
	// ErrReadOnly: a commit on a store that was opened for reading.
	ErrReadOnly = errors.New("store is open for reading only")
	// ErrClosed: the store or the snapshot has been closed.
	ErrClosed = errors.New("store is closed")
	// ErrGone: the folder was deleted, moved or replaced while the store was open. Nothing of the batch was stored.
	ErrGone = errors.New("store is gone")
	// ErrInvalid: a batch contradicts itself or the store. Nothing of it was stored.
	ErrInvalid = errors.New("invalid batch")
	// ErrNotFound: nothing has this id. Errors for ids that ended without a successor are *EndedError.
	ErrNotFound = errors.New("not found")
	// ErrExpired: the story is known and placed, and its texts were given up by Expire.
	ErrExpired = errors.New("text has expired")
	// ErrPending: the story has not been through the event stage yet.
	ErrPending = errors.New("story waits for the event stage")
)

// SchemaError names the schema version that was found and the one this program writes.
type SchemaError struct {
	Dir         string
	Found, Want int
}

func (e *SchemaError) Error() string {
	what := "an older"
	if e.Found > e.Want {
		what = "a newer"
	}
	return fmt.Sprintf("store %s has schema version %d, written by %s samestory; this one reads version %d",
		e.Dir, e.Found, what, e.Want)
}

// Is reports that a SchemaError is an ErrSchema.
func (e *SchemaError) Is(target error) bool { return target == ErrSchema }

// ParamsError names what differs between the store and the parameters it was opened with.
type ParamsError struct {
	Dir          string
	Field        string // "features" or "params"
	Stored, Want string
}

func (e *ParamsError) Error() string {
	return fmt.Sprintf("store %s was written with %s %s, not %s: use the parameters it was made with, or read the "+
		"stories into a new store", e.Dir, e.Field, e.Stored, e.Want)
}

// Is reports that a ParamsError is an ErrParams.
func (e *ParamsError) Is(target error) bool { return target == ErrParams }

// LockedError names the process that holds the store, where it is known.
type LockedError struct {
	Dir string
	PID int // 0 where unknown
}

func (e *LockedError) Error() string {
	who := "another process"
	if e.PID > 0 {
		who = fmt.Sprintf("another process (pid %d)", e.PID)
	}
	return fmt.Sprintf("store %s is held by %s: stop it, or ask it instead of the folder", e.Dir, who)
}

// Is reports that a LockedError is an ErrLocked.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// EndedError says that an id was in use once and has no successor.
type EndedError struct {
	ID     string
	Reason string
}

func (e *EndedError) Error() string {
	return fmt.Sprintf("%s is no longer in use (%s)", e.ID, e.Reason)
}

// Is reports that an EndedError is an ErrNotFound.
func (e *EndedError) Is(target error) bool { return target == ErrNotFound }

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrCorrupt}, args...)...)
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
}
