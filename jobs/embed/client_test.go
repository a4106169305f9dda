package embed

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster/event"
)

func TestTextsAreSentInBatchesAndComeBackInOrder(t *testing.T) {
	s := serve(t, func(_ int, w http.ResponseWriter, r request) bool {
		time.Sleep(20 * time.Millisecond)
		// Backwards, with the right numbers.
		var data []map[string]any
		for i := len(r.Input) - 1; i >= 0; i-- {
			data = append(data, map[string]any{"index": i, "embedding": numbersOf(r.Input[i])})
		}
		json.NewEncoder(w).Encode(map[string]any{"data": data})
		return true
	})
	c := clientOf(t, s.URL, func(o *Options) { o.Batch, o.Concurrent = 10, 3 })
	texts := textsOf(95)
	list, err := c.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range list {
		want, err := event.NewEmbedding(numbersOf(texts[i]))
		if err != nil {
			t.Fatal(err)
		}
		if !e.Equal(want) {
			t.Errorf("text %d has the embedding of another", i)
		}
	}
	if requests, sent := s.sent(); requests != 10 || sent != 95 {
		t.Errorf("%d requests with %d texts", requests, sent)
	}
	if most := s.most.Load(); most < 2 || most > 3 {
		t.Errorf("%d requests at a time", most)
	}
}

func TestWhatIsAsked(t *testing.T) {
	var header http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		body, _ := io.ReadAll(r.Body)
		if want := `{"model":"m","input":["cluster: A title\n\nA text"],"dimensions":3}`; string(body) != want {
			t.Errorf("the request is %s", body)
		}
		answerWith(w, []string{"x"}, func(int) any { return []float64{1, 2, 3} })
	}))
	defer s.Close()
	c := clientOf(t, s.URL, func(o *Options) { o.Key, o.Dimensions, o.Prefix = "secret", 3, "cluster: " })
	if _, err := c.Embed(t.Context(), []string{c.Options().Input(" A title", "A text\n")}); err != nil {
		t.Fatal(err)
	}
	if got := header.Get("Authorization"); got != "Bearer secret" {
		t.Errorf("authorization is %q", got)
	}
}

func TestInputIsCutBetweenCharactersAndWords(t *testing.T) {
	for _, c := range []struct{ title, text, want string }{
		{"Title", "Text", "Title\n\nText"},
		{"", "Text", "Text"},
		{"Title", "", "Title"},
		{"Four words of eleven", "and a rest", "Four words of eleven\n\nand a"},
		{"字字字字字字字字字字字字", "", "字字字字字字字字字字"},
		{"bad \xff byte", "", "bad \uFFFD byte"},
	} {
		o := Options{Text: 30}
		if got := o.Input(c.title, c.text); got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.title, c.text, got, c.want)
		}
	}
}

func TestEndpoint(t *testing.T) {
	for address, want := range map[string]string{
		"http://localhost:11434":                "http://localhost:11434/v1/embeddings",
		"http://localhost:11434/":               "http://localhost:11434/v1/embeddings",
		"https://api.example/v1":                "https://api.example/v1/embeddings",
		"https://api.example/x/v1/embeddings":   "https://api.example/x/v1/embeddings",
		"https://api.example/embeddings?v=2024": "https://api.example/embeddings?v=2024",
		"localhost:11434":                       "", "ftp://x": "", "http://": "", "": "", "http://[::1": "",
	} {
		got, err := Endpoint(address)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", address, got, err)
		}
	}
}

