package jobs

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
	"github.com/samestory/samestory/store/archive"
)

// The work of a script, each as a verb or a job of the daemon does it.
const (
	workBackfill = "backfill"
	workTick     = "tick"
	workSettle   = "settle"
	workOrder    = "order"
	workUndo     = "undo"
	workRebuild  = "rebuild"
	workMaintain = "maintain"
	workBackup   = "backup"
	workRestore  = "restore" // of what the backup before it has made
	workExpire   = "expire"  // of a third of what has not expired
	workUpgrade  = "upgrade" // of a store beside it that an earlier version has written
)

// script is a random sequence of work on one store, drawn from its seed: the same seed, the same work.
type script struct {
	seed  uint64
	work  []string
	files [3][]newsroom.Labelled // of the backfill
	feed  []newsroom.Labelled    // what the ticks read
	upTo  []int                  // how much of the feed is there, by place in work
}

func newScript(seed uint64) *script {
	s := &script{seed: seed}
	r := rand.New(rand.NewPCG(seed, 1))
	mix := newsroom.DefaultMix()
	mix.Undated = 0 // their time is when they were read, which a crash puts off
	all := slices.Collect(newsroom.Generate(newsroom.Options{
		Seed: seed, Stories: 90, Days: 6, TextBytes: 500, Outlets: 12, Languages: []string{"en", "de"}, Mix: &mix,
	}))
	for i := range s.files {
		s.files[i], all = all[:15], all[15:]
	}
	for _, l := range all {
		s.feed = append(s.feed, l)
		if other := all[r.IntN(len(all))]; r.IntN(5) == 0 { // a revision, now and then about something else
			l.Updated = l.Published.Add(time.Hour)
			if r.IntN(2) == 0 {
				l.Text, l.Title = other.Text, other.Title
			} else {
				l.Text += " " + other.Title
			}
			s.feed = append(s.feed, l)
		}
	}
	var pieces [][]string
	for kind, n := range map[string]int{workTick: 4, workSettle: 1, workOrder: 4, workUndo: 1, workRebuild: 1, workMaintain: 1, workUpgrade: 1, workExpire: 2} {
		for range n {
			pieces = append(pieces, []string{kind})
		}
	}
	pieces = append(pieces, []string{workBackup, workRestore}, []string{workBackup})
	slices.SortFunc(pieces, slices.Compare)
	r.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
	s.work = slices.Concat([]string{workBackfill}, slices.Concat(pieces...), []string{workTick, workSettle, workBackup, workRestore})
	ticks, all5 := 0, 5
	for _, kind := range s.work {
		if kind == workTick {
			ticks++
		}
		s.upTo = append(s.upTo, len(s.feed)*ticks/all5)
	}
	return s
}

// worker carries a script out over the store in the folder db of a folder.
type worker struct {
	*script
	dir   string
	store *store.Store
	seams store.Seams
	clock func() time.Time
}

// do does the work at a place of the script, or the rest of it, each as a process of its own would: an engine that goes on
// has weighed its terms at another time than one that takes up what is stored, and may judge otherwise at the margin.
func (w *worker) do(ctx context.Context, at int) error {
	switch kind := w.work[at]; kind {
	case workTick, workSettle, workMaintain, workBackup:
		return w.job(ctx, kind, at)
	default:
		switch kind {
		case workBackfill:
			return w.backfill(ctx)
		case workRebuild:
			_, err := Rebuild(ctx, w.store, RebuildOptions{Params: cluster.DefaultParams(), Residents: 10_000, Clock: w.clock})
			return err
		case workRestore:
			return w.restore(ctx)
		case workUpgrade:
			return w.upgrade(ctx)
		case workExpire:
			return w.expire(ctx, at)
		}
		return w.edit(ctx, kind, fmt.Sprintf("work %d", at), rand.New(rand.NewPCG(w.seed, uint64(at))))
	}
}

func (w *worker) input(name string) Input {
	return Input{Name: name, Spec: source.Spec{Paths: []string{filepath.Join(w.dir, name)}, Options: source.Options{Language: text.Language}}}
}

func (w *worker) backfill(ctx context.Context) error {
	var inputs []Input
	for i, stories := range w.files {
		name := fmt.Sprintf("archive-%d.jsonl", i)
		if err := w.write(name, stories); err != nil {
			return err
		}
		inputs = append(inputs, w.input(name))
	}
	_, err := Backfill(ctx, w.store, inputs, BackfillOptions{Params: cluster.DefaultParams(), Residents: 10_000, Clock: w.clock})
	return err
}

// write makes a file longer, or leaves it as it is.
func (w *worker) write(name string, stories []newsroom.Labelled) error {
	var b bytes.Buffer
	if _, err := newsroom.WriteJSONL(&b, slices.Values(stories)); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(w.dir, name), os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	size, err := f.Seek(0, 2)
	if err == nil {
		_, err = f.Write(b.Bytes()[size:])
	}
	return errors.Join(err, f.Close())
}

func (w *worker) job(ctx context.Context, kind string, at int) error {
	daemon := NewDaemon(w.store, DaemonOptions{
		Params: cluster.DefaultParams(), Residents: 10_000, Clock: w.clock, Log: slog.New(slog.DiscardHandler),
		Backup: Backup{Dir: filepath.Join(w.dir, "backups"), FullEvery: 10 * time.Hour, Keep: 2},
	})
	switch kind {
	case workSettle:
		return daemon.settle(ctx)
	case workMaintain:
		return daemon.maintain(ctx)
	case workBackup:
		return daemon.backup(ctx)
	}
	if err := w.write("feed.jsonl", w.feed[:w.upTo[at]]); err != nil {
		return err
	}
	return daemon.tick(ctx, jobTick, []Input{w.input("feed.jsonl")})
}

