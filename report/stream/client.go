package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/samestory/samestory/report"
)

const (
	// lookMost is how many entries one look into the journal goes through, so that a snapshot is not held for long;
	// frameMost and frameBytes bound what one finds.
	lookMost, frameMost, frameBytes = 5000, 200, 256 << 10
)

// The events that are no entries.
const (
	eventGap   = "gap"   // the journal does not hold what follows on the place of the client
	eventReset = "reset" // the place of the client lies behind the end of the journal
)

// client is one stream.
type client struct {
	*Handler
	w       http.ResponseWriter
	control *http.ResponseController
	place
	told uint64 // the last number that the client was given
}

// gap is the data of the events that are no entries.
type gap struct {
	Since  uint64 `json:"since"` // the place of the client
	Next   uint64 `json:"next"`  // what the stream goes on with
	Reason string `json:"reason"`
}

// begin writes how a stream opens. last is the end of the journal.
func (c *client) begin(last uint64) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "retry: %d\n\n", retry.Milliseconds())
	if c.seq > last {
		reason := "the journal ends before that number: the store is another one, or was restored from a backup"
		if err := frame(&b, last, eventReset, gap{c.seq, last + 1, reason}); err != nil {
			return err
		}
		c.seq, c.told = last, last
	}
	return c.write(b.Bytes())
}

// run tells entries until the client goes, does not read, or the handler ends.
func (c *client) run(ctx context.Context) {
	woken, leave := c.join()
	defer leave()
	often := c.o.Poll
	if c.o.Watch != nil {
		often = c.o.Heartbeat // in case
	}
	poll, beat := time.NewTicker(often), time.NewTicker(c.o.Heartbeat)
	defer poll.Stop()
	defer beat.Stop()
	for {
		for more := true; more; {
			var frames []byte
			var err error
			if frames, more, err = c.look(ctx); err != nil {
				return // also where the store is being closed
			}
			if err := c.write(frames); err != nil {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-c.ended:
				return
			default:
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-c.ended:
			return
		case <-woken:
		case <-poll.C:
		case <-beat.C:
			if err := c.write(c.alive()); err != nil {
				return
			}
		}
	}
}

// alive is a sign of life. It moves the place of a client for which there was nothing among what happened: an event
// without data is not told, but its id is kept.
func (c *client) alive() []byte {
	if c.seq == c.told {
		return []byte(":\n\n")
	}
	c.told = c.seq
	return fmt.Appendf(nil, ":\nid: %d\n\n", c.seq)
}

// look reads what comes behind the place, and moves it; more says that there may be more already.
func (c *client) look(ctx context.Context) (frames []byte, more bool, err error) {
	v := c.o.View()
	defer v.Close()
	var b bytes.Buffer
	seen, found := 0, 0
	for e, err := range v.Changes(c.seq, 0) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, false, err
		}
		if seen == lookMost || found == frameMost || b.Len() >= frameBytes {
			return b.Bytes(), true, nil
		}
		seen++
		if e.Seq != c.seq+1 {
			if err := frame(&b, e.Seq-1, eventGap, gap{c.seq, e.Seq, "the journal does not hold what lies between"}); err != nil {
				return nil, false, err
			}
			c.told = e.Seq - 1
		}
		c.seq = e.Seq
		if !c.passes(&e) {
			continue
		}
		found++
		c.told = e.Seq
		line, err := report.LineOf(v, &e)
		if err != nil {
			return nil, false, err
		}
		open(&b, e.Seq, e.Kind)
		if err := report.Write(&b, report.ChangesView{Changes: []report.ChangeLine{line}}, report.JSONL, report.Options{}); err != nil {
			return nil, false, fmt.Errorf("entry %d: %w", e.Seq, err)
		}
		b.WriteByte('\n')
	}
	return b.Bytes(), false, nil
}

// open begins an event; a line of JSON and an empty line end it.
func open(b *bytes.Buffer, id uint64, event string) {
	fmt.Fprintf(b, "id: %d\nevent: %s\ndata: ", id, event)
}

func frame(b *bytes.Buffer, id uint64, event string, data gap) error {
	open(b, id, event)
	if err := json.NewEncoder(b).Encode(data); err != nil {
		return err
	}
	b.WriteByte('\n')
	return nil
}

// write sends something, and gives the client so long to take it.
func (c *client) write(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	// In the place of that of the server, which is for answers that have an end. A writer without deadlines is not that of
	// a network.
	_ = c.control.SetWriteDeadline(time.Now().Add(c.o.Patience))
	if _, err := c.w.Write(b); err != nil {
		return err
	}
	return c.control.Flush()
}
