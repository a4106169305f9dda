package store

import (
	"testing"

	"github.com/samestory/samestory/cluster"
)

// embeddingOf asks a store what a model made of a content.
func embeddingOf(t *testing.T, s *Store, model string, content [16]byte) *cluster.Embedding {
	t.Helper()
	v := s.View()
	defer v.Close()
	e, err := v.Embedding(model, content)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEmbeddingsAreKeptByModelAndContent(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	here, there := [16]byte{1}, [16]byte{2}
	if err := s.Commit(t.Context(), Batch{Embeddings: []Embedding{{Model: "m", Content: here, Value: anEmbedding()}}}); err != nil {
		t.Fatal(err)
	}
	if e := embeddingOf(t, s, "m", here); !e.Equal(anEmbedding()) {
		t.Errorf("came back as %v", e)
	}
	for name, e := range map[string]*cluster.Embedding{
		"another content": embeddingOf(t, s, "m", there), "another model": embeddingOf(t, s, "m2", here),
	} {
		if e != nil {
			t.Errorf("%s has an embedding", name)
		}
	}
	if err := s.Commit(t.Context(), Batch{Embeddings: []Embedding{{Model: "m", Content: there}}}); err == nil {
		t.Error("an empty embedding was stored")
	}
	if found, err := s.Check(t.Context()); err != nil || !found.OK() {
		t.Errorf("%+v, %v", found.Findings, err)
	}
}

// Embeddings go when no story has their text any more: here a version was superseded.
func TestMaintainDropsEmbeddingsOfTextsThatAreGone(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	story := aStory
	story.Text = "The strike of the ferries is over."
	content := story.ContentHash()
	place := cluster.Placement{Story: story.ID, Group: "g1"}
	commit := func(c cluster.StoryChange, list ...Embedding) {
		t.Helper()
		if err := s.Commit(t.Context(), Batch{Delta: &cluster.Delta{Stories: []cluster.StoryChange{c}}, Embeddings: list}); err != nil {
			t.Fatal(err)
		}
	}
	commit(cluster.StoryChange{Story: story, Placement: place, Features: []byte("f")},
		Embedding{Model: "old", Content: content, Value: anEmbedding()}, Embedding{Model: "new", Content: content, Value: anEmbedding()})
	if err := s.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, model := range []string{"old", "new"} {
		if embeddingOf(t, s, model, content) == nil {
			t.Errorf("model %s: the embedding of a stored text is gone", model)
		}
	}
	later := story
	later.Updated, later.Text = story.Updated.Add(1), "The strike of the ferries is over, the union says."
	commit(cluster.StoryChange{Story: later, Placement: place, Features: []byte("f")},
		Embedding{Model: "new", Content: later.ContentHash(), Value: anEmbedding()})
	if err := s.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if embeddingOf(t, s, "old", content) != nil || embeddingOf(t, s, "new", content) != nil {
		t.Error("the embeddings of the superseded text are still there")
	}
	if embeddingOf(t, s, "new", later.ContentHash()) == nil {
		t.Error("the embedding of the present text is gone")
	}
}
