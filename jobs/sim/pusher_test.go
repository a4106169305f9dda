package sim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/inbox"
	"github.com/samestory/samestory/jobs/push"
	"github.com/samestory/samestory/jobs/source"
)

// pushes are the stories that are pushed, beside the folders.
const pushes = "push"

// daemonAddress is where the daemon takes them in.
const daemonAddress = "samestory.example:80"

// most is how much the inbox holds: so little that on bad days it is full.
var most = inbox.Depth{Bytes: 64 << 10, Stories: 30}

// serve lets a daemon take in what is pushed.
func (w *world) serve(d *jobs.Daemon) error {
	box, err := inbox.Open(filepath.Join(w.db(), inbox.Folder), inbox.Options{
		Most: most, Segment: 512, Free: w.seams().Free, MinFree: 1, Clock: w.daemonsNow,
	})
	if err != nil {
		return err
	}
	w.box = box
	from := source.Options{Name: jobs.PushedInput, Language: text.Language}
	h, err := push.New(box, push.Options{Source: from, Wait: d.UntilTick, Clock: w.daemonsNow})
	if err != nil {
		return errors.Join(err, box.Close())
	}
	d.Push(box, from)
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	d.Attach(jobs.Part{
		Name: "http",
		Start: func(context.Context) error {
			l, err := w.net.listen(daemonAddress)
			if err != nil {
				return err
			}
			go func() { _ = server.Serve(l) }()
			return nil
		},
		Stop: func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			if server.Shutdown(ctx) != nil {
				return server.Close()
			}
			return nil
		},
	})
	return nil
}

// pusher delivers stories to the daemon until they are acknowledged.
type pusher struct {
	world  *world
	client *http.Client
	busy   atomic.Bool

	mu      sync.Mutex
	waiting []string // nobody has acknowledged them yet
	twice   int      // lines that were sent without an answer, so that they may be there and come again
	acked   []string
}

func newPusher(w *world) *pusher {
	return &pusher{world: w, client: &http.Client{
		Timeout: 90 * time.Second, Transport: &http.Transport{DialContext: w.net.dial, DisableKeepAlives: true},
	}}
}

func (p *pusher) add(lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = append(p.waiting, lines...)
}

// The ways of a pusher.
const (
	whole   = iota // as it should be
	dripped        // in many pieces
	given          // it gives up in the middle
	deaf           // the answer does not reach it
	ways
)

// push sends what waits, one delivery at a time, and is back before the answer is.
func (p *pusher) push(way int) {
	if p.busy.Swap(true) {
		return
	}
	p.mu.Lock()
	batch := p.waiting[:min(len(p.waiting), 12)]
	p.mu.Unlock()
	if len(batch) == 0 {
		p.busy.Store(false)
		return
	}
	go func() {
		defer p.busy.Store(false)
		p.deliver(batch, way)
	}()
}

func (p *pusher) deliver(batch []string, way int) {
	body := strings.Join(batch, "")
	var reader io.Reader = strings.NewReader(body)
	switch way {
	case dripped:
		reader = &dripping{text: body, piece: len(body)/9 + 1, pause: 2903 * time.Millisecond}
	case given:
		reader = &dripping{text: body, piece: len(body)/2 + 1, pause: 1303 * time.Millisecond, broken: true}
	}
	request, err := http.NewRequestWithContext(p.world.Context(), http.MethodPost, "http://"+daemonAddress+"/v1/stories", reader)
	if err != nil {
		p.world.Error(err)
		return
	}
	request.Header.Set("Content-Type", "application/x-ndjson")
	dead := &p.world.diary.dead
	var status int
	if response, err := p.client.Do(request); err == nil {
		status = response.StatusCode
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	word := http.StatusText(status)
	switch {
	case way == deaf:
		status, word = 0, "not listened"
	case status == 0:
		word = "no answer"
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	// What a process that was killed seems to have said did not reach anybody.
	if status == http.StatusAccepted && !dead.Load() {
		p.acked = append(p.acked, batch...)
		p.waiting = p.waiting[len(batch):]
		p.world.diary.say("pushed: %d lines", len(batch))
		return
	}
	p.twice += len(batch)
	p.world.diary.say("not pushed: %d lines, %s", len(batch), word)
	p.world.diary.tally("push: " + word)
}

// dripping is a body that comes in pieces.
type dripping struct {
	text   string
	piece  int
	pause  time.Duration
	broken bool // it ends with an error after the first piece
	read   int
}

func (d *dripping) Read(b []byte) (int, error) {
	if d.read > 0 {
		time.Sleep(d.pause)
		if d.broken {
			return 0, errors.New("the pusher gives up")
		}
	}
	if d.read == len(d.text) {
		return 0, io.EOF
	}
	n := copy(b, d.text[d.read:min(d.read+d.piece, len(d.text))])
	d.read += n
	return n, nil
}
