package archive

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

func isName(name string) bool {
	return strings.HasSuffix(name, Extension) && !strings.HasPrefix(name, ".")
}

func joinPath(dir, name string) string {
	if dir == "" {
		return name
	}
	return filepath.Join(dir, name)
}

// Chain puts backups into the order of their chain, the full one first. Parents that are not among the files are
// looked for in the files' folders. Its errors are ErrChain, and those of Inspect.
func Chain(files []string) ([]Info, error) {
	if len(files) == 0 {
		return nil, broken("no file was named")
	}
	byID := make(map[string]Info)
	var named []Info
	for _, path := range files {
		info, err := Inspect(path)
		if err != nil {
			return nil, err
		}
		if _, twice := byID[info.ID]; !twice {
			named = append(named, info)
		}
		byID[info.ID] = info
	}
	// The end of the chain is what was backed up last.
	tip := slices.MaxFunc(named, func(a, b Info) int { return cmp.Compare(a.Sequence, b.Sequence) })
	var folders map[string]Info
	chain := []Info{tip}
	for at := tip; !at.Full(); {
		parent, ok := byID[at.Parent]
		if !ok {
			if folders == nil {
				folders = neighbours(files)
			}
			parent, ok = folders[at.Parent]
		}
		switch {
		case !ok:
			return nil, broken("the parent of %s, with id %.12s, is neither named nor beside it", at.Path, at.Parent)
		case parent.Sequence != at.Sequence-1 || parent.Schema != at.Schema || parent.Lineage != at.Lineage && parent.Lineage != "":
			return nil, broken("%s cannot be the parent of %s", parent.Path, at.Path)
		}
		chain = append(chain, parent)
		at = parent
	}
	slices.Reverse(chain)
	for _, info := range named {
		if !slices.ContainsFunc(chain, func(i Info) bool { return i.ID == info.ID }) {
			return nil, broken("%s and %s are of different chains", info.Path, tip.Path)
		}
	}
	return chain, nil
}

// neighbours inspects what lies in the folders of files, by id. What is no backup is passed over.
func neighbours(files []string) map[string]Info {
	found := make(map[string]Info)
	seen := make(map[string]bool)
	for _, path := range files {
		dir := filepath.Dir(path)
		if seen[dir] {
			continue
		}
		seen[dir] = true
		list, _, err := List(dir)
		if err != nil {
			continue // the parent will be missed
		}
		for _, info := range list {
			found[info.ID] = info
		}
	}
	return found
}

// Name is how a backup is called if nobody says otherwise: when it was made, up to which journal entry, and of what kind.
func Name(h *Header) string {
	kind := "full"
	if !h.Full() {
		kind = fmt.Sprintf("part%d", h.Sequence)
	}
	return fmt.Sprintf("samestory-%s-j%d.%s%s", h.Created.UTC().Format("20060102T150405Z"), h.JournalTo, kind, Extension)
}
