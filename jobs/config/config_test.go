package config

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const example = "../../config.example.toml"

func TestExampleShowsEverySettingWithItsDefault(t *testing.T) {
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse("config.example.toml", data)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Webhooks) > 0 {
		t.Error("the example has an endpoint that needs a secret: nobody could run it as it is")
	}
	// What is switched off with a # right before it is a setting all the same.
	data = regexp.MustCompile(`(?m)^#([a-z\[])`).ReplaceAll(data, []byte(" $1"))
	if got, err = Parse("config.example.toml", data); err != nil {
		t.Fatal(err)
	}
	want := Default()
	desk := DefaultWebhook()
	desk.Name, desk.URL, desk.SecretEnv = "desk", "https://example.org/hooks/news", "DESK_SECRET"
	want.Webhooks = []Webhook{desk}
	wire := DefaultSource()
	wire.Name, wire.Paths = "wire", []string{"news/wire"}
	want.Sources = []Source{wire}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	// A setting that the file does not name would be equal to its default, too.
	lines := keyLines(data)
	for _, key := range settings() {
		if _, ok := lines[key]; !ok {
			t.Errorf("%s is not shown", key)
		}
	}
}

// settings lists the dotted keys of all settings, found as the problem that an unknown key is answered with.
func settings() []string {
	var all []string
	for _, table := range []string{"store", "cluster", "limits", "daemon", "log", "embeddings", "backup", "http", "retention", "feeds", "fetch", "source[0]", "webhook[0]"} {
		name, header := "?", "["+table+"]"
		if list, ok := strings.CutSuffix(table, "[0]"); ok {
			header = "[[" + list + "]]"
		}
		_, err := Parse("x", []byte(header+"\n\""+name+"\" = 1"))
		e, _ := errors.AsType[*Error](err)
		for _, p := range e.Problems {
			if p.Key == table+".?" {
				_, names, _ := strings.Cut(p.Reason, "one of ")
				for n := range strings.SplitSeq(names, ", ") {
					all = append(all, table+"."+n)
				}
			}
		}
	}
	return all
}

func TestNothingIsNeeded(t *testing.T) {
	got, err := Parse("empty.toml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default(), got); diff != "" {
		t.Error(diff)
	}
	p, err := got.Params()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Validate(); err != nil {
		t.Error(err)
	}
}

func TestModelThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"missing": "", "no model": "{}"} {
		c := Default()
		c.Cluster.Model = filepath.Join(dir, name+".json")
		if content != "" {
			if err := os.WriteFile(c.Cluster.Model, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.Params(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	const file = `
[store]
dir = ""
color = "red"

[cluster]
granularity = 5
window = "soon"
index = "magic"
workers = "two"

[limits]
line = "eight"
text = 12
live = 1.5

[daemon]
tick = "* * * *"
settle = "0 0 30 2 *"
maintenance = "TZ=UTC"
zone = "Mars/Olympus"
catch_up = "yes"
stop_after = 30

[log]
level = "loud"
format = 1979-05-27

[[source]]
name = "a"
paths = "news"

[[source]]
name = "a"
kind = "gopher"
paths = [1]
zone = ""
date_order = "ymd"
schedule = "@every 0s"
[source.mapping]
titel = "t"
text = 7

[[source]]
paths = []
mapping = { title = ["", "x"] }

[sources]
`
	_, err := Parse("bad.toml", []byte(file))
	if !errors.Is(err, ErrInvalid) {
		t.Fatalf("got %v", err)
	}
	want := []string{
		`bad.toml:3: store.dir: expected a folder`,
		`bad.toml:4: store.color: unknown setting, expected one of dir`,
		`bad.toml:7: cluster.granularity: granularity 5 is outside 0.3 to 0.8`,
		`bad.toml:8: cluster.window: "soon" is no duration, expected one such as "14d", "36h" or "30s"`,
		`bad.toml:9: cluster.index: index "magic" is not one of auto, minhash-lsh, flat`,
		`bad.toml:10: cluster.workers: expected a whole number, found the string "two"`,
		`bad.toml:13: limits.line: "eight" is no size, expected one such as "8MiB" or 1048576`,
		`bad.toml:14: limits.text: expected 1KiB to 1GiB`,
		`bad.toml:15: limits.live: expected a whole number, found the number 1.5`,
		`bad.toml:18: daemon.tick: schedule "* * * *": 4 fields, expected five: minute, hour, day of month, month, day of week`,
		`bad.toml:19: daemon.settle: schedule "0 0 30 2 *": never fires: no such day in the calendar`,
		`bad.toml:20: daemon.maintenance: schedule "TZ=UTC": empty, expected five fields such as "*/5 * * * *"`,
		`bad.toml:21: daemon.zone: zone "Mars/Olympus": unknown time zone Mars/Olympus`,
		`bad.toml:22: daemon.catch_up: expected true or false, found the string "yes"`,
		`bad.toml:23: daemon.stop_after: expected a string in quotes with a unit, found the number 30`,
		`bad.toml:26: log.level: "loud" is unknown, expected "debug", "info", "warn", "error"`,
		`bad.toml:27: log.format: expected a string in quotes, found a date`,
		`bad.toml:31: source[0].paths: expected a list, found the string "news"`,
		`bad.toml:34: source[1].name: the name "a" is taken by source[0]`,
		`bad.toml:35: source[1].kind: "gopher" is unknown, expected "jsonl", "feed", "opml"`,
		`bad.toml:36: source[1].paths[0]: expected a string in quotes, found the number 1`,
		`bad.toml:37: source[1].zone: zone "": expected a name such as "UTC" or "Europe/Rome"`,
		`bad.toml:38: source[1].date_order: "ymd" is unknown, expected "", "dmy", "mdy"`,
		`bad.toml:39: source[1].schedule: schedule "@every 0s": every 0s: the shortest distance is one second`,
		`bad.toml:41: source[1].mapping.titel: no such field, expected one of id, url, title, text, html, lead, published, updated, source, author, lang`,
		`bad.toml:42: source[1].mapping.text: expected a list, found the number 7`,
		`bad.toml:44: source[2].name: a source needs a name`,
		`bad.toml:45: source[2].paths: expected at least one file, folder or pattern such as "news/*.jsonl.gz"`,
		`bad.toml:46: source[2].mapping.title: "" is no name, expected one such as "headline" or "article.body"`,
		`bad.toml:48: sources: unknown setting, expected one of store, cluster, limits, daemon, log, source, embeddings, backup, retention, feeds, fetch, webhook, http`,
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestNaNIsNoGranularity(t *testing.T) {
	_, err := Parse("x", []byte("[cluster]\ngranularity = nan"))
	if err == nil || err.Error() != "x:2: cluster.granularity: expected a number" {
		t.Error(err)
	}
}

func TestNoTOML(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"[store\ndir=1", "x.toml:1: no TOML"},
		{"a = 1\na = 2", "x.toml:2"},
		{"\x00\xff", "x.toml:1"},
	} {
		_, err := Parse("x.toml", []byte(c.file))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.file, err, c.want)
		}
	}
}

func TestLoadResolvesPathsBesideTheFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "c.toml")
	elsewhere := filepath.Join(t.TempDir(), "x")
	file := "[store]\ndir = \"s\"\n[[source]]\nname = \"a\"\npaths = [\"in/*.jsonl\", '" + elsewhere + "', \"-\"]\n"
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	got := append([]string{c.Store.Dir}, c.Sources[0].Paths...)
	want := []string{filepath.Join(folder, "s"), filepath.Join(folder, "in", "*.jsonl"), elsewhere, "-"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, missing := range []string{filepath.Join(folder, "none.toml"), folder} {
		if _, err := Load(missing); err == nil || errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", missing, err)
		}
	}
}

func TestSourceBecomesASpec(t *testing.T) {
	c, err := Parse("x", []byte(`
[limits]
line = "1MiB"
[[source]]
name = "a"
paths = ["p"]
outlet = "The Courier"
zone = "UTC"
date_order = "dmy"
mapping = { title = "hl", text = ["b.x", "c"] }
`))
	if err != nil {
		t.Fatal(err)
	}
	spec, err := c.Spec(c.Sources[0])
	if err != nil {
		t.Fatal(err)
	}
	if spec.Name != "a" || spec.Source != "The Courier" || spec.Zone != time.UTC || spec.DateOrder != "dmy" ||
		spec.Limits.Line != 1<<20 || spec.Limits.Text != 1<<20 {
		t.Errorf("%+v", spec)
	}
	if diff := cmp.Diff(map[string][]string{"title": {"hl"}, "text": {"b.x", "c"}}, map[string][]string(spec.Mapping)); diff != "" {
		t.Error(diff)
	}
}

func TestSchedules(t *testing.T) {
	c, err := Parse("x", []byte("[daemon]\nsettle = \"\"\n[[source]]\nname = \"a\"\npaths = [\"p\"]\n[[source]]\nname = \"b\"\npaths = [\"q\"]\nschedule = \"@hourly\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := c.Schedules()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range all {
		got = append(got, s.Key+" "+s.Spec.String())
	}
	if diff := cmp.Diff([]string{"daemon.tick */5 * * * *", "daemon.maintenance 45 3 * * *", "source[1].schedule @hourly"}, got); diff != "" {
		t.Error(diff)
	}
}
