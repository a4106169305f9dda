package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// verdict is what an attempt has come to.
type verdict int

const (
	delivered verdict = iota
	failed            // may pass: the network, 408, 429, 5xx
	refused           // will hardly pass: redirects and other 4xx
	gone              // the endpoint wants no more
)

// answer is how an attempt ended.
type answer struct {
	verdict verdict
	reason  string        // empty when delivered
	after   time.Duration // that the endpoint asks to be left alone
}

const (
	drained       = 64 << 10 // of an answer, so that its connection can be used again
	excerpted     = 4 << 10
	longestAfter  = 24 * time.Hour
	longestReason = 300
)

// send makes one attempt.
func send(ctx context.Context, c *http.Client, e *Endpoint, id string, attempt int, body []byte, now func() time.Time) answer {
	secrets, err := e.Secrets()
	if err != nil {
		return answer{verdict: failed, reason: err.Error()}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, e.Timeout, fmt.Errorf("no answer within %s", e.Timeout))
	defer cancel()
	a, err := post(ctx, c, e.URL, id, attempt, body, secrets, now)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the address
		}
		return answer{verdict: failed, reason: clip(err.Error())}
	}
	return a
}

func post(ctx context.Context, c *http.Client, to, id string, attempt int, body []byte, secrets []string, now func() time.Time) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "samestory")
	req.Header.Set(DeliveryHeader, id)
	req.Header.Set(AttemptHeader, strconv.Itoa(attempt))
	req.Header.Set(SignatureHeader, Sign(secrets, now(), body))
	res, err := c.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close() //nolint:errcheck // there is nothing left to do with it
	a := answer{verdict: judge(res.StatusCode)}
	if a.verdict == delivered {
		// The status is the answer; whatever follows is read for the sake of the connection only.
		_, _ = io.CopyN(io.Discard, res.Body, drained)
		return a, nil
	}
	said, _ := io.ReadAll(io.LimitReader(res.Body, excerpted))
	a.after = retryAfter(res.Header.Get("Retry-After"), now())
	a.reason = strings.TrimSpace(fmt.Sprintf("the endpoint answers %d %s", res.StatusCode, http.StatusText(res.StatusCode)))
	if res.StatusCode/100 == 3 {
		a.reason += "; redirects are not followed"
	} else if text := strings.TrimSpace(string(said)); text != "" {
		a.reason += ": " + text
	}
	a.reason = clip(a.reason)
	return a, nil
}

// judge reads the status of an answer.
func judge(status int) verdict {
	switch {
	case status/100 == 2:
		return delivered
	case status == http.StatusGone:
		return gone
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status == http.StatusTooEarly:
		return failed
	case status/100 == 3, status/100 == 4:
		return refused
	}
	return failed
}

// retryAfter reads seconds or a date; 0 where there is neither.
func retryAfter(value string, now time.Time) time.Duration {
	var after time.Duration
	if seconds, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
		after = time.Duration(min(max(seconds, 0), int(longestAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		after = at.Sub(now)
	}
	return min(max(after, 0), longestAfter)
}

// clip brings what a server said onto one line of bounded length.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if r := []rune(s); len(r) > longestReason {
		s = string(r[:longestReason]) + "..."
	}
	return s
}
