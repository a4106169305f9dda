//go:build !linux && !darwin

package store

// held cannot tell here whether a process has a database open in the folder.
func held(string) bool { return false }

// exclusively does something. Files that another process has open cannot be deleted here.
func exclusively(_ string, do func() error) error { return do() }
