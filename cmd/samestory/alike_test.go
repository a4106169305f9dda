package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/control"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/store"
)

// unserved are the verbs that no daemon carries out: they work on no store, or need one for themselves.
var unserved = []string{
	"backup verify", "config", "config check", "daemon", "demo", "eval", "generate", "help", "repair", "report", "export", "restore", "train",
	"upgrade", "version", "webhooks test",
	// Only a daemon can answer these.
	"report jobs", "run",
	// What it prints is drawn.
	"token", "token new",
}

// alikes are calls of all other verbs. They are made one after the other, so that what one writes the next ones see.
func alikes(c chosen) [][]string {
	story, other, event, second, thread := c.story, c.other, c.event, c.second, c.thread
	return [][]string{
		{"report", "events"},
		{"report", "events", "--json"},
		{"report", "events", "--format", "csv", "--limit", "3"},
		{"report", "events", "--format", "md", "--min-sources", "2"},
		{"report", "event", event},
		{"report", "event", "nothing"},
		{"report", "threads", "--format", "jsonl"},
		{"report", "thread", thread, "--json"},
		{"report", "story", story},
		{"report", "duplicates"},
		{"report", "duplicates", "nothing"},
		{"report", "stories"},
		{"report", "stories", "--event", event, "--sort", "oldest", "--json"},
		{"report", "stories", "--thread", "nothing"},
		{"report", "stories", "--cursor", "nothing"},
		{"report", "series"},
		{"report", "runs", "--json"},
		{"report", "sources"},
		{"report", "sources", "--json"},
		{"report", "runs"},
		{"report", "overrides"},
		{"report", "events", "--sort", "colour"},
		{"report", "events", "--as-of", "1h"},
		{"report", "event", event, "--as-of", "1000000"},
		{"changes"},
		{"changes", "--since", "3", "--limit", "2", "--jsonl"},
		{"report", "revisions", event},
		{"report", "diff", event, "--from", "1"},
		{"report", "diff", event, "--from", "soon"},
		{"report", "diff", "--since", "1", "--limit", "3"},
		{"report", "coverage", "--source", "Borealis", "--limit", "3"},
		{"report", "spread", story},
		{"report", "spread", event, "--format", "svg"},
		{"export", "assignments", "--format", "parquet"},
		{"explain", story},
		{"explain", story, other, "--json"},
		{"explain", story, second},
		{"explain", "nothing"},
		{"explain", event, thread},
		{"similar", story, "--json"},
		{"similar", event},
		{"similar", "nothing"},
		{"match", "release.txt"},
		{"match", "-", "--json", "--at", "2026-03-03"},
		{"match", "missing.txt"},
		{"match", "./sub/../none"},
		{"export", "assignments"},
		{"export", "stories", "--format", "csv"},
		{"export", "events"},
		{"export", "pairs"},
		{"export", "stories", "--unique"},
		{"export", "stories", "--format", "xml"},
		{"merge", event, second, "--note", "one matter"},
		{"merge", event, "nothing"},
		{"pin", other},
		{"pin", other, event, "--author", "ada"},
		{"forbid", story, other},
		{"split", event, story},
		{"rename", event, "A title", "--json"},
		{"undo", "1"},
		{"undo", "77"},
		{"undo", "x"},
		{"report", "overrides", "--json"},
		{"backfill", "more.jsonl"},
		{"backfill", "./more.jsonl", "-q"},
		{"backfill", "-"},
		{"backfill", "sub", "--json"},
		{"backfill", "s*/*.jsonl"},
		{"backfill", "missing.jsonl"},
		{"backfill", "release.txt"},
		{"backfill"},
		{"backfill", "--config", "daemon.toml"},
		{"backfill", "--from", "2026-03-02", "more.jsonl"},
		{"rebuild", "--dry-run"},
		{"rebuild", "--granularity", "0.4"},
		{"rebuild", "--json"},
		{"rebuild", "--model", "missing.json"},
		{"check"},
		{"check", "--json"},
		{"backup", "--to", "backups"},
		{"backup", "--to", "./one.ssb", "--json"},
		{"backup", "--to", "one.ssb"},
		{"backup", "--to", "db"},
		{"backup", "--to", "./two.ssb", "--since", "sub/../one.ssb"},
		{"backup", "--to", "nowhere/three.ssb"},
		{"backup", "--since", "release.txt"},
		{"webhooks", "--config", "daemon.toml"},
		{"webhooks", "--config", "daemon.toml", "--json"},
		{"webhooks", "retry", "desk", "--config", "hooks.toml"},
		{"webhooks", "retry", "nobody", "--config", "hooks.toml"},
		{"report", "events", "--config", "daemon.toml"},
		{"report", "events", "--config", "missing.toml"},
		{"token", "list"},
		{"token", "list", "--json"},
		{"token", "revoke", "nobody"},
		{"expire"},
		{"expire", "--age", "90d", "--dry-run"},
		{"expire", "--age", "90d", "--json"},
		{"report", "story", story},
		{"export", "assignments", "--format", "csv"},
		{"export", "stories"},
	}
}

