package control

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The kinds of frames.
const (
	frameOut   = 'o' // daemon: standard output
	frameErr   = 'e' // daemon: standard error
	frameWant  = 'w' // daemon: so many bytes of standard input are wanted, four bytes big endian
	frameAsk   = 'a' // daemon: the name of a variable
	frameExit  = 'x' // daemon: the exit code, one byte; the last frame
	frameIn    = 'i' // caller: standard input
	frameEnd   = 'z' // caller: the end of standard input, or with content why it cannot be read
	frameVar   = 'v' // caller: the value of the variable
	frameLeave = 'c' // caller: the verb is to end
)

// maxFrame bounds what a frame may hold; a longer one is of no program of ours.
const maxFrame = 1 << 20

var errFrame = errors.New("not a frame")

// appendFrames adds content as one frame, or as several where it is long.
func appendFrames(b []byte, kind byte, content []byte) []byte {
	for {
		part := content[:min(len(content), maxFrame)]
		b = append(b, kind)
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
		if content = content[len(part):]; len(content) == 0 {
			return b
		}
	}
}

// readFrame reads one frame; io.EOF where the other side has closed between two.
func readFrame(r io.Reader) (kind byte, content []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > maxFrame {
		return 0, nil, fmt.Errorf("%w: of %d bytes", errFrame, n)
	}
	content = make([]byte, n)
	if _, err := io.ReadFull(r, content); err != nil {
		return 0, nil, fmt.Errorf("read a frame: %w", err)
	}
	return head[0], content, nil
}
