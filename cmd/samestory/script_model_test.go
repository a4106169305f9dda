package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// model CONFIG TOPICS starts a server of embeddings and writes a config that uses it. A line "topic: phrase" of TOPICS
// gives texts with that phrase the direction of the topic, and so texts of two phrases the same; a text without one has a
// direction of its own. With "!" the server answers every request with an error.
func model(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: model CONFIG TOPICS")
	}
	topics := make(map[string]string) // by phrase
	for line := range strings.Lines(ts.ReadFile(args[1])) {
		if topic, phrase, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			topics[phrase] = topic
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Input []string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || neg {
			http.Error(w, "the model does not feel well", http.StatusForbidden)
			return
		}
		var data []map[string]any
		for i, text := range in.Input {
			topic := text
			for phrase, name := range topics {
				if strings.Contains(text, phrase) {
					topic = name
				}
			}
			data = append(data, map[string]any{"index": i, "embedding": direction(topic)})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": data})
	}))
	ts.Defer(server.Close)
	config := fmt.Sprintf("[embeddings]\nurl = %q\nmodel = \"invented\"\n", server.URL)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(config), 0o644))
}

func direction(of string) []float64 {
	h := fnv.New64a()
	h.Write([]byte(of))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	numbers := make([]float64, 64)
	for i := range numbers {
		numbers[i] = 1 + r.NormFloat64()
	}
	return numbers
}
