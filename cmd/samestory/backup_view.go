package main

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/samestory/samestory/store"
	"github.com/samestory/samestory/store/archive"
)

// backupFile is one backup in the JSON of backup, backup verify and restore.
type backupFile struct {
	Path        string    `json:"path"`
	ID          string    `json:"id"`
	Parent      string    `json:"parent"` // empty for a full backup
	Sequence    int       `json:"sequence"`
	Created     time.Time `json:"created"`
	Schema      int       `json:"schema"`
	JournalFrom uint64    `json:"journal_from"`
	JournalTo   uint64    `json:"journal_to"`
	Stories     int       `json:"stories"`
	Events      int       `json:"events"`
	Threads     int       `json:"threads"`
	Written     int64     `json:"rows_written"`
	Deleted     int64     `json:"rows_deleted"`
	Bytes       int64     `json:"bytes"`
	Size        int64     `json:"size"`
}

// backupState is what a chain of backups amounts to.
type backupState struct {
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	Digest string `json:"digest"`
}

type backupView struct {
	Version int        `json:"version"`
	Seconds float64    `json:"seconds"`
	Backup  backupFile `json:"backup"`
}

type verifyView struct {
	Version int          `json:"version"`
	Seconds float64      `json:"seconds"`
	Chain   []backupFile `json:"chain"`
	State   backupState  `json:"state"`
}

type restoreView struct {
	Version  int             `json:"version"`
	Seconds  float64         `json:"seconds"`
	Store    string          `json:"store"`
	Chain    []backupFile    `json:"chain"`
	State    backupState     `json:"state"`
	Sound    bool            `json:"sound"`
	Findings []store.Finding `json:"findings"`
}

func viewBackup(i *archive.Info) backupFile {
	return backupFile{
		Path: i.Path, ID: i.ID, Parent: i.Parent, Sequence: i.Sequence, Created: i.Created, Schema: i.Schema,
		JournalFrom: i.JournalFrom, JournalTo: i.JournalTo, Stories: i.Stories, Events: i.Events, Threads: i.Threads,
		Written: i.Written, Deleted: i.Deleted, Bytes: i.Bytes, Size: i.Size,
	}
}

func viewChain(chain []archive.Info) []backupFile {
	list := make([]backupFile, len(chain))
	for i := range chain {
		list[i] = viewBackup(&chain[i])
	}
	return list
}

func stateOf(tip *archive.Info) backupState {
	return backupState{Rows: tip.StateRows, Bytes: tip.StateBytes, Digest: tip.Digest}
}

// backupTable lists backups, one a line.
func (a *app) backupTable(chain []archive.Info) {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "backup\tid\tmade\tjournal\trows\tdeleted\tcontent\tfile")
	for i := range chain {
		b := &chain[i]
		kind := "full"
		if !b.Full() {
			kind = fmt.Sprintf("part %d", b.Sequence)
		}
		journal := "none"
		if b.JournalFrom <= b.JournalTo {
			journal = fmt.Sprintf("%d to %d", b.JournalFrom, b.JournalTo)
		}
		fmt.Fprintf(w, "%s\t%.12s\t%s\t%s\t%d\t%d\t%s\t%s (%s)\n", kind, b.ID, b.Created.Format("2006-01-02 15:04:05"), journal,
			b.Written, b.Deleted, size(b.Bytes), filepath.Base(b.Path), size(b.Size))
	}
	_ = w.Flush()
}

// size renders bytes for a person.
func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.2f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	default:
		return fmt.Sprintf("%d B", n)
	}
}

// rate says how many bytes a second were dealt with, nothing where the time is too short to tell.
func rate(bytes int64, took time.Duration) string {
	if took < 10*time.Millisecond {
		return ""
	}
	return fmt.Sprintf(", %s/s", size(int64(float64(bytes)/took.Seconds())))
}

// storeLog is where a store that is being made says what is wrong. What the database thinks of the size of its caches after
// a minute is no concern of a restore.
func (a *app) storeLog() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

// byteBar is a progress line, for work that is measured in bytes; it is silent without a terminal.
type byteBar struct {
	w     io.Writer
	width int
	now   func() time.Time
	name  string
	last  time.Time
	drawn bool

	counts bool // what is done is not bytes
}

func (a *app) byteBar(silent bool) *byteBar {
	width, ok := terminal(a.stderr)
	if silent || !ok {
		return &byteBar{}
	}
	return &byteBar{w: a.stderr, width: width - 1, now: a.now}
}

func (b *byteBar) stage(name string) {
	b.name, b.last = name, time.Time{}
	b.progress(0, 0)
}

func (b *byteBar) progress(done, total int64) {
	if b.w == nil || b.now().Sub(b.last) < 100*time.Millisecond {
		return
	}
	b.last, b.drawn = b.now(), true
	text := b.name
	if total > 0 {
		share := min(1, float64(done)/float64(total))
		const cells = 30
		full := int(share * cells)
		amount := size
		if b.counts {
			amount = func(n int64) string { return strconv.FormatInt(n, 10) }
		}
		text = fmt.Sprintf("[%s%s] %3.0f%%  %s  %s of %s", strings.Repeat("=", full), strings.Repeat(" ", cells-full), 100*share,
			b.name, amount(done), amount(total))
	}
	fmt.Fprintf(b.w, "\r\x1b[K%s", text[:min(len(text), b.width)])
}

func (b *byteBar) clear() {
	if b.drawn {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