// An answer is believed whole or not at all.
func TestUnusableAnswers(t *testing.T) {
	float32s := func(numbers ...float32) string {
		var b []byte
		for _, x := range numbers {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
		return base64.StdEncoding.EncodeToString(b)
	}
	for name, body := range map[string]string{
		"no JSON":                  `embeddings`,
		"cut JSON":                 `{"data":[{"index":0,"embedding":[1,2`,
		"an error in its place":    `{"error":"model is loading"}`,
		"too few":                  `{"data":[{"index":0,"embedding":[1,2]}]}`,
		"too many":                 `{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1]},{"index":2,"embedding":[1]}]}`,
		"the same number twice":    `{"data":[{"index":1,"embedding":[1,2]},{"index":1,"embedding":[1,2]}]}`,
		"a number out of range":    `{"data":[{"index":0,"embedding":[1,2]},{"index":2,"embedding":[1,2]}]}`,
		"a number below zero":      `{"data":[{"index":0,"embedding":[1,2]},{"index":-1,"embedding":[1,2]}]}`,
		"only one numbered":        `{"data":[{"index":0,"embedding":[1,2]},{"embedding":[1,2]}]}`,
		"two lengths":              `{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":[1,2,3]}]}`,
		"empty":                    `{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}]}`,
		"zeros":                    `{"data":[{"index":0,"embedding":[0,0]},{"index":1,"embedding":[1,2]}]}`,
		"null for a number":        `{"data":[{"index":0,"embedding":[1,null]},{"index":1,"embedding":[1,2]}]}`,
		"null for all":             `{"data":[{"index":0,"embedding":null},{"index":1,"embedding":[1,2]}]}`,
		"missing":                  `{"data":[{"index":0},{"index":1,"embedding":[1,2]}]}`,
		"words":                    `{"data":[{"index":0,"embedding":["a"]},{"index":1,"embedding":[1,2]}]}`,
		"a number beyond floats":   `{"data":[{"index":0,"embedding":[1e999,1]},{"index":1,"embedding":[1,2]}]}`,
		"NaN":                      `{"data":[{"index":0,"embedding":[NaN,1]},{"index":1,"embedding":[1,2]}]}`,
		"base64 with NaN":          `{"data":[{"index":0,"embedding":"` + float32s(1, float32(math.NaN())) + `"},{"index":1,"embedding":[1,2]}]}`,
		"base64 with infinity":     `{"data":[{"index":0,"embedding":"` + float32s(float32(math.Inf(1)), 1) + `"},{"index":1,"embedding":[1,2]}]}`,
		"base64 of no whole float": `{"data":[{"index":0,"embedding":"AAAA"},{"index":1,"embedding":[1,2]}]}`,
		"no base64":                `{"data":[{"index":0,"embedding":"?"},{"index":1,"embedding":[1,2]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(_ int, w http.ResponseWriter, _ request) bool {
				io.WriteString(w, body)
				return true
			})
			list, err := clientOf(t, s.URL, nil).Embed(t.Context(), []string{"a", "b"})
			if !errors.Is(err, ErrAnswer) || got(list) != 0 || len(list) != 2 {
				t.Errorf("%d embeddings, error %v", got(list), err)
			}
			if requests, _ := s.sent(); requests != 1 {
				t.Errorf("asked %d times for the same nonsense", requests)
			}
		})
	}
}

func TestAnswersInOtherForms(t *testing.T) {
	var b []byte
	for _, x := range []float32{1, -2, .5} {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	want, err := event.NewEmbedding([]float64{1, -2, .5})
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"base64":        `{"data":[{"index":0,"embedding":"` + base64.StdEncoding.EncodeToString(b) + `"}]}`,
		"no numbering":  `{"data":[{"embedding":[1,-2,0.5]}]}`,
		"more than all": `{"id":"x","data":[{"index":0,"embedding":[1.0,-2.0e0,0.5],"object":"embedding"}],"usage":{"total_tokens":3}}`,
	} {
		s := serve(t, func(_ int, w http.ResponseWriter, _ request) bool {
			io.WriteString(w, body)
			return true
		})
		list, err := clientOf(t, s.URL, nil).Embed(t.Context(), []string{"a"})
		if err != nil || !list[0].Equal(want) {
			t.Errorf("%s: %v, %v", name, list[0], err)
		}
	}
}

// The number of dimensions cannot change while a client lives.
func TestDimensionsStayAsTheyAre(t *testing.T) {
	s := serve(t, func(n int, w http.ResponseWriter, r request) bool {
		answerWith(w, r.Input, func(int) any { return make3(2 + n) })
		return true
	})
	c := clientOf(t, s.URL, nil)
	if list, err := c.Embed(t.Context(), []string{"a"}); err != nil || list[0].Dimensions() != 3 {
		t.Fatalf("%v, %v", list, err)
	}
	if list, err := c.Embed(t.Context(), []string{"b"}); !errors.Is(err, ErrAnswer) || list[0] != nil {
		t.Errorf("%v, %v", list, err)
	}
	fixed := clientOf(t, s.URL, func(o *Options) { o.Dimensions = 512 })
	if list, err := fixed.Embed(t.Context(), []string{"c"}); !errors.Is(err, ErrAnswer) || list[0] != nil {
		t.Errorf("asked for 512: %v, %v", list, err)
	}
}

func make3(n int) []float64 {
	numbers := make([]float64, n)
	for i := range numbers {
		numbers[i] = 1
	}
	return numbers
}

// What may pass is tried again, with the pause that the server asks for.
func TestTriesAgain(t *testing.T) {
	for name, wish := range map[string]func(n int, w http.ResponseWriter, r request) bool{
		"500": func(n int, w http.ResponseWriter, _ request) bool {
			if n <= 2 {
				http.Error(w, "out of memory", http.StatusInternalServerError)
			}
			return n <= 2
		},
		"429": func(n int, w http.ResponseWriter, _ request) bool {
			if n == 1 {
				w.Header().Set("Retry-After", "1")
				http.Error(w, "slow down", http.StatusTooManyRequests)
			}
			return n == 1
		},
		"429 until a date": func(n int, w http.ResponseWriter, _ request) bool {
			if n == 1 {
				w.Header().Set("Retry-After", time.Now().Add(2*time.Second).UTC().Format(http.TimeFormat))
				http.Error(w, "slow down", http.StatusTooManyRequests)
			}
			return n == 1
		},
		"a cut answer": func(n int, w http.ResponseWriter, _ request) bool {
			if n == 1 {
				w.Header().Set("Content-Length", "5000")
				io.WriteString(w, `{"data":[`)
			}
			return n == 1
		},
		"a connection that breaks": func(n int, w http.ResponseWriter, _ request) bool {
			if n == 1 {
				panic(http.ErrAbortHandler)
			}
			return n == 1
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, wish)
			began := time.Now()
			list, err := clientOf(t, s.URL, nil).Embed(t.Context(), []string{"a", "b"})
			if err != nil || got(list) != 2 {
				t.Errorf("%d embeddings, error %v", got(list), err)
			}
			if took := time.Since(began); strings.HasPrefix(name, "429") && took < 900*time.Millisecond {
				t.Errorf("asked again after %s", took)
			}
		})
	}
}

func TestGivesUp(t *testing.T) {
	refused := httptest.NewServer(http.NotFoundHandler())
	refused.Close()
	s := serve(t, func(_ int, w http.ResponseWriter, _ request) bool {
		http.Error(w, "no\n\tsuch  model\x00", http.StatusBadGateway)
		return true
	})
	slow := serve(t, func(_ int, w http.ResponseWriter, _ request) bool {
		time.Sleep(time.Second)
		return false
	})
	later := serve(t, func(_ int, w http.ResponseWriter, _ request) bool {
		w.Header().Set("Retry-After", "60")
		http.Error(w, "busy", http.StatusTooManyRequests)
		return true
	})
	for _, c := range []struct {
		name, url string
		change    func(*Options)
		want      string
		atMost    time.Duration
	}{
		{"nobody there", refused.URL, nil, "connection refused", 8 * time.Second},
		{"always 502", s.URL, nil, "the server answers 502 Bad Gateway: no such model", 8 * time.Second},
		{"slow answers", slow.URL, func(o *Options) { o.Timeout = 100 * time.Millisecond }, "no answer within 100ms", 8 * time.Second},
		{"slow server", slow.URL, func(o *Options) { o.Deadline, o.Concurrent = 200*time.Millisecond, 1 }, "no time left for the rest: 200ms are over", 900 * time.Millisecond},
		{"pause beyond the deadline", later.URL, nil, "429 Too Many Requests: busy", 5 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			list, err := clientOf(t, c.url, c.change).Embed(t.Context(), textsOf(64))
			if err == nil || !strings.Contains(err.Error(), c.want) || got(list) != 0 {
				t.Errorf("%d embeddings, error %v", got(list), err)
			}
			if took := time.Since(began); took > c.atMost {
				t.Errorf("took %s", took)
			}
		})
	}
}

// A deadline cuts off the rest, and keeps what has come until then.
func TestDeadlineKeepsWhatHasCome(t *testing.T) {
	s := serve(t, func(_ int, _ http.ResponseWriter, _ request) bool {
		time.Sleep(60 * time.Millisecond)
		return false
	})
	c := clientOf(t, s.URL, func(o *Options) { o.Batch, o.Concurrent, o.Deadline = 5, 1, 400*time.Millisecond })
	began := time.Now()
	list, err := c.Embed(t.Context(), textsOf(500))
	if n := got(list); !errors.Is(err, ErrDeadline) || n == 0 || n == 500 {
		t.Errorf("%d embeddings, error %v", n, err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %s", took)
	}
	if err := c.breaker.check(); err != nil {
		t.Errorf("a server that is only slow is left alone: %v", err)
	}
}

// A text that a model cannot take costs itself and not its batch.
func TestOneTextTooLong(t *testing.T) {
	for _, status := range []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity} {
		s := serve(t, func(_ int, w http.ResponseWriter, r request) bool {
			for _, text := range r.Input {
				if text == "too long" {
					http.Error(w, "input is longer than 512 tokens", status)
					return true
				}
			}
			return false
		})
		texts := textsOf(32)
		texts[5] = "too long"
		list, err := clientOf(t, s.URL, nil).Embed(t.Context(), texts)
		if got(list) != 31 || list[5] != nil || err == nil || !strings.Contains(err.Error(), "512 tokens") {
			t.Errorf("%d: %d embeddings, error %v", status, got(list), err)
		}
	}
}

// Of an endless answer only a part is read.
func TestHugeAnswer(t *testing.T) {
	var written atomic.Int64
	s := serve(t, func(_ int, w http.ResponseWriter, _ request) bool {
		block := []byte(strings.Repeat(" ", 1<<16))
		for range 1 << 12 {
			n, err := w.Write(block)
			written.Add(int64(n))
			if err != nil {
				return true
			}
		}
		return true
	})
	list, err := clientOf(t, s.URL, nil).Embed(t.Context(), []string{"a"})
	if !errors.Is(err, ErrAnswer) || got(list) != 0 {
		t.Errorf("%d embeddings, error %v", got(list), err)
	}
	s.Close()
	if n := written.Load(); n > 32<<20 {
		t.Errorf("%d bytes of the answer were taken", n)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var asked atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer other.Close()
	s := serve(t, func(_ int, w http.ResponseWriter, _ request) bool {
		w.Header().Set("Location", other.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
		return true
	})
	_, err := clientOf(t, s.URL, func(o *Options) { o.Key = "secret" }).Embed(t.Context(), []string{"a"})
	if status, ok := errors.AsType[*StatusError](err); !ok || status.Status != 307 || asked.Load() != 0 {
		t.Errorf("error %v, the other was asked %d times", err, asked.Load())
	}
}

func TestKeyIsInNoError(t *testing.T) {
	s := serve(t, func(_ int, w http.ResponseWriter, _ request) bool {
		http.Error(w, "unknown key sk-secret-1", http.StatusUnauthorized)
		return true
	})
	_, err := clientOf(t, s.URL, func(o *Options) { o.Key = "sk-secret-1" }).Embed(t.Context(), []string{"a"})
	if err == nil || strings.Contains(err.Error(), "sk-secret-1") || !strings.Contains(err.Error(), "401") {
		t.Errorf("error %v", err)
	}
}

func TestOptionsOutOfRange(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"no model": func(o *Options) { o.Model = "" }, "no address": func(o *Options) { o.URL = "" },
		"no batch": func(o *Options) { o.Batch = 0 }, "no time": func(o *Options) { o.Deadline = 0 },
	} {
		o := DefaultOptions()
		o.URL, o.Model = "http://localhost", "m"
		change(&o)
		if _, err := New(o, time.Now); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
