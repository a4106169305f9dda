package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// stdin is the path that stands for standard input.
const stdin = "-"

// fileRef is a file to read, or the reason why something named could not be found.
type fileRef struct {
	path    string      // by which it is known
	at      string      // by which it is opened
	info    fs.FileInfo // nil for standard input
	problem string
}

// expand finds the files that paths name: files as they are, folders by walking, anything else as a glob. Each file
// counts once, however often it is named. The order is that of the paths as strings, standard input last, so that the
// same folder is read in the same order everywhere.
//
// With follow a folder or glob without a file is no problem: the files may be still to come.
func expand(dir string, paths []string, follow bool) []fileRef {
	seen := map[string]bool{}
	var refs []fileRef
	add := func(r fileRef) {
		if r.path != stdin {
			r.path = filepath.Clean(r.path)
		}
		if !seen[r.path] {
			seen[r.path] = true
			refs = append(refs, r)
		}
	}
	for _, p := range paths {
		if p == stdin {
			add(fileRef{path: p})
			continue
		}
		at := place(dir, p)
		info, err := os.Stat(at)
		switch {
		case err == nil && info.IsDir():
			expandFolder(p, at, follow, add)
		case err == nil:
			add(fileRef{path: p, at: at, info: info})
		case strings.ContainsAny(p, "*?["):
			expandGlob(dir, p, follow, add)
		case follow && errors.Is(err, fs.ErrNotExist):
		default:
			add(fileRef{path: p, problem: problem(err)})
		}
	}
	slices.SortStableFunc(refs, func(a, b fileRef) int {
		if (a.path == stdin) != (b.path == stdin) {
			if a.path == stdin {
				return 1
			}
			return -1
		}
		return strings.Compare(a.path, b.path)
	})
	return refs
}

// place is where a path leads that is of a folder, if it is relative and there is one.
func place(dir, path string) string {
	if dir == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// expandFolder walks a folder that is known as name. Links to files are read, links to folders inside are not: they may lead round in a circle.
func expandFolder(name, root string, follow bool, add func(fileRef)) {
	count := 0
	known := func(path string) string { return filepath.Join(name, strings.TrimPrefix(path, filepath.Clean(root))) }
	if name == root {
		known = func(path string) string { return path }
	}
	// The walk's own error is nil: every error inside is a problem of one entry.
	// The dot lets it begin in the folder that a link names.
	top := root + string(filepath.Separator) + "."
	_ = filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		hidden := path != top && strings.HasPrefix(filepath.Base(path), ".")
		switch {
		case hidden && err == nil && entry.IsDir():
			return filepath.SkipDir
		case hidden:
			return nil
		case err != nil:
			count++
			add(fileRef{path: known(path), problem: problem(err)})
			return nil
		case entry.IsDir() || !hasStories(path):
			return nil
		}
		info, err := os.Stat(path) // follows a link to a file
		if err != nil {
			count++
			add(fileRef{path: known(path), problem: problem(err)})
			return nil
		}
		if info.Mode().IsRegular() {
			count++
			add(fileRef{path: known(path), at: path, info: info})
		}
		return nil
	})
	if count == 0 && !follow {
		add(fileRef{path: name, problem: "no *.jsonl, *.ndjson or *.json file (or .gz, .zst of one) in this folder"})
	}
}

// hasStories tells by the name whether a file in a folder is meant for us.
func hasStories(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	switch filepath.Ext(name) {
	case ".jsonl", ".ndjson", ".json":
		return true
	}
	return false
}

func expandGlob(dir, pattern string, follow bool, add func(fileRef)) {
	matches, err := filepath.Glob(place(quoteGlob(dir), pattern))
	if err != nil {
		add(fileRef{path: pattern, problem: "malformed pattern: expected one such as news/*.jsonl.gz"})
		return
	}
	count := 0
	for _, m := range matches {
		if strings.HasPrefix(filepath.Base(m), ".") && !strings.HasPrefix(filepath.Base(pattern), ".") {
			continue
		}
		count++
		name := m
		if dir != "" && !filepath.IsAbs(pattern) {
			if rel, err := filepath.Rel(dir, m); err == nil {
				name = rel
			}
		}
		info, err := os.Stat(m)
		switch {
		case err != nil:
			add(fileRef{path: name, problem: problem(err)})
		case info.IsDir():
			expandFolder(name, m, follow, add)
		default:
			add(fileRef{path: name, at: m, info: info})
		}
	}
	if count == 0 && !follow {
		add(fileRef{path: pattern, problem: "no file matches this pattern"})
	}
}

// quoteGlob takes the meaning from the characters of a path that have one in a pattern.
func quoteGlob(path string) string {
	if runtime.GOOS == "windows" {
		return path // has no way to
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// problem is the system's reason without the path, which the reject names anyway.
func problem(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return "cannot be read: " + err.Error()
}
