package control

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
)

// ErrVersion: the daemon does not speak this program's protocol.
var ErrVersion = errors.New("the daemon is of another version")

// ErrBusy: the daemon is stopping, or has too many callers.
var ErrBusy = errors.New("the daemon takes no more callers now")

// ErrLost: the daemon went away in the middle of a verb.
var ErrLost = errors.New("the daemon went away")

// Streams are what a caller lends to a verb.
type Streams struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
}

// Call lets the daemon at the other end of a connection carry out a verb, and returns its exit code. When ctx ends it asks
// for the end of the verb and waits for it. Its errors are ErrVersion, ErrBusy, ErrLost, and those of writing output.
func Call(ctx context.Context, conn net.Conn, r Request, io Streams) (code int, err error) {
	defer func() { _ = conn.Close() }()
	reader, err := request(conn, r)
	if err != nil {
		return 0, err
	}
	c := &caller{conn: conn, streams: io}
	stop := context.AfterFunc(ctx, func() { _ = c.send(frameLeave, nil) })
	defer stop()
	for {
		kind, content, err := readFrame(reader)
		if err != nil {
			return 0, fmt.Errorf("%w: %w", ErrLost, err)
		}
		switch kind {
		case frameOut:
			_, err = io.Stdout.Write(content)
		case frameErr:
			_, err = io.Stderr.Write(content)
		case frameWant:
			if len(content) != 4 {
				return 0, ErrVersion
			}
			// Beside this: what the verb prints meanwhile is not to wait for the input.
			go c.read(binary.BigEndian.Uint32(content))
		case frameAsk:
			err = c.send(frameVar, []byte(io.Getenv(string(content))))
		case frameExit:
			if len(content) != 1 {
				return 0, ErrVersion
			}
			return int(content[0]), nil
		default:
			return 0, ErrVersion
		}
		if err != nil {
			return 0, err
		}
	}
}

// request asks for a verb and sees the connection changed to frames.
func request(conn net.Conn, r Request) (*bufio.Reader, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	ask, err := http.NewRequest(http.MethodPost, "http://samestory/v1/verb", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	ask.Header.Set("Connection", "Upgrade")
	ask.Header.Set("Upgrade", upgrade)
	if err := ask.Write(conn); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLost, err)
	}
	reader := bufio.NewReader(conn)
	answer, err := http.ReadResponse(reader, ask)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLost, err)
	}
	switch answer.StatusCode {
	case http.StatusSwitchingProtocols:
		return reader, nil
	case http.StatusServiceUnavailable:
		return nil, ErrBusy
	}
	return nil, fmt.Errorf("%w: it answers %s", ErrVersion, answer.Status)
}

// caller is the caller's end of a session.
type caller struct {
	conn    net.Conn
	streams Streams
	lock    sync.Mutex // of writing
}

func (c *caller) send(kind byte, content []byte) error {
	c.lock.Lock()
	defer c.lock.Unlock()
	if _, err := c.conn.Write(appendFrames(nil, kind, content)); err != nil {
		return fmt.Errorf("%w: %w", ErrLost, err)
	}
	return nil
}

// read reads of standard input what the verb wants.
func (c *caller) read(most uint32) {
	buf := make([]byte, min(most, maxFrame))
	n, err := c.streams.Stdin.Read(buf)
	switch {
	case n > 0:
		_ = c.send(frameIn, buf[:n]) // an error comes again with the next read
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, os.ErrClosed):
		_ = c.send(frameEnd, nil)
	default:
		_ = c.send(frameEnd, []byte(err.Error()))
	}
}
