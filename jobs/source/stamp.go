package source

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// stampHead begins a line that says when its story arrived. A line with it is an object as any other.
const stampHead = `{"samestory:arrived":`

// StampLen is at most how many bytes a stamp adds to a line.
const StampLen = len(stampHead) + 20 + 1

// AppendStamped appends a JSON object as one line with its arrival in front, which a Decoder with Options.Stamped reads. The
// bytes of the object stay as they are but for line ends, which in JSON stand between values only.
func AppendStamped(dst []byte, arrived time.Time, object []byte) []byte {
	object = bytes.TrimSpace(object)
	if len(object) < 2 || object[0] != '{' { // not for us to judge: the decoder says what it is
		return append(appendLine(dst, object), '\n')
	}
	dst = append(dst, stampHead...)
	dst = strconv.AppendInt(dst, arrived.UnixNano(), 10)
	if rest := bytes.TrimSpace(object[1:]); rest[0] != '}' {
		dst = append(dst, ',')
	}
	return append(appendLine(dst, object[1:]), '\n')
}

func appendLine(dst, b []byte) []byte {
	from := len(dst)
	dst = append(dst, b...)
	for i := from; i < len(dst); i++ {
		if dst[i] == '\n' || dst[i] == '\r' {
			dst[i] = ' '
		}
	}
	return dst
}

// stamp reads the arrival of a line.
func stamp(line []byte) (time.Time, bool) {
	rest, ok := bytes.CutPrefix(line, []byte(stampHead))
	if !ok {
		return time.Time{}, false
	}
	end := 0
	for end < len(rest) && end < 20 && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	if err != nil || n == math.MaxInt64 {
		return time.Time{}, false
	}
	return time.Unix(0, n).UTC(), true
}
