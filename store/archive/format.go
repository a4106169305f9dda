package archive

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/zeebo/xxh3"
)

// Version is the version of the container that this package writes, and the latest that it reads.
const Version = 1

// magic begins every file. Its first byte is no text, and a transfer that translates line ends or stops at the end
// mark of old text files damages it.
const magic = "\x89SSB\r\n\x1a\n"

// Extension ends the names of backups.
const Extension = ".ssb"

// Sentinels that callers branch on. The errors that carry them name the file.
var (
	// ErrForeign: the file is no backup of a samestory store.
	ErrForeign = errors.New("not a samestory backup")
	// ErrDamaged: bytes are missing or are not what was written.
	ErrDamaged = errors.New("backup is damaged")
	// ErrVersion: the container is of a later version than this program reads.
	ErrVersion = errors.New("backup has a later container version")
	// ErrChain: the files are not one chain, or a part of it is missing.
	ErrChain = errors.New("chain of backups is broken")
)

// Header begins a backup: what it is of. It is JSON in the file, and a reader ignores fields that it does not know.
type Header struct {
	Schema   int       `json:"schema"`   // of the store's keys and records
	Features int       `json:"features"` // version of the features blob
	Params   string    `json:"params"`   // fingerprint of the engine's parameters
	Lineage  string    `json:"lineage"`  // empty for a store that has seen no run
	Created  time.Time `json:"created"`
	Parent   string    `json:"parent,omitempty"` // id; empty for a full backup
	Sequence int       `json:"sequence"`         // 0 for a full backup, 1 for its first child

	// The journal entries that are in this backup and not in its parent; From is To+1 where there is none.
	JournalFrom uint64 `json:"journal_from"`
	JournalTo   uint64 `json:"journal_to"`

	// What the store held.
	Stories int `json:"stories"`
	Events  int `json:"events"`
	Threads int `json:"threads"`
}

// Full reports whether a backup stands on its own.
func (h *Header) Full() bool { return h.Parent == "" }

// Trailer ends a backup: what was written, and what it amounts to.
type Trailer struct {
	Blocks     int   `json:"blocks"`
	Written    int64 `json:"written"`     // rows in this file that set a value
	Deleted    int64 `json:"deleted"`     // rows in this file that delete a key
	Bytes      int64 `json:"bytes"`       // of their keys and values
	StateRows  int64 `json:"state_rows"`  // rows of the store
	StateBytes int64 `json:"state_bytes"` // of their keys and values

	// Digest is the xxh3-128 of the state, in hexadecimal: see State.
	Digest string `json:"digest"`
}

// Info is what can be said of a backup without reading its blocks.
type Info struct {
	Path string
	Size int64 // of the file, bytes
	ID   string
	Header
	Trailer
}

// State sums up rows in the order of their keys.
type State struct {
	Rows, Bytes int64
	sum         xxh3.Hasher
	head        []byte
}

// Add takes the next row: its key, the hash of its value and how long that is.
func (s *State) Add(key []byte, hash uint64, size int) {
	s.Rows++
	s.Bytes += int64(len(key) + size)
	s.head = binary.AppendUvarint(s.head[:0], uint64(len(key)))
	s.head = append(s.head, key...)
	s.head = binary.BigEndian.AppendUint64(s.head, hash)
	_, _ = s.sum.Write(s.head)
}

// Digest is the xxh3-128 over all rows so far: for each the length of the key as a varint, the key, and the hash of the
// value in 8 bytes.
func (s *State) Digest() string {
	b := s.sum.Sum128().Bytes()
	return fmt.Sprintf("%x", b)
}

// Hash is the hash of a value that rows carry.
func Hash(value []byte) uint64 { return xxh3.Hash(value) }

func damaged(path, format string, args ...any) error {
	return fmt.Errorf("%w: %s: "+format, append([]any{ErrDamaged, path}, args...)...)
}

func broken(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrChain}, args...)...)
}
