// Package typeset makes text of unknown origin, numbers and times ready to be shown to people, on a terminal and on a
// page alike.
//
// Its functions are pure: they read no clock and may be called from any number of goroutines.
package typeset