// edit gives an order or takes one back, unless the note says that it has been done. Orders that cannot be are no error.
func (w *worker) edit(ctx context.Context, kind, note string, r *rand.Rand) error {
	v := w.store.View()
	defer v.Close()
	list, err := allOverrides(v)
	if err != nil {
		return err
	}
	for _, o := range list {
		if o.Note == note || o.Undone != nil && o.Undone.Note == note {
			return nil
		}
	}
	desk, err := NewDesk(w.store, cluster.DefaultParams(), 10_000)
	if err != nil {
		return err
	}
	if kind == workUndo {
		_, err = desk.Undo(ctx, uint64(1+r.IntN(len(list)+1)), cluster.Undo{Note: note}, w.clock)
	} else {
		var o Order
		if o, err = draw(v, r); err != nil {
			return err
		}
		o.Note = note
		_, err = desk.Edit(ctx, o, w.clock)
	}
	var contradicted *ContradictedError
	if errors.Is(err, ErrOrder) || errors.Is(err, store.ErrNotFound) || errors.As(err, &contradicted) {
		return nil
	}
	return err
}

// draw makes up an order about what is there.
func draw(v *store.Snapshot, r *rand.Rand) (Order, error) {
	var events []cluster.Event
	for e, err := range v.Events(time.Time{}, time.Time{}) {
		if err != nil {
			return Order{}, err
		}
		events = append(events, e)
	}
	slices.SortFunc(events, func(a, b cluster.Event) int { return cmp.Compare(a.ID, b.ID) })
	large := slices.MaxFunc(events, func(a, b cluster.Event) int { return cmp.Compare(len(a.Members), len(b.Members)) })
	one, other := events[r.IntN(len(events))], events[r.IntN(len(events))]
	switch r.IntN(5) {
	case 0:
		return Order{Kind: cluster.OverrideMerge, Objects: []string{one.ID, other.ID}}, nil
	case 1:
		return Order{Kind: cluster.OverrideSplit, Objects: []string{large.ID, large.Members[r.IntN(len(large.Members))]}}, nil
	case 2:
		return Order{Kind: cluster.OverridePin, Objects: []string{one.Members[0], other.ID}}, nil
	case 3:
		return Order{Kind: cluster.OverrideForbid, Objects: []string{one.Members[0], other.ID}}, nil
	}
	return Order{Kind: cluster.OverrideRename, Objects: []string{one.ID}, Title: "A better title"}, nil
}

// expire gives up what is older than a day of the script that comes later each time: the days are 6.
func (w *worker) expire(ctx context.Context, at int) error {
	until := w.feed[0].Published
	for _, l := range w.feed {
		if l.Published.Before(until) {
			until = l.Published
		}
	}
	until = until.Add(time.Duration(at) * 8 * time.Hour)
	_, err := Expire(ctx, w.store, ExpireOptions{Age: 24 * time.Hour, Clock: func() time.Time {
		until = until.Add(time.Millisecond)
		return until
	}})
	return err
}

// restore makes a store of the last backup and compares it with the one that was backed up, and since not changed.
func (w *worker) restore(ctx context.Context) error {
	list, _, err := archive.List(filepath.Join(w.dir, "backups"))
	if err != nil {
		return err
	}
	last := slices.MaxFunc(list, func(a, b archive.Info) int {
		return cmp.Or(cmp.Compare(a.JournalTo, b.JournalTo), cmp.Compare(a.Sequence, b.Sequence))
	})
	into := filepath.Join(w.dir, "copy")
	_, err = store.Restore(ctx, []string{last.Path}, into, store.RestoreOptions{MinFree: 1, Seams: w.seams})
	if err != nil && !errors.Is(err, store.ErrNotEmpty) { // it was moved into place before the crash
		return err
	}
	s, err := store.Open(ctx, into, store.Options{ReadOnly: true, MinFree: 1})
	if err != nil {
		return err
	}
	got, err := contentOf(s)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	want, err := contentOf(w.store)
	if err != nil {
		return err
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		return fmt.Errorf("the restored store differs (-store +restored):\n%s", diff)
	}
	// Out of the way in one step, and an empty folder for the next restore to take away.
	old := into + ".old"
	return errors.Join(os.RemoveAll(old), os.Rename(into, old), os.Mkdir(into, 0o755))
}

// upgrade brings a store that the first version has written to this one, with the stories that it had.
func (w *worker) upgrade(ctx context.Context) error {
	dir := filepath.Join(w.dir, "old")
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		if err := unpack(filepath.Join("..", "store", "testdata", "released", "schema1.tar.zst"), dir); err != nil {
			return err
		}
	}
	done, err := Upgrade(ctx, dir, UpgradeOptions{
		Params: cluster.DefaultParams(), Residents: 10_000, Rebuild: true, Clock: w.clock, seams: w.seams,
	})
	if err != nil {
		return err
	}
	const released = 16
	if done.Stats.Stories != released {
		return fmt.Errorf("%d of %d stories are there after the upgrade", done.Stats.Stories, released)
	}
	s, err := store.Open(ctx, dir, store.Options{ReadOnly: true, MinFree: 1})
	if err != nil {
		return err
	}
	report, err := s.Check(ctx)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("check of the upgraded store finds %+v", report.Findings)
	}
	return nil
}

// unpack makes a folder of an archive in one step.
func unpack(archived, dir string) error {
	f, err := os.Open(archived)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		return err
	}
	defer z.Close()
	part := dir + ".part"
	if err := errors.Join(os.RemoveAll(part), os.Mkdir(part, 0o755)); err != nil {
		return err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return os.Rename(part, dir)
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(part, filepath.Base(h.Name)), data, 0o644); err != nil {
			return err
		}
	}
}
