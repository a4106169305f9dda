package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/zeebo/xxh3"
)

// The kinds of frames.
const (
	frameHeader  = 'H'
	frameBlock   = 'B'
	frameTrailer = 'T'
)

// The layout of a frame: head, sum of head and first part, first part, sum of second part, second part.
const (
	frameHead = 1 + 5*4 // kind, rows, and for both parts the bytes unpacked and as stored
	frameSum  = 8       // xxh3-64
)

// footerSize is what ends a file: how long the trailer's frame is, and the SHA-256 of everything before the sum.
const footerSize = 4 + 32

// maxPart bounds a part of a frame, unpacked. A value has 64 MiB at most.
const maxPart = 128 << 20

// frame is one frame, its parts unpacked.
type frame struct {
	kind   byte
	rows   int
	keys   []byte // of a block; of a header or trailer the JSON
	values []byte
}

// appendFrame packs a frame.
func appendFrame(b []byte, f *frame, pack *zstd.Encoder) []byte {
	keys, values := squeeze(f.keys, pack), squeeze(f.values, pack)
	start := len(b)
	b = append(b, f.kind)
	for _, n := range [...]int{f.rows, len(f.keys), len(keys), len(f.values), len(values)} {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	sum := xxh3.New()
	_, _ = sum.Write(b[start:])
	_, _ = sum.Write(keys)
	b = binary.BigEndian.AppendUint64(b, sum.Sum64())
	b = append(b, keys...)
	b = binary.BigEndian.AppendUint64(b, xxh3.Hash(values))
	return append(b, values...)
}

// squeeze gives the packed form of a part if that is shorter, else the part itself: equal lengths mean plain.
func squeeze(part []byte, pack *zstd.Encoder) []byte {
	if pack == nil || len(part) == 0 {
		return part
	}
	if packed := pack.EncodeAll(part, make([]byte, 0, len(part)/2+64)); len(packed) < len(part) {
		return packed
	}
	return part
}

// frames reads frames one after the other.
type frames struct {
	path   string
	r      io.ReadSeeker
	at     int64 // where the next frame begins
	end    int64 // where the frames end
	unpack *zstd.Decoder
	buffer []byte
}

// next reads a frame; io.EOF after the last. Without values, those of the frame are passed over.
func (r *frames) next(f *frame, values bool) error {
	if r.at == r.end {
		return io.EOF
	}
	head := make([]byte, frameHead+frameSum)
	if r.end-r.at < int64(len(head)) {
		return damaged(r.path, "a frame is cut short at byte %d", r.at)
	}
	if _, err := r.r.Seek(r.at, io.SeekStart); err != nil {
		return err
	}
	if err := r.full(head); err != nil {
		return err
	}
	var n [5]int
	for i := range n {
		n[i] = int(binary.BigEndian.Uint32(head[1+4*i:]))
	}
	rows, rawKeys, keys, rawValues, stored := n[0], n[1], n[2], n[3], n[4]
	size := int64(len(head)) + int64(keys) + frameSum + int64(stored)
	if rawKeys > maxPart || rawValues > maxPart || keys > rawKeys || stored > rawValues || size > r.end-r.at {
		return damaged(r.path, "lengths that cannot be at byte %d", r.at)
	}
	if cap(r.buffer) < max(keys, stored) {
		r.buffer = make([]byte, max(keys, stored)+max(keys, stored)/4)
	}
	part := r.buffer[:keys]
	if err := r.full(part); err != nil {
		return err
	}
	sum := xxh3.New()
	_, _ = sum.Write(head[:frameHead])
	_, _ = sum.Write(part)
	if sum.Sum64() != binary.BigEndian.Uint64(head[frameHead:]) {
		return damaged(r.path, "a checksum does not match at byte %d", r.at)
	}
	f.kind, f.rows = head[0], rows
	var err error
	if f.keys, err = r.part(f.keys, part, rawKeys); err != nil {
		return err
	}
	f.values = f.values[:0]
	if values {
		if err := r.full(head[:frameSum]); err != nil {
			return err
		}
		part = r.buffer[:stored]
		if err := r.full(part); err != nil {
			return err
		}
		if xxh3.Hash(part) != binary.BigEndian.Uint64(head) {
			return damaged(r.path, "a checksum of values does not match at byte %d", r.at)
		}
		if f.values, err = r.part(f.values, part, rawValues); err != nil {
			return err
		}
	}
	r.at += size
	return nil
}

func (r *frames) full(b []byte) error {
	_, err := io.ReadFull(r.r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged(r.path, "it was cut while it was read")
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", r.path, err)
	}
	return nil
}

// part unpacks a part into the room of an earlier one.
func (r *frames) part(room, stored []byte, raw int) ([]byte, error) {
	if len(stored) == raw {
		return append(room[:0], stored...), nil
	}
	// The frame of zstd says how long its content is; it is compared first, so that no lie makes it large.
	var h zstd.Header
	if err := h.Decode(stored); r.unpack == nil || err != nil || h.HasFCS && h.FrameContentSize != uint64(raw) {
		return nil, damaged(r.path, "a part is not of the length that was said, at byte %d", r.at)
	}
	if cap(room) < raw {
		room = make([]byte, 0, raw+raw/4)
	}
	out, err := r.unpack.DecodeAll(stored, room[:0])
	if err != nil || len(out) != raw {
		return nil, damaged(r.path, "a part cannot be unpacked at byte %d", r.at)
	}
	return out, nil
}

// A row in the keys of a block: flag (0 written, 1 deleted), bytes in common with the key before, the rest of the key;
// of a row that is written also the length of the value and its hash.
const (
	rowWritten = 0
	rowDeleted = 1
)

func appendRow(b, before, key []byte, deleted bool, size int, hash uint64) []byte {
	shared := 0
	for shared < min(len(before), len(key)) && before[shared] == key[shared] {
		shared++
	}
	flag := byte(rowWritten)
	if deleted {
		flag = rowDeleted
	}
	b = append(b, flag)
	b = binary.AppendUvarint(b, uint64(shared))
	b = binary.AppendUvarint(b, uint64(len(key)-shared))
	b = append(b, key[shared:]...)
	if deleted {
		return b
	}
	b = binary.AppendUvarint(b, uint64(size))
	return binary.BigEndian.AppendUint64(b, hash)
}

// row is one row of a file. Key and Value are valid until the next one is read.
type row struct {
	key     []byte
	value   []byte
	hash    uint64
	size    int
	deleted bool
}

// take reads the next row off the keys, whose first key has nothing before it.
func (r *row) take(keys []byte) (rest []byte, ok bool) {
	if len(keys) == 0 || keys[0] > rowDeleted {
		return nil, false
	}
	r.deleted = keys[0] == rowDeleted
	keys = keys[1:]
	number := func() (n int) {
		v, width := binary.Uvarint(keys)
		if width <= 0 || v > maxPart {
			keys, n = nil, -1
			return n
		}
		keys = keys[width:]
		return int(v)
	}
	shared, own := number(), number()
	if shared < 0 || own < 0 || shared > len(r.key) || own > len(keys) {
		return nil, false
	}
	// Keys ascend: what is new of one is greater than what it replaces.
	if bytes.Compare(keys[:own], r.key[shared:]) <= 0 {
		return nil, false
	}
	r.key = append(r.key[:shared], keys[:own]...)
	keys = keys[own:]
	r.size, r.hash = 0, 0
	if !r.deleted {
		if r.size = number(); r.size < 0 || len(keys) < 8 {
			return nil, false
		}
		r.hash, keys = binary.BigEndian.Uint64(keys), keys[8:]
	}
	return keys, true
}
