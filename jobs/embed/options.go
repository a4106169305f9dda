package embed

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// Options say which model is asked, and how.
type Options struct {
	URL        string // of the server; /v1/embeddings is added to one that does not end in it
	Model      string
	Key        string        // sent as a bearer token; empty: none
	Prefix     string        // put before every text, as some models want
	Dimensions int           // asked of the model; 0: its own
	Text       int           // bytes of a text that are sent, from its beginning
	Batch      int           // texts in a request
	Concurrent int           // requests at a time
	Timeout    time.Duration // of one request
	Deadline   time.Duration // of all the requests of one tick, retries included
}

// DefaultOptions are those of a server on the same machine; URL and Model it cannot know.
func DefaultOptions() Options {
	return Options{Text: 2 << 10, Batch: 32, Concurrent: 2, Timeout: 20 * time.Second, Deadline: 30 * time.Second}
}

// ErrURL reports an address that no request can be sent to.
var ErrURL = errors.New(`expected an address such as "http://localhost:11434"`)

// Endpoint is the address that requests go to.
func Endpoint(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", ErrURL
	}
	path := strings.TrimRight(u.Path, "/")
	switch {
	case strings.HasSuffix(path, "/embeddings"):
	case strings.HasSuffix(path, "/v1"):
		path += "/embeddings"
	default:
		path += "/v1/embeddings"
	}
	u.Path = path
	return u.String(), nil
}

// Name tells apart whatever gives other embeddings of the same text. The address is no part of it: a model may move.
func (o *Options) Name() string {
	return fmt.Sprintf("%s\x00%d\x00%d\x00%s", o.Model, o.Dimensions, o.Text, o.Prefix)
}

// Input is what is sent of a story: title and the beginning of the text, cut between characters and, where there is a
// space near, between words.
func (o *Options) Input(title, text string) string {
	s := strings.ToValidUTF8(strings.TrimSpace(strings.TrimSpace(title)+"\n\n"+strings.TrimSpace(text)), "\uFFFD")
	if len(s) > o.Text {
		end := o.Text
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
		if space := strings.LastIndexAny(s, " \n\t"); space > end-end/4 {
			s = s[:space]
		}
	}
	return o.Prefix + s
}
