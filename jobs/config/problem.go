package config

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong in a file.
type Problem struct {
	Line   int    // from 1; 0 where it is not known, as for a setting that is missing
	Key    string // dotted; empty for a file that is no TOML
	Reason string
}

// Error is everything that is wrong in a file, in the order of its lines. It wraps ErrInvalid.
type Error struct {
	File     string
	Problems []Problem
}

// Error returns one line for each problem: file:line: key: reason.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		place := e.File
		if p.Line > 0 {
			place = fmt.Sprintf("%s:%d", place, p.Line)
		}
		if p.Key != "" {
			place += ": " + p.Key
		}
		lines[i] = place + ": " + p.Reason
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets callers ask for ErrInvalid.
func (e *Error) Unwrap() error { return ErrInvalid }

// problems collects what is wrong, with the lines of the keys.
type problems struct {
	lines map[string]int
	list  []Problem
}

// add notes a problem, unless one is known of the key or of a part of it: what was not understood keeps its default,
// about which there is nothing to say.
func (p *problems) add(key, format string, args ...any) {
	for _, known := range p.list {
		if rest, ok := strings.CutPrefix(known.Key, key); ok && (rest == "" || rest[0] == '[' || rest[0] == '.') {
			return
		}
	}
	p.list = append(p.list, Problem{p.line(key), key, fmt.Sprintf(format, args...)})
}

// line is that of the key or of the nearest thing around it.
func (p *problems) line(key string) int {
	for key != "" {
		if n, ok := p.lines[key]; ok {
			return n
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
	return 0
}

func (p *problems) err(file string) error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b Problem) int { return a.Line - b.Line })
	return &Error{file, p.list}
}