const alikeConfig = `
[store]
dir = "db"
[http]
listen = ""
[daemon]
tick = "0 0 1 1 *"
settle = "0 0 1 1 *"
maintenance = "0 0 1 1 *"
catch_up = false
[[source]]
name = "in"
paths = ["in"]`

const alikeHook = `
[[webhook]]
name = "desk"
url = "http://127.0.0.1:9/"
secret_env = "ALIKE_SECRET"
`

// Every verb says the same, byte for byte but for the clock, on a store at rest and through the daemon that holds one, and
// leaves the same behind.
func TestVerbsAlikeThroughADaemon(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program three hundred times; the tests that are not short do it")
	}
	base := t.TempDir()
	rest, kept := filepath.Join(base, "rest"), filepath.Join(base, "held")
	for _, dir := range []string{rest, kept} {
		folder(t, dir, map[string]string{
			"first.jsonl": string(newsroom.SampleJSONL()), "daemon.toml": alikeConfig, "hooks.toml": alikeConfig + alikeHook,
			"release.txt":   "Fire closes the harbour of Tolmere\n\nA fire in a warehouse closed the harbour of Tolmere on Monday night, the fire brigade said.\n",
			"more.jsonl":    `{"id":"m1","title":"Fire closes the harbour of Tolmere","text":"A fire in a warehouse closed the harbour of Tolmere on Monday night.","published":"2026-03-02T08:00:00Z","source":"Tolmere Post"}` + "\nno story\n",
			"sub/a.jsonl":   `{"id":"m2","title":"Rovers lose the final","text":"Rovers lost the cup final after a goal in the last minute.","published":"2026-03-03","source":"Post"}` + "\n",
			"in/b.jsonl":    `{"id":"m3","title":"Council votes","text":"The council voted for a new library beside the market.","published":"2026-03-03T10:00:00Z"}` + "\nnor this\n",
			"backups/.keep": "",
		})
	}
	finish(t, rest, 0, "backfill", "-q", "--store", "db", "first.jsonl")
	if err := os.CopyFS(filepath.Join(kept, "db"), os.DirFS(filepath.Join(rest, "db"))); err != nil {
		t.Fatal(err)
	}
	calls := alikes(choose(t, rest))
	covers(t, calls)
	t.Setenv("ALIKE_SECRET", "0123456789abcdef0123")
	daemon, log := program(t, kept, "daemon", "--config", "daemon.toml")
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := control.Dial(t.Context(), filepath.Join(kept, "db"))
		if err == nil {
			_ = conn.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v\n%s", err, log)
		}
	}
	for _, args := range calls {
		if !slices.Contains(args, "--config") {
			args = append(args, "--store", "db")
		}
		var there, here said
		var wait sync.WaitGroup
		wait.Go(func() { here = say(t, rest, args) })
		wait.Go(func() { there = say(t, kept, args) })
		wait.Wait()
		if diff := cmp.Diff(here, there); diff != "" {
			t.Errorf("samestory %s (-at rest +through the daemon):\n%s", strings.Join(args, " "), diff)
		}
	}
	if err := daemon.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := daemon.Wait(); err != nil {
		t.Errorf("%v\n%s", err, log)
	}
	if _, err := os.Lstat(filepath.Join(kept, "db", control.Name)); err == nil {
		t.Error("the socket was left behind")
	}
	for _, args := range [][]string{{"export", "stories", "--store", "db"}, {"changes", "--limit", "-1", "--store", "db"}, {"check", "--store", "db"}} {
		if diff := cmp.Diff(say(t, rest, args), say(t, kept, args)); diff != "" {
			t.Errorf("afterwards, samestory %s (-at rest +held):\n%s", strings.Join(args, " "), diff)
		}
	}
}

