// Package newton holds the step that the trainers of the linear models share.
//
// It is pure: the same numbers give the same result to the last bit, and nothing is kept between calls, so that any
// number of goroutines may call it.
package newton
