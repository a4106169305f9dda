package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/event"
)

// Embedding is what a model made of a text. The store keeps it under the content of the text and the name of the model,
// so that no text is sent to one model twice, and what two models said is never taken for one thing.
type Embedding struct {
	Model   string   // whatever tells two models apart; kept as a hash
	Content [16]byte // cluster.Story.ContentHash of the text
	Value   *cluster.Embedding
}

// keyEmbedding puts the content first, so that all models of a text lie together.
func keyEmbedding(content [16]byte, model string) []byte {
	m := keyOf(model)
	return append(append([]byte{tabEmbedding}, content[:]...), m[:]...)
}

func encodeEmbedding(e *cluster.Embedding) []byte {
	return e.AppendBinary([]byte{codecVersion})
}

func decodeEmbedding(b []byte) (*cluster.Embedding, error) {
	r := newReader("embedding", b)
	if r.err != nil {
		return nil, r.err
	}
	e, err := event.DecodeEmbedding(r.b)
	if err != nil {
		return nil, corrupt("embedding: %v", err)
	}
	return e, nil
}

func (p *planner) embeddings(list []Embedding) error {
	for _, e := range list {
		if e.Value == nil {
			return invalid("an embedding of %s is empty", e.Model)
		}
		p.put(keyEmbedding(e.Content, e.Model), encodeEmbedding(e.Value))
	}
	return nil
}

// Embedding reads what a model made of a text; nil where it was not asked.
func (v *Snapshot) Embedding(model string, content [16]byte) (*cluster.Embedding, error) {
	value, err := v.get(keyEmbedding(content, model))
	if err != nil || value == nil {
		return nil, err
	}
	return decodeEmbedding(value)
}

func (c *checker) checkEmbeddings() error {
	return c.scan(tabEmbedding, func(key, value []byte) error {
		if len(key) != len(Embedding{}.Content)+len(storyKey{}) {
			return corrupt("%d bytes of key", len(key))
		}
		_, err := decodeEmbedding(value)
		return err
	})
}

// dropEmbeddings deletes the embeddings of texts that no story has any more: those of stories that have expired and of
// versions that were superseded. It holds 16 bytes a story in memory, and nothing where there are no embeddings.
func (s *Store) dropEmbeddings(ctx context.Context, v *Snapshot) error {
	any := false
	err := v.scan(tabEmbedding, nil, nil, func(_, _ []byte) (bool, error) {
		any = true
		return false, nil
	})
	if err != nil || !any {
		return err
	}
	live := make(map[[16]byte]bool)
	err = v.scan(tabMeta, nil, nil, func(_, value []byte) (bool, error) {
		m, err := decodeMeta(value)
		if err == nil && !m.expired {
			live[m.content] = true
		}
		return err == nil && ctx.Err() == nil, err
	})
	if err = errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	var stale [][]byte
	err = v.scan(tabEmbedding, nil, nil, func(key, _ []byte) (bool, error) {
		if content := [16]byte(key[:16]); !live[content] {
			stale = append(stale, append([]byte{tabEmbedding}, key...))
		}
		return true, nil
	})
	if err != nil || len(stale) == 0 {
		return err
	}
	// A commit since the snapshot may use one of them again: it is then asked for anew.
	s.commits.Lock()
	defer s.commits.Unlock()
	if err := s.failure(); err != nil {
		return err
	}
	batch := newBatch(s, StepForgotten)
	for _, key := range stale {
		if err := batch.add(op{key: key, delete: true}); err != nil {
			return fmt.Errorf("drop embeddings: %w", err)
		}
	}
	return errors.Join(batch.commit(), s.sync())
}
