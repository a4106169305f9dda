// Package series reads what recurs in headlines: the label that the editions of a column share, the pattern that a
// template leaves when its slots are taken out, what an edition fills them with, and how often it appears.
//
// Glossary:
//
//   - edition: one story of a series.
//   - slot: the part of a headline that changes from edition to edition: a number, a date, a name, other words.
//   - pattern: a headline with its slots marked, as "Tolmere rates for {date}: {number}".
//   - label: the part of a headline that names a column, as "Morning briefing"; its numbers and dates are slots.
//   - serial: a label with a slot that counts or dates the editions, as "Day 21".
//
// Everything here is a function of headlines and dates, and safe for concurrent use.
package series
