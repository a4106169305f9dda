package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// stdin is the path that stands for standard input.
const stdin = "-"

// fileRef is a file to read, or the reason why something named could not be found.
type fileRef struct {
	path    string
	info    fs.FileInfo // nil for standard input
	problem string
}

// expand finds the files that paths name: files as they are, folders by walking, anything else as a glob. Each file
// counts once, however often it is named. The order is that of the paths as strings, standard input last, so that the
// same folder is read in the same order everywhere.
//
// With follow a folder or glob without a file is no problem: the files may be still to come.
func expand(paths []string, follow bool) []fileRef {
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
		info, err := os.Stat(p)
		switch {
		case err == nil && info.IsDir():
			expandFolder(p, follow, add)
		case err == nil:
			add(fileRef{path: p, info: info})
		case strings.ContainsAny(p, "*?["):
			expandGlob(p, follow, add)
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

// expandFolder walks a folder. Links to files are read, links to folders inside are not: they may lead round in a circle.
func expandFolder(root string, follow bool, add func(fileRef)) {
	count := 0
	// The walk's own error is nil: every error inside is a problem of one entry.
	// The dot lets it begin in the folder that a link names.
	root += string(filepath.Separator) + "."
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		hidden := path != root && strings.HasPrefix(filepath.Base(path), ".")
		switch {
		case hidden && err == nil && entry.IsDir():
			return filepath.SkipDir
		case hidden:
			return nil
		case err != nil:
			count++
			add(fileRef{path: path, problem: problem(err)})
			return nil
		case entry.IsDir() || !hasStories(path):
			return nil
		}
		info, err := os.Stat(path) // follows a link to a file
		if err != nil {
			count++
			add(fileRef{path: path, problem: problem(err)})
			return nil
		}
		if info.Mode().IsRegular() {
			count++
			add(fileRef{path: path, info: info})
		}
		return nil
	})
	if count == 0 && !follow {
		add(fileRef{path: root, problem: "no *.jsonl, *.ndjson or *.json file (or .gz, .zst of one) in this folder"})
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

func expandGlob(pattern string, follow bool, add func(fileRef)) {
	matches, err := filepath.Glob(pattern)
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
		info, err := os.Stat(m)
		switch {
		case err != nil:
			add(fileRef{path: m, problem: problem(err)})
		case info.IsDir():
			expandFolder(m, follow, add)
		default:
			add(fileRef{path: m, info: info})
		}
	}
	if count == 0 && !follow {
		add(fileRef{path: pattern, problem: "no file matches this pattern"})
	}
}

// problem is the system's reason without the path, which the reject names anyway.
func problem(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return "cannot be read: " + err.Error()
}
