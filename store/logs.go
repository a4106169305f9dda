package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The logs of Badger (*.mem) hold what is not in a table yet. They are only there after a crash, or while a process has
// the store open for writing. They are read here before Badger does, because it cuts off what it cannot read.

// logHead is how many bytes a log has before its first entry.
const logHead = 20

// The bits in the first byte of an entry.
const (
	logInTxn  = 1 << 6
	logEndTxn = 1 << 7
)

// logScan is what a log holds.
type logScan struct {
	first, last uint64 // numbers of the transactions that it has whole; 0 for none
	commits     uint64 // number of the last batch among them, 0 for none
	rest        bool   // something follows that is no whole transaction
}

// inspectLogs sees to it that Badger will find in the logs every batch that was acknowledged. It finds a gap between two
// logs, and a last log that ends before the batch of the commit mark. What it cannot tell, since the batch may be in a
// table already, is left to checkMark.
func inspectLogs(dir string) error {
	names, err := filepath.Glob(filepath.Join(globQuote(dir), "*.mem"))
	if err != nil || len(names) == 0 {
		return err
	}
	number := func(path string) int {
		n, _ := strconv.Atoi(strings.TrimSuffix(filepath.Base(path), ".mem"))
		return n
	}
	slices.SortFunc(names, func(a, b string) int { return number(a) - number(b) })
	acked, _, err := readMark(dir)
	if err != nil {
		return err
	}
	var last, commits uint64
	rest := ""
	for _, name := range names {
		b, err := readLog(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // a process that has the store open has made a table of it
		}
		if err != nil {
			return err
		}
		scan := scanLog(b)
		if scan.first != 0 {
			if last != 0 && scan.first > last+1 || rest != "" && last == 0 {
				return corrupt("%s: transactions are missing before log %s", dir, filepath.Base(name))
			}
			last = scan.last
		}
		if commits = max(commits, scan.commits); scan.rest {
			rest = name
		}
	}
	if rest != "" && commits > 0 && commits < acked {
		return &LostError{Dir: dir, Kept: commits, Acked: acked}
	}
	return nil
}

// logBlock is how much of a log is read at once. No entry has as many zeros: larger values are in the value log.
const logBlock = 4 << 20

// readLog reads a log up to where it has not been written yet: its file is made many times as large at once.
func readLog(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b []byte
	for {
		block := make([]byte, logBlock)
		n, err := io.ReadFull(f, block)
		if allZero(block[:n]) {
			return b, nil
		}
		b = append(b, block[:n]...)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return b, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// scanLog reads a log as Badger does, to the first entry that is not whole.
func scanLog(b []byte) (s logScan) {
	if len(b) < logHead {
		return s
	}
	b = b[logHead:]
	var open, counted uint64 // of the transaction that is being read
	for {
		e, n := readLogEntry(b)
		if n == 0 {
			break
		}
		switch {
		case e.meta&logInTxn != 0:
			if open == 0 {
				open, counted = e.version, 0
			}
			if e.version != open {
				n = 0
			}
			if bytes.Equal(e.key, []byte{tabCommits}) {
				if value, err := unseal(e.key, e.value); err == nil {
					counted, _ = decodeCommits(value)
				}
			}
		case e.meta&logEndTxn != 0:
			version, err := strconv.ParseUint(string(e.value), 10, 64)
			if err != nil || version != open {
				n = 0
				break
			}
			if s.first == 0 {
				s.first = version
			}
			s.last, s.commits, open = version, max(s.commits, counted), 0
		case open != 0:
			n = 0
		}
		if n == 0 {
			break
		}
		b = b[n:]
	}
	s.rest = open != 0 || !allZero(b)
	return s
}

type logEntry struct {
	meta       byte
	version    uint64
	key, value []byte
}

// readLogEntry reads one entry: two bytes of flags, the lengths of key and value and a time as varints, key, value, CRC-32C.
// The last 8 bytes of the key are its version, counted down. n is 0 where there is no whole entry.
func readLogEntry(b []byte) (e logEntry, n int) {
	if len(b) < 2 {
		return e, 0
	}
	e.meta, n = b[0], 2
	var lengths [3]uint64
	for i := range lengths {
		v, used := binary.Uvarint(b[n:])
		if used <= 0 {
			return e, 0
		}
		lengths[i] = v
		n += used
	}
	key, value := lengths[0], lengths[1]
	if key < 8 || key > 1<<16 || value > uint64(len(b)) || key+value+crc32.Size > uint64(len(b)-n) {
		return e, 0
	}
	end := n + int(key+value)
	if binary.BigEndian.Uint32(b[end:]) != crc32.Checksum(b[:end], crc32.MakeTable(crc32.Castagnoli)) {
		return e, 0
	}
	k := b[n : n+int(key)]
	e.key, e.version = k[:key-8], ^binary.BigEndian.Uint64(k[key-8:])
	e.value = b[n+int(key) : end]
	return e, end + crc32.Size
}
