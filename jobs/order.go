package jobs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/constraint"
	"github.com/samestory/samestory/store"
)

// Order is what an editor asks for. What the objects are says at which level:
//
//   - pin STORY [EVENT]: the story stays with the event, by default the one that it is in; pin EVENT THREAD likewise.
//   - forbid X Y: the two stories are never in one event, nor a story in an event, nor the stories of two events in one. With
//     a thread the events are never in one thread.
//   - merge X Y...: the events, or the threads, are one.
//   - split EVENT STORY...: these stories, with their copies, are taken out of the event; split THREAD EVENT... likewise.
//   - rename X: an event or a thread is headed by Title.
type Order struct {
	Kind    cluster.OverrideKind
	Objects []string
	Title   string // of a rename
	Author  string
	Note    string
}

// ErrOrder marks orders that say nothing that could be obeyed; the text says why.
var ErrOrder = errors.New("order cannot be carried out")

func unorderly(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrOrder, fmt.Sprintf(format, args...))
}

// maxWords bounds what an editor may write, in bytes.
const maxWords = 500

// resolve turns an order into an override that names stories, as they are now.
func (o *Order) resolve(v *store.Snapshot, at time.Time) (cluster.Override, error) {
	out := cluster.Override{
		Kind: o.Kind, Objects: o.Objects, Title: strings.TrimSpace(o.Title), Author: strings.TrimSpace(o.Author),
		Note: strings.TrimSpace(o.Note), At: at,
	}
	for what, s := range map[string]string{"title": out.Title, "author": out.Author, "note": out.Note} {
		if len(s) > maxWords || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			return out, unorderly("the %s is longer than %d bytes or has characters that cannot be printed", what, maxWords)
		}
	}
	var list []object
	for _, id := range o.Objects {
		x, err := findObject(v, id)
		if err != nil {
			return out, err
		}
		list = append(list, x)
	}
	var err error
	switch o.Kind {
	case cluster.OverridePin:
		err = pin(&out, v, list)
	case cluster.OverrideForbid:
		err = forbid(&out, v, list)
	case cluster.OverrideMerge:
		err = merge(&out, v, list)
	case cluster.OverrideSplit:
		err = split(&out, v, list)
	case cluster.OverrideRename:
		err = rename(&out, list)
	default:
		err = unorderly("there is no order %q", o.Kind)
	}
	for _, side := range [2]*[]string{&out.A, &out.B} {
		slices.Sort(*side)
		*side = slices.Compact(*side)
	}
	if err != nil {
		return out, err
	}
	for _, id := range out.Stories() {
		if gone, err := v.Expired(id); err != nil {
			return out, err
		} else if gone {
			return out, unorderly("story %s has expired, and stays where it is; its event and its thread can be renamed", id)
		}
	}
	return out, nil
}

// object is what an id stands for; one of the fields is set.
type object struct {
	id     string
	story  *store.StoryRecord
	event  *cluster.Event
	thread *cluster.Thread
}

func findObject(v *store.Snapshot, id string) (object, error) {
	x := object{id: id}
	if s, err := v.Story(id); err == nil {
		x.story = &s
		return x, nil
	} else if !errors.Is(err, store.ErrNotFound) {
		return x, err
	}
	if e, err := v.Event(id); err == nil {
		x.event, x.id = &e, e.ID
		return x, nil
	} else if !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrPending) {
		return x, err
	}
	t, err := v.Thread(id)
	if err != nil {
		return x, fmt.Errorf("%s is no story, event or thread: %w", id, err)
	}
	x.thread, x.id = &t, t.ID
	return x, nil
}

func (x *object) what() string {
	switch {
	case x.story != nil:
		return "story"
	case x.event != nil:
		return "event"
	}
	return "thread"
}

// eventOf gives the event of a story, which may still wait for one.
func eventOf(v *store.Snapshot, s *store.StoryRecord) (*cluster.Event, error) {
	if s.Placement.Event == "" {
		return nil, unorderly("story %s waits for its event: the next tick places it", s.ID)
	}
	e, err := v.Event(s.Placement.Event)
	return &e, err
}

// copiesIn lists the stories of an event that are in the group of one of some stories, these included.
func copiesIn(v *store.Snapshot, e *cluster.Event, stories []string) ([]string, error) {
	groups := make(map[string]bool)
	for _, id := range stories {
		s, err := v.Story(id)
		if err != nil {
			return nil, err
		}
		groups[s.Placement.Group] = true
	}
	var out []string
	for _, id := range e.Members {
		s, err := v.Story(id)
		if err != nil {
			return nil, err
		}
		if groups[s.Placement.Group] {
			out = append(out, id)
		}
	}
	return out, nil
}

// standing lists, for each event of a thread, the story that founded it.
func standing(v *store.Snapshot, t *cluster.Thread) ([]string, error) {
	var out []string
	for _, l := range t.Links {
		e, err := v.Event(l.Event)
		if err != nil {
			return nil, err
		}
		out = append(out, e.Members[0])
	}
	return out, nil
}

