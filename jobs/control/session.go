package control

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// Request is what a caller asks for.
type Request struct {
	Release string   `json:"release"` // of the caller's program
	Args    []string `json:"args"`
	Dir     string   `json:"dir"`  // the caller's working directory, absolute
	User    string   `json:"user"` // whose orders these are, for the journal
	Out     Terminal `json:"out"`  // standard output
	Err     Terminal `json:"err"`  // standard error
}

// Terminal says whether a stream goes to one.
type Terminal struct {
	Is    bool `json:"is"`
	Width int  `json:"width"` // columns, where it is one
}

// Session is a verb that a daemon carries out for a caller.
type Session struct {
	Request
	Stdin          io.Reader
	Stdout, Stderr *Output

	conn   net.Conn
	box    *outbox
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when the caller has gone, or nothing more is wanted of it
	input  chan chunk
	vars   chan string
	asking sync.Mutex
}

// Reasons why the context of a session ends, see context.Cause.
var (
	// ErrLeft: the caller asked for the end, or went away.
	ErrLeft = errors.New("the caller has left")
	// ErrStopping: the daemon ends.
	ErrStopping = errors.New("the daemon is stopping")
)

// chunk is what came of standard input.
type chunk struct {
	data []byte
	err  error
}

func newSession(r Request, conn net.Conn, cancel context.CancelCauseFunc) *Session {
	s := &Session{
		Request: r, conn: conn, cancel: cancel, done: make(chan struct{}), input: make(chan chunk, 1), vars: make(chan string, 1),
	}
	s.box = newOutbox(conn, func(error) { cancel(ErrLeft) })
	s.Stdin = &stdin{s: s}
	s.Stdout, s.Stderr = &Output{s.box, frameOut, r.Out}, &Output{s.box, frameErr, r.Err}
	return s
}

// listen takes what the caller sends, until it has gone.
func (s *Session) listen(r *bufio.Reader) {
	defer close(s.done)
	defer s.cancel(ErrLeft)
	for {
		kind, content, err := readFrame(r)
		if err != nil {
			return
		}
		switch kind {
		case frameIn:
			s.answer(chunk{data: content})
		case frameEnd:
			if len(content) > 0 {
				s.answer(chunk{err: errors.New(string(content))})
			} else {
				s.answer(chunk{err: io.EOF})
			}
		case frameVar:
			select {
			case s.vars <- string(content):
			default: // nobody has asked
			}
		case frameLeave:
			s.cancel(ErrLeft)
		default:
			return
		}
	}
}

// answer hands over what was asked for; what nobody has asked for is dropped, so that no caller can fill our memory.
func (s *Session) answer(c chunk) {
	select {
	case s.input <- c:
	default:
	}
}

// Getenv reads a variable of the caller's environment; empty where it has none, or the caller has gone.
func (s *Session) Getenv(name string) string {
	s.asking.Lock()
	defer s.asking.Unlock()
	if err := s.box.send(frameAsk, []byte(name)); err != nil {
		return ""
	}
	select {
	case value := <-s.vars:
		return value
	case <-s.done:
		return ""
	}
}

// end sends the exit code and waits until it has been read, or the caller has gone.
func (s *Session) end(code int) {
	_ = s.box.send(frameExit, []byte{byte(code)})
	s.box.close()
	_ = s.conn.Close()
}

// Output is a stream that the caller prints.
type Output struct {
	box  *outbox
	kind byte
	term Terminal
}

// Write implements io.Writer. It fails once the caller has gone.
func (o *Output) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := o.box.send(o.kind, p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Terminal tells whether the caller prints the stream on a terminal, and how wide that is.
func (o *Output) Terminal() (width int, ok bool) { return o.term.Width, o.term.Is }

// stdin is the caller's standard input. The caller reads it when the verb does: who calls verbs in a loop over lines of its
// own input wants to keep these.
type stdin struct {
	s    *Session
	rest []byte
	err  error
}

// Read implements io.Reader.
func (i *stdin) Read(p []byte) (int, error) {
	if len(i.rest) == 0 && i.err == nil && len(p) > 0 {
		if i.err = i.s.box.send(frameWant, binary.BigEndian.AppendUint32(nil, uint32(min(len(p), maxFrame)))); i.err == nil {
			select {
			case c := <-i.s.input:
				i.rest, i.err = c.data, c.err
			case <-i.s.done:
				i.err = fmt.Errorf("read standard input: %w", ErrLeft)
			}
		}
	}
	if len(i.rest) == 0 {
		return 0, i.err
	}
	n := copy(p, i.rest)
	i.rest = i.rest[n:]
	return n, nil
}
