package store

import (
	"encoding/binary"
	"math"
	"time"
)

// codecVersion leads every record. A decoder refuses versions it does not know; a change of any layout raises
// SchemaVersion as well.
const codecVersion = 1

// Records are sequences of fields without names: unsigned and zigzag varints, length-prefixed bytes, little-endian
// floats. The append functions below write fields; reader reads them back and never trusts a length.

func appendUint(b []byte, v uint64) []byte { return binary.AppendUvarint(b, v) }

func appendInt(b []byte, v int64) []byte { return binary.AppendVarint(b, v) }

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendBytes(b, s []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendStrings(b []byte, list []string) []byte {
	b = appendUint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}

func appendFloat(b []byte, f float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
}

// appendTime writes seconds and nanoseconds since 1970, so that any year and the zero time come back as they were.
// The zone is not kept: times come back in UTC.
func appendTime(b []byte, t time.Time) []byte {
	b = appendInt(b, t.Unix())
	return appendUint(b, uint64(t.Nanosecond()))
}

// reader takes fields off a record. After the first error every read returns a zero value, so that decoders check
// once, at the end.
type reader struct {
	b    []byte
	what string
	err  error
}

// newReader starts on a record and checks its version.
func newReader(what string, b []byte) *reader {
	r, _ := newReaderUpTo(what, b, codecVersion)
	return r
}

// newReaderUpTo starts on a record that may have a later layout, and says which it has.
func newReaderUpTo(what string, b []byte, latest byte) (*reader, byte) {
	r := &reader{b: b, what: what}
	v := r.byte()
	switch {
	case r.err != nil || v >= codecVersion && v <= latest:
	case latest == codecVersion:
		r.fail("record version %d, expected %d", v, codecVersion)
	default:
		r.fail("record version %d, expected %d to %d", v, codecVersion, latest)
	}
	return r, v
}

// newReaderOf starts on a record of one layout alone.
func newReaderOf(what string, b []byte, version byte) *reader {
	r := &reader{b: b, what: what}
	if v := r.byte(); r.err == nil && v != version {
		r.fail("record version %d, expected %d", v, version)
	}
	return r
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = corrupt(r.what+": "+format, args...)
		r.b = nil
	}
}

// done returns the first error, or one if bytes are left over.
func (r *reader) done() error {
	if r.err == nil && len(r.b) > 0 {
		r.fail("%d bytes too many", len(r.b))
	}
	return r.err
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.fail("cut short")
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail("bad varint")
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail("bad varint")
		return 0
	}
	r.b = r.b[n:]
	return v
}

// count reads a number that an int of any platform holds, for counters.
func (r *reader) count() int {
	v := r.uint()
	if v > math.MaxInt32 {
		r.fail("count %d out of range", v)
		return 0
	}
	return int(v)
}

// length reads the number of items of a list of which each takes at least min bytes.
func (r *reader) length(min int) int {
	v := r.uint()
	if v > uint64(len(r.b)/min) {
		r.fail("%d items in %d bytes", v, len(r.b))
		return 0
	}
	return int(v)
}

// raw returns n bytes that stay valid only as long as the record does.
func (r *reader) raw(n int) []byte {
	if n > len(r.b) {
		r.fail("cut short")
		return nil
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) string() string { return string(r.raw(r.length(1))) }

// bytes returns a copy, nil for none.
func (r *reader) bytes() []byte {
	v := r.raw(r.length(1))
	if len(v) == 0 {
		return nil
	}
	return append([]byte(nil), v...)
}

func (r *reader) strings() []string {
	n := r.length(1)
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = r.string()
	}
	return list
}

func (r *reader) float() float64 {
	v := r.raw(8)
	if v == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(v))
}

func (r *reader) time() time.Time {
	sec, nsec := r.int(), r.uint()
	if nsec >= 1e9 {
		r.fail("%d nanoseconds", nsec)
	}
	if r.err != nil {
		return time.Time{}
	}
	return time.Unix(sec, int64(nsec)).UTC()
}