// pin puts a story with the stories that an event is about: its first and the one that heads it.
func pin(out *cluster.Override, v *store.Snapshot, list []object) error {
	switch {
	case len(list) == 1 && list[0].story != nil || len(list) == 2 && list[0].story != nil && list[1].event != nil:
		e, err := eventOf(v, list[0].story)
		if len(list) == 2 {
			e, err = list[1].event, nil
		}
		if err != nil {
			return err
		}
		out.A = []string{list[0].story.ID}
		out.B = without([]string{e.Members[0], e.Representative}, out.A)
		if len(out.B) == 0 {
			out.B = without(e.Members, out.A)
		}
		if len(out.B) == 0 {
			return unorderly("story %s is alone in its event", list[0].story.ID)
		}
	case len(list) == 2 && list[0].event != nil && list[1].thread != nil:
		founders, err := standing(v, list[1].thread)
		if err != nil {
			return err
		}
		out.Level = constraint.Thread
		out.A = list[0].event.Members[:1]
		if out.B = without(founders, out.A); len(out.B) == 0 {
			return unorderly("event %s is the only one of thread %s", list[0].id, list[1].id)
		}
		out.B = out.B[:1]
	default:
		return unorderly("pin takes a story, a story and an event, or an event and a thread")
	}
	return nil
}

func forbid(out *cluster.Override, v *store.Snapshot, list []object) error {
	if len(list) != 2 {
		return unorderly("forbid takes two stories, events or threads")
	}
	if list[0].thread != nil || list[1].thread != nil {
		out.Level = constraint.Thread
	}
	side := func(x *object) ([]string, error) {
		switch {
		case x.story != nil:
			return []string{x.story.ID}, nil
		case x.event != nil && out.Level == constraint.Thread:
			return x.event.Members[:1], nil
		case x.event != nil:
			return x.event.Members, nil
		}
		return standing(v, x.thread)
	}
	var err error
	if out.A, err = side(&list[0]); err != nil {
		return err
	}
	if out.B, err = side(&list[1]); err != nil {
		return err
	}
	// A story that is to leave the event that it is in takes its copies along, and an event its thread nothing of its own.
	switch {
	case list[0].story != nil && list[1].event != nil:
		out.A, err = leaving(v, list[1].event, out.A)
	case list[1].story != nil && list[0].event != nil:
		out.B, err = leaving(v, list[0].event, out.B)
	}
	if err != nil {
		return err
	}
	if list[0].story == nil || list[1].story == nil {
		if list[1].story != nil || list[1].event != nil && list[0].thread != nil {
			out.A = without(out.A, out.B)
		} else {
			out.B = without(out.B, out.A)
		}
	}
	if len(out.A) == 0 || len(out.B) == 0 || slices.Equal(out.A, out.B) {
		return unorderly("there is nothing to keep apart in %s and %s", list[0].id, list[1].id)
	}
	return nil
}

// leaving adds the copies that a story has in an event.
func leaving(v *store.Snapshot, e *cluster.Event, stories []string) ([]string, error) {
	copies, err := copiesIn(v, e, stories)
	if err != nil {
		return nil, err
	}
	return append(slices.Clone(stories), copies...), nil
}

func merge(out *cluster.Override, v *store.Snapshot, list []object) error {
	if len(list) < 2 || slices.ContainsFunc(list, func(x object) bool { return x.story != nil || x.what() != list[0].what() }) {
		return unorderly("merge takes two or more events, or two or more threads")
	}
	for i, x := range list {
		stories := []string(nil)
		if x.event != nil {
			stories = x.event.Members
		} else {
			out.Level = constraint.Thread
			var err error
			if stories, err = standing(v, x.thread); err != nil {
				return err
			}
		}
		if i == 0 {
			out.A = slices.Clone(stories)
		} else {
			out.B = append(out.B, stories...)
		}
	}
	if out.B = without(out.B, out.A); len(out.B) == 0 {
		return unorderly("%s and %s are one already", list[0].id, list[1].id)
	}
	return nil
}

func split(out *cluster.Override, v *store.Snapshot, list []object) error {
	if len(list) < 2 || list[0].story != nil {
		return unorderly("split takes an event and some of its stories, or a thread and some of its events")
	}
	from := list[0]
	var all []string
	for _, x := range list[1:] {
		switch {
		case from.event != nil && x.story != nil && slices.Contains(from.event.Members, x.story.ID):
			out.A = append(out.A, x.story.ID)
		case from.thread != nil && x.event != nil && x.event.Thread == from.thread.ID:
			out.A = append(out.A, x.event.Members[0])
		default:
			return unorderly("%s is not in %s %s", x.id, from.what(), from.id)
		}
	}
	var err error
	if from.event != nil {
		all = from.event.Members
		if out.A, err = copiesIn(v, from.event, out.A); err != nil {
			return err
		}
	} else {
		out.Level = constraint.Thread
		if all, err = standing(v, from.thread); err != nil {
			return err
		}
	}
	if out.B = without(all, out.A); len(out.B) == 0 {
		return unorderly("that is all of %s %s: nothing would be left of it", from.what(), from.id)
	}
	return nil
}

func rename(out *cluster.Override, list []object) error {
	if len(list) != 1 || list[0].story != nil || out.Title == "" {
		return unorderly("rename takes an event or a thread, and a title")
	}
	if list[0].thread != nil {
		out.Level = constraint.Thread
	}
	out.Objects = []string{list[0].id}
	return nil
}

// without returns what is in a list and not in another, in its order.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(other, id) })
}
