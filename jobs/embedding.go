package jobs

import (
	"context"
	"fmt"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/embed"
	"github.com/samestory/samestory/store"
)

// embeddings gives stories their embeddings: from the store, or else from a model. Without a client it does nothing.
// Nothing that goes wrong here stops a job: a story without an embedding is judged by its words.
type embeddings struct {
	client *embed.Client
	model  string
	// fresh are those of the commit under way, which the store cannot answer for yet.
	fresh map[[16]byte]*cluster.Embedding
	done  store.RunEmbeddings // since drain was called last
	// missing are the texts of this run that could not be had so far: a settlement may make up for them.
	missing map[[16]byte]bool
}

// UseEmbeddings makes the desk ask a model for embeddings, and read those that it has made before. nil is none.
func (d *Desk) UseEmbeddings(client *embed.Client) {
	d.embeddings = embeddings{client: client}
	if client != nil {
		d.embeddings.model = client.Options().Name()
	}
}

// DrainEmbeddings returns what became of the embeddings since it was called last.
func (d *Desk) DrainEmbeddings() store.RunEmbeddings {
	done := d.embeddings.done
	d.embeddings.done = store.RunEmbeddings{}
	return done
}

// begin starts the counting of a run.
func (e *embeddings) begin() { e.missing, e.done = nil, store.RunEmbeddings{} }

// miss counts a text once in a run, and found takes it back.
func (e *embeddings) miss(content [16]byte) {
	if e.missing == nil {
		e.missing = make(map[[16]byte]bool)
	}
	if !e.missing[content] {
		e.missing[content] = true
		e.done.Missing++
	}
}

func (e *embeddings) found(content [16]byte) {
	if e.missing[content] {
		delete(e.missing, content)
		e.done.Missing--
	}
}

// wanted is a text that the model has to be asked about, with the stories that have it.
type wanted struct {
	content [16]byte
	input   string
	found   *cluster.Embedding
}

// attach gives the new stories of a batch their embeddings and returns those that the store does not have.
func (e *embeddings) attach(ctx context.Context, lib library, stories []cluster.Story) []store.Embedding {
	if e.client == nil {
		return nil
	}
	var ask []wanted
	at := make(map[[16]byte]int)
	contents := make([][16]byte, len(stories))
	for i := range stories {
		s := &stories[i]
		contents[i] = s.ContentHash()
		if seen, err := lib.Seen(s.ID, contents[i]); seen || err != nil {
			continue // an error is met again where it can be told
		}
		if s.Embedding = e.known(lib.Snapshot, contents[i]); s.Embedding != nil {
			e.done.Cached++
		} else if _, asked := at[contents[i]]; !asked {
			at[contents[i]] = len(ask)
			ask = append(ask, wanted{content: contents[i], input: e.client.Options().Input(s.Title, s.Text)})
		}
	}
	made := e.ask(ctx, ask)
	for i := range stories {
		if k, ok := at[contents[i]]; ok {
			stories[i].Embedding = ask[k].found
		}
	}
	return made
}

// single gives one story that is not to be stored its embedding.
func (e *embeddings) single(ctx context.Context, view *store.Snapshot, s cluster.Story) cluster.Story {
	if e.client == nil {
		return s
	}
	content := s.ContentHash()
	if s.Embedding = e.known(view, content); s.Embedding == nil {
		one := []wanted{{content: content, input: e.client.Options().Input(s.Title, s.Text)}}
		e.ask(ctx, one)
		s.Embedding = one[0].found
	}
	return s
}

// known looks an embedding up. What cannot be read counts as not there, and is made again.
func (e *embeddings) known(view *store.Snapshot, content [16]byte) *cluster.Embedding {
	if e.client == nil {
		return nil
	}
	if v := e.fresh[content]; v != nil {
		return v
	}
	v, err := view.Embedding(e.model, content)
	if err != nil {
		return nil
	}
	return v
}

// ask asks the model and counts what came of it.
func (e *embeddings) ask(ctx context.Context, list []wanted) []store.Embedding {
	inputs := make([]string, len(list))
	for i := range list {
		inputs[i] = list[i].input
	}
	found, reason := e.client.Embed(ctx, inputs)
	var made []store.Embedding
	for i, v := range found {
		if v == nil {
			e.miss(list[i].content)
			continue
		}
		e.found(list[i].content)
		list[i].found = v
		made = append(made, store.Embedding{Model: e.model, Content: list[i].content, Value: v})
	}
	e.done.Made += len(made)
	if reason != nil && e.done.Reason == "" {
		e.done.Reason = reason.Error()
	}
	return made
}

// committing remembers what the commit under way will bring into the store.
func (e *embeddings) committing(made []store.Embedding) {
	e.fresh = make(map[[16]byte]*cluster.Embedding, len(made))
	for _, m := range made {
		e.fresh[m.Content] = m.Value
	}
}

// fillDeadlines is how many times the deadline of a tick a settlement takes to make up for missing embeddings.
const fillDeadlines = 10

// fill gives the resident stories their embeddings that have none: what was there before embeddings were used, and what
// a failing server has left out. It belongs before a settlement, which judges everything anew anyway. The latest stories
// come first, and it ends early when the server does not answer.
func (d *Desk) fill(ctx context.Context) error {
	e := &d.embeddings
	if e.client == nil {
		return nil
	}
	missing := d.engine.Unembedded()
	if len(missing) == 0 {
		return nil
	}
	if err := d.Flush(); err != nil {
		return err
	}
	patience, cancel := context.WithTimeout(ctx, fillDeadlines*e.client.Options().Deadline)
	defer cancel()
	for len(missing) > 0 && patience.Err() == nil {
		n := min(chunkStories, len(missing))
		made, err := d.fillPart(patience, missing[:n])
		if err != nil {
			return err
		}
		missing = missing[n:]
		if !made {
			break
		}
	}
	for _, m := range missing {
		e.miss(m.Content)
	}
	return ctx.Err()
}

// fillPart fills in some stories; false where the model was asked and gave nothing.
func (d *Desk) fillPart(ctx context.Context, stories []cluster.Unembedded) (bool, error) {
	e := &d.embeddings
	view := d.view()
	defer view.Close()
	var ask []wanted
	at := make(map[[16]byte]int)
	for _, s := range stories {
		if v := e.known(view, s.Content); v != nil {
			d.engine.Embed(s.ID, v)
			e.done.Cached++
			e.found(s.Content)
			continue
		}
		if _, asked := at[s.Content]; asked {
			continue
		}
		title, text, err := view.Text(s.ID)
		if err != nil {
			return false, fmt.Errorf("look for embeddings: %w", err)
		}
		at[s.Content] = len(ask)
		ask = append(ask, wanted{content: s.Content, input: e.client.Options().Input(title, text)})
	}
	made := e.ask(ctx, ask)
	for _, s := range stories {
		if k, ok := at[s.Content]; ok && ask[k].found != nil {
			d.engine.Embed(s.ID, ask[k].found)
		}
	}
	if len(made) == 0 {
		return len(ask) == 0, nil
	}
	return true, d.store.Commit(context.WithoutCancel(ctx), store.Batch{Embeddings: made})
}
