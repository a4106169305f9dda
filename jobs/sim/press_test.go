package sim

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/jobs/newsroom"
)

// The folders that the press writes into, which are inputs of the daemon: one file that grows and is rotated, and files
// that come whole.
const (
	wire  = "wire"
	drops = "drops"
)

var folders = []string{wire, drops}

// press writes stories into folders and remembers what it wrote.
type press struct {
	dir     string
	random  *rand.Rand
	now     func() time.Time // of the machine, as file times show it
	stories []newsroom.Labelled
	next    int
	ways    []string // by which stories come
	sites   []*site  // that show some in their feeds

	files   int
	archive []string            // all lines, in the order in which they were written
	lines   map[string]int      // by folder
	ids     map[string]struct{} // of the stories among them
	bad     int                 // lines that are none
	refused map[string]bool     // what these say
	serial  int
	old     []string // files of drops that are complete, and rotated ones of wire
}

func newPress(dir string, seed uint64, stories []newsroom.Labelled, now func() time.Time) (*press, error) {
	p := &press{
		dir: dir, random: rand.New(rand.NewPCG(seed, 2)), now: now, stories: stories,
		lines: map[string]int{}, ids: map[string]struct{}{}, refused: map[string]bool{},
	}
	p.ways = folders
	for _, f := range folders {
		if err := os.MkdirAll(filepath.Join(dir, f), 0o755); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// due takes the stories that have arrived by now, as lines by folder.
func (p *press) due(now time.Time) (map[string][]string, error) {
	out := map[string][]string{}
	for p.next < len(p.stories) && !p.stories[p.next].Arrived.After(now) {
		l := p.stories[p.next]
		p.next++
		h := fnv.New32a()
		h.Write([]byte(l.ID))
		f := p.ways[h.Sum32()%uint32(len(p.ways))]
		if f == feeds {
			p.sites[h.Sum32()/64%sites].publish(l)
			continue
		}
		line, err := lineOf(l)
		if err != nil {
			return nil, err
		}
		p.ids[l.ID] = struct{}{}
		out[f] = append(out[f], line)
	}
	return out, nil
}

func lineOf(l newsroom.Labelled) (string, error) {
	var b bytes.Buffer
	_, err := newsroom.WriteJSONL(&b, slices.Values([]newsroom.Labelled{l}))
	return b.String(), err
}

// rubbish makes lines of which no story can be made, no two alike: a file that is like one that was deleted is taken for it.
func (p *press) rubbish(heads ...string) []string {
	for i := range heads {
		p.serial++
		heads[i] = fmt.Sprintf("%s %d\n", heads[i], p.serial)
		p.refused[heads[i]] = true
	}
	return heads
}

// print delivers lines to a folder and returns the file.
func (p *press) print(folder string, lines []string) (string, error) {
	p.archive = append(p.archive, lines...)
	p.lines[folder] += len(lines)
	for _, l := range lines {
		if p.refused[l] {
			p.bad++
		}
	}
	if folder == wire {
		path := filepath.Join(p.dir, wire, "current.jsonl")
		return path, p.write(path, strings.Join(lines, ""))
	}
	p.files++
	name := fmt.Sprintf("drop-%05d.jsonl", p.files)
	body := strings.Join(lines, "")
	if p.random.IntN(4) == 0 {
		name += ".gz"
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		if _, err := w.Write([]byte(body)); err != nil {
			return "", err
		}
		if err := w.Close(); err != nil {
			return "", err
		}
		body = z.String()
	}
	path := filepath.Join(p.dir, drops, name)
	p.old = append(p.old, path)
	// Hidden until it is complete, as whoever drops files should.
	hidden := filepath.Join(p.dir, drops, "."+name)
	if err := p.write(hidden, body); err != nil {
		return "", err
	}
	return path, os.Rename(hidden, path)
}

// write makes a file longer, at the machine's time.
func (p *press) write(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Chtimes(path, p.now(), p.now())
}

// rotate gives the file of the wire another name; the next story begins a new one.
func (p *press) rotate() error {
	p.files++
	to := filepath.Join(p.dir, wire, fmt.Sprintf("old-%05d.jsonl", p.files))
	err := os.Rename(filepath.Join(p.dir, wire, "current.jsonl"), to)
	if os.IsNotExist(err) {
		return nil
	}
	p.old = append(p.old, to)
	return err
}

// sweep deletes files whose last line is older than an age.
func (p *press) sweep(age time.Duration) (n int, err error) {
	keep := p.old[:0]
	for _, path := range p.old {
		info, err := os.Stat(path)
		if err != nil {
			return n, err
		}
		if p.now().Sub(info.ModTime()) < age {
			keep = append(keep, path)
			continue
		}
		if err := os.Remove(path); err != nil {
			return n, err
		}
		n++
	}
	p.old = keep
	return n, nil
}
