package jobs

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/store"
)

// Any interleaving of ticks, orders, their undoing, settlements, rebuilds, expiry and restarts leaves a store in which check
// finds nothing: every invariant holds, the journal leads to what is there, and every order is obeyed. What has expired
// stays where it was, and nothing that comes again is there twice.
func TestEveryHistoryIsSound(t *testing.T) {
	var stories []cluster.Story
	for l := range newsroom.Generate(newsroom.Options{Seed: 11, Stories: 70, Days: 5, TextBytes: 400}) {
		stories = append(stories, l.Story)
	}
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "history")
		if err != nil {
			rt.Fatal(err)
		}
		s, err := store.Open(t.Context(), dir, store.Options{Create: true, MinFree: 1})
		if err != nil {
			rt.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				rt.Fatal(err)
			}
			_ = os.RemoveAll(dir)
		}()
		h := &history{T: rt, t: t, store: s, stories: stories}
		h.restart()
		rt.Repeat(map[string]func(*rapid.T){
			"tick": h.tick, "order": h.order, "undo": h.undo, "rebuild": h.rebuild, "expire": h.expire, "restart": func(*rapid.T) { h.restart() },
			"": h.unmoved,
		})
		r, err := s.Check(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		if !r.OK() {
			rt.Fatalf("check finds %+v", r.Findings)
		}
	})
}

// history drives a store through what may happen to it.
type history struct {
	*rapid.T
	t       *testing.T
	store   *store.Store
	desk    *Desk
	stories []cluster.Story
	orders  uint64
	expired map[string]store.StoryRecord
}

func (h *history) restart() {
	if h.desk != nil {
		if err := h.desk.Flush(); err != nil {
			h.Fatal(err)
		}
	}
	var err error
	if h.desk, err = NewDesk(h.store, cluster.DefaultParams(), 10_000); err != nil {
		h.Fatal(err)
	}
}

func (h *history) tick(rt *rapid.T) {
	number := rapid.IntRange(0, len(h.stories)-1)
	var batch []cluster.Story
	for _, i := range rapid.SliceOfN(number, 0, 30).Draw(rt, "batch") {
		batch = append(batch, h.stories[i])
	}
	for i := range batch {
		if rapid.IntRange(0, 9).Draw(rt, "revise") == 0 {
			batch[i].Text = h.stories[number.Draw(rt, "text of")].Text
			batch[i].Updated = batch[i].Published.Add(time.Hour)
		}
	}
	stage := rapid.SampledFrom([]cluster.Stage{cluster.Copies, cluster.Events, cluster.Settled}).Draw(rt, "stage")
	err := h.desk.Tick(h.t.Context(), batch, stage, func(*cluster.Delta) store.Batch { return store.Batch{At: noon()} })
	if err == nil {
		err = h.desk.Flush()
	}
	if err != nil {
		rt.Fatal(err)
	}
}

// ids lists what an order may name.
func (h *history) ids(rt *rapid.T) (stories, events, threads []string) {
	v := h.store.View()
	defer v.Close()
	for r, err := range v.AllStories() {
		if err != nil {
			rt.Fatal(err)
		}
		stories = append(stories, r.ID)
	}
	for e, err := range v.Events(time.Time{}, time.Time{}) {
		if err != nil {
			rt.Fatal(err)
		}
		events = append(events, e.ID)
		if !slices.Contains(threads, e.Thread) {
			threads = append(threads, e.Thread)
		}
	}
	return stories, events, threads
}

func (h *history) order(rt *rapid.T) {
	stories, events, threads := h.ids(rt)
	if len(events) == 0 {
		return
	}
	any := slices.Concat(stories, events, threads)
	kind := rapid.SampledFrom([]cluster.OverrideKind{
		cluster.OverridePin, cluster.OverrideForbid, cluster.OverrideMerge, cluster.OverrideSplit, cluster.OverrideRename,
	}).Draw(rt, "kind")
	objects := rapid.SliceOfN(rapid.SampledFrom(any), 1, 3).Draw(rt, "objects")
	switch kind {
	case cluster.OverrideMerge:
		objects = rapid.SliceOfN(rapid.SampledFrom(rapid.SampledFrom([][]string{events, threads}).Draw(rt, "level")), 2, 3).Draw(rt, "merged")
	case cluster.OverrideSplit:
		objects = h.parts(rt, rapid.SampledFrom(slices.Concat(events, threads)).Draw(rt, "split"))
	case cluster.OverrideForbid:
		objects = rapid.SliceOfN(rapid.SampledFrom(any), 2, 2).Draw(rt, "forbidden")
	}
	_, err := h.desk.Edit(h.t.Context(), Order{Kind: kind, Objects: objects, Title: "Title"}, noon)
	var contradicted *ContradictedError
	switch {
	case errors.Is(err, ErrOrder), errors.As(err, &contradicted):
	case err != nil:
		rt.Fatal(err)
	default:
		h.orders++
	}
}

// parts names an event or a thread with one of its members.
func (h *history) parts(rt *rapid.T, id string) []string {
	v := h.store.View()
	defer v.Close()
	if e, err := v.Event(id); err == nil {
		return []string{id, rapid.SampledFrom(e.Members).Draw(rt, "member")}
	}
	th, err := v.Thread(id)
	if err != nil {
		rt.Fatal(err)
	}
	return []string{id, rapid.SampledFrom(th.Links).Draw(rt, "member").Event}
}

func (h *history) undo(rt *rapid.T) {
	if h.orders == 0 {
		return
	}
	n := rapid.Uint64Range(1, h.orders).Draw(rt, "number")
	if _, err := h.desk.Undo(h.t.Context(), n, cluster.Undo{}, noon); err != nil && !errors.Is(err, ErrOrder) {
		rt.Fatal(err)
	}
}

func (h *history) rebuild(rt *rapid.T) {
	if err := h.desk.Flush(); err != nil {
		rt.Fatal(err)
	}
	p := cluster.DefaultParams()
	p.Granularity = rapid.SampledFrom([]float64{.3, .5, .8}).Draw(rt, "granularity")
	if _, err := Rebuild(h.t.Context(), h.store, RebuildOptions{Params: p, Residents: 10_000, Clock: noon}); err != nil {
		rt.Fatal(err)
	}
	h.restart()
}

// expire gives up what is older than some time. The desk that was there would still know it.
func (h *history) expire(rt *rapid.T) {
	h.restart()
	first, last := h.stories[0].Published, h.stories[len(h.stories)-1].Published
	before := first.Add(time.Duration(rapid.Int64Range(0, int64(last.Sub(first))).Draw(rt, "age")))
	if _, err := h.store.Expire(h.t.Context(), store.ExpireOptions{Before: before}); err != nil {
		rt.Fatal(err)
	}
	v := h.store.View()
	defer v.Close()
	h.expired = make(map[string]store.StoryRecord)
	for r, err := range v.AllStories() {
		if err != nil {
			rt.Fatal(err)
		}
		if r.Expired {
			h.expired[r.ID] = r
		}
	}
}

// unmoved sees to it that what has expired is as it was then. Of a series another name may come, when it goes into one.
func (h *history) unmoved(rt *rapid.T) {
	v := h.store.View()
	defer v.Close()
	for id, was := range h.expired {
		now, err := v.Story(id)
		if err != nil {
			rt.Fatal(err)
		}
		now.Placement.Series, was.Placement.Series = "", ""
		if now != was {
			rt.Fatalf("story %s had expired as %+v and is %+v", id, was, now)
		}
	}
}
