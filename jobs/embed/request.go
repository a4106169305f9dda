package embed

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/samestory/samestory/cluster/event"
)

// StatusError is an answer with another status than 200.
type StatusError struct {
	Status int
	Text   string // the beginning of what the server said
	After  time.Duration
}

func (e *StatusError) Error() string {
	s := fmt.Sprintf("the server answers %d %s", e.Status, http.StatusText(e.Status))
	if e.Text != "" {
		s += ": " + e.Text
	}
	return s
}

// again tells whether the same request may succeed a little later.
func again(err error) bool {
	if status, ok := errors.AsType[*StatusError](err); ok {
		switch status.Status {
		case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return false
	}
	return !errors.Is(err, ErrAnswer)
}

// divisible tells whether a part of the texts may succeed where all of them did not: one may be too long for the model,
// or they may be too many.
func divisible(err error) bool {
	status, ok := errors.AsType[*StatusError](err)
	return ok && (status.Status == http.StatusBadRequest || status.Status == http.StatusRequestEntityTooLarge ||
		status.Status == http.StatusUnprocessableEntity)
}

// hopeless tells whether every other request will fail alike: a wrong key, a wrong model, a wrong address.
func hopeless(err error) bool {
	_, ok := errors.AsType[*StatusError](err)
	return ok && !again(err) && !divisible(err)
}

type request struct {
	Model      string   `json:"model"`
	Input      []string `json:"input"`
	Dimensions int      `json:"dimensions,omitempty"`
}

// ask sends one request, once.
func (c *Client) ask(ctx context.Context, texts []string) ([]*event.Embedding, error) {
	body, err := json.Marshal(request{c.o.Model, texts, c.o.Dimensions})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.o.Timeout, fmt.Errorf("no answer within %s", c.o.Timeout))
	defer cancel()
	out, err := c.send(ctx, body, len(texts))
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return out, err
}

func (c *Client) send(ctx context.Context, body []byte, n int) (out []*event.Embedding, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if c.o.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.o.Key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = cmp.Or(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(res.Body, 4<<10)) // of an answer that failed anyway
		return nil, &StatusError{res.StatusCode, c.excerpt(said), c.retryAfter(res.Header.Get("Retry-After"))}
	}
	return readAnswer(res.Body, n)
}

// excerpt is the beginning of what a server said, on one line and without the key.
func (c *Client) excerpt(said []byte) string {
	s := strings.ToValidUTF8(string(said), "\uFFFD")
	if c.o.Key != "" {
		s = strings.ReplaceAll(s, c.o.Key, "***")
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	const most = 200
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "..."
	}
	return s
}

// retryAfter reads seconds or a date; 0 where there is neither.
func (c *Client) retryAfter(value string) time.Duration {
	if seconds, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
		return time.Duration(min(max(seconds, 0), 24*60*60)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(c.breaker.now()))
	}
	return 0
}
