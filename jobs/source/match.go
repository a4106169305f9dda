package source

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/zeebo/xxh3"
)

// match brings the cursor in line with the files that are there: it forgets files that are gone or were replaced, moves
// what it knows of a renamed file to the new name, and returns what it knows of refs. Only files whose size or time
// stamp changed are opened, each once.
func (c *Cursor) match(refs []fileRef) map[string]fileState {
	starts := map[string]fileState{}
	named := map[string]bool{}
	var strangers []stranger
	for _, ref := range refs {
		if ref.info == nil || !ref.info.Mode().IsRegular() {
			continue
		}
		named[ref.path] = true
		st, known := c.files[ref.path]
		if known && st.unchanged(ref) {
			starts[ref.path] = st
			continue
		}
		if len(c.files) == 0 {
			continue
		}
		s := stranger{ref, readHead(ref.path)}
		if known && (s.head == nil || s.continues(st)) {
			starts[ref.path] = st
			continue
		}
		strangers = append(strangers, s)
	}
	lost := c.dropLost(starts, named)
	for _, s := range strangers {
		if st, ok := lost.find(s); ok {
			starts[s.path], c.files[s.path] = st, st
		}
	}
	return starts
}

// unchanged trusts size and time stamp, so that a folder of 100,000 files is not opened at every tick.
func (f *fileState) unchanged(ref fileRef) bool {
	return ref.info.Size() == f.size && ref.info.ModTime().UnixNano() == f.modTime
}

// stranger is a file of which the cursor does not know how far it was read.
type stranger struct {
	fileRef
	head []byte // nil where it cannot be read, for which the reason will come when it is
}

func readHead(path string) []byte {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil
	}
	_, head, _ := identify(file, info)
	return head
}

// continues says whether the file may be the one that was read: it has not shrunk and begins as that did.
func (s *stranger) continues(f fileState) bool {
	return s.info.Size() >= f.size && int64(len(s.head)) >= f.headLen && xxh3.Hash(s.head[:f.headLen]) == f.head
}

// orphans are states without a file, by what they know of its head.
type orphans struct {
	lengths []int64
	byHead  map[orphanKey][]fileState
}

type orphanKey struct {
	length int64
	head   uint64
}

// dropLost takes the states out of the cursor whose file is gone or is another one now.
func (c *Cursor) dropLost(starts map[string]fileState, named map[string]bool) *orphans {
	o := &orphans{byHead: map[orphanKey][]fileState{}}
	for _, path := range slices.Sorted(maps.Keys(c.files)) {
		if _, ok := starts[path]; ok {
			continue
		}
		if _, err := os.Lstat(path); !named[path] && !errors.Is(err, fs.ErrNotExist) {
			continue // not asked for in this run, but there
		}
		st := c.files[path]
		delete(c.files, path)
		if st.headLen > 0 {
			key := orphanKey{st.headLen, st.head}
			o.byHead[key] = append(o.byHead[key], st)
			if !slices.Contains(o.lengths, st.headLen) {
				o.lengths = append(o.lengths, st.headLen)
			}
		}
	}
	slices.Sort(o.lengths)
	return o
}

// find takes out the state that the stranger continues, the one with the longest head first.
func (o *orphans) find(s stranger) (fileState, bool) {
	for _, length := range slices.Backward(o.lengths) {
		if length > int64(len(s.head)) {
			continue
		}
		key := orphanKey{length, xxh3.Hash(s.head[:length])}
		for i, st := range o.byHead[key] {
			if s.info.Size() >= st.size {
				o.byHead[key] = slices.Delete(o.byHead[key], i, i+1)
				return st, true
			}
		}
	}
	return fileState{}, false
}