// folder makes a folder with files.
func folder(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// chosen are two stories of an event in a thread, the event, another one, and the thread.
type chosen struct{ story, other, event, second, thread string }

func choose(t *testing.T, dir string) chosen {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(dir, "db"), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	v := s.View()
	defer v.Close()
	var events []cluster.Event
	for ev, err := range v.Events(time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)) {
		if err != nil {
			t.Fatal(err)
		}
		if len(ev.Members) > 1 {
			events = append(events, ev)
		}
	}
	if len(events) < 2 {
		t.Fatal("the sample has too few events")
	}
	slices.SortStableFunc(events, func(a, b cluster.Event) int { return len(b.Members) - len(a.Members) })
	ev := events[0]
	return chosen{ev.Members[0], ev.Members[1], ev.ID, events[1].ID, ev.Thread}
}

// covers holds that each verb is either called or said to be none for a daemon.
func covers(t *testing.T, calls [][]string) {
	t.Helper()
	var walk func(cmd *cobra.Command, path string)
	walk = func(cmd *cobra.Command, path string) {
		for _, sub := range cmd.Commands() {
			name := strings.TrimSpace(path + " " + sub.Name())
			called := slices.ContainsFunc(calls, func(args []string) bool {
				return strings.HasPrefix(strings.Join(args, " ")+" ", name+" ")
			})
			if known := slices.Contains(unserved, name); !called && !known {
				t.Errorf("samestory %s is a new verb: call it in alikes, or list it in unserved", name)
			} else if called && known && !sub.HasSubCommands() {
				t.Errorf("samestory %s is called, and in unserved", name)
			}
			walk(sub, name)
		}
	}
	walk(newRoot(&app{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}), "")
}

// said is what a call of the program came to.
type said struct {
	Code           int
	Stdout, Stderr string
}

func say(t *testing.T, dir string, args []string) said {
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	var out, errs bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = append(os.Environ(), asProgram+"=1"), dir, &out, &errs
	cmd.Stdin = strings.NewReader("Rovers lose the final in extra time\n\nRovers lost the cup final on Wednesday after a goal in the last minute.\n")
	code := exitCode(cmd.Run())
	placeless := func(text string) string { return strings.ReplaceAll(text, dir, "HERE") }
	return said{code, timeless(placeless(out.String())), timeless(placeless(errs.String()))}
}

var (
	anyTime  = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?`)
	anyDay   = regexp.MustCompile(`[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d UTC`)
	anyAge   = regexp.MustCompile(`just now|[1-9]m ago {0,2}`) // which are as wide
	anyStamp = regexp.MustCompile(`\d{8}T\d{6}(\.\d+)?Z`)
	lasted   = regexp.MustCompile(`("(seconds|duration|took)": ?)[\d.e-]+|((in|took) )[\d.]+(ns|µs|ms|s)(, [\d.,]+ [^\n ]*/s)?`)
	of       = regexp.MustCompile(`("(id|digest|parent)": ?")[0-9a-f]{32,}"|\b[0-9a-f]{12}  `)
	place    = regexp.MustCompile(`("next": ?")[\w-]+"`) // of a list, which has the moment of its first page
	sizes    = regexp.MustCompile(`("(?:size|bytes|disk_before|disk_after|row_bytes)": ?)\d+|[\d.]+ [KMG]iB|\([\d.]+ [KM]?i?B\)|\.\d+(\.partial)`)
)

// timeless takes out what the clock says: moments of the last minutes, how long things took, and what is named after them.
func timeless(text string) string {
	now := time.Now()
	recent := func(layouts ...string) func(string) string {
		return func(s string) string {
			for _, layout := range layouts {
				if at, err := time.Parse(layout, s); err == nil && at.After(now.Add(-time.Hour)) && at.Before(now.Add(time.Hour)) {
					return "NOW"
				}
			}
			return s
		}
	}
	text = anyTime.ReplaceAllStringFunc(text, recent(time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02 15:04"))
	text = anyDay.ReplaceAllStringFunc(text, recent("Mon 2 Jan 2006 15:04 MST"))
	text = anyAge.ReplaceAllString(text, "NOW     ")
	text = anyStamp.ReplaceAllStringFunc(text, recent("20060102T150405.000000000Z", "20060102T150405Z"))
	text = lasted.ReplaceAllString(text, "$1$3#")
	text = of.ReplaceAllString(text, "$1#")
	text = place.ReplaceAllString(text, "$1#")
	return sizes.ReplaceAllString(text, "$1#$2")
}
