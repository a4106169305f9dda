package source

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var jsonSamples = []string{
	`{"title":"A","text":"B"}`, `{}`, `[]`, `[1,2.5,-3e10,{"a":null}]`, `"a\u00e9\ud83d\ude00\n\t\"\\\/\b\f\r"`, `"\ud800"`, `"\ud800\u0041"`,
	`"\udc00\ud800"`, `"` + "\xff\xfe caf\xe9" + `"`, `01`, `-`, `1.`, `1e`, `tru`, `truex`, `nul`, `"\x"`, `"\u12g4"`, `"unfinished`, `{"a":1,}`, `{"a" 1}`,
	`{a:1}`, `[1 2]`, "\"tab\there\"", ` { "a" : [ true , false , null ] } `, `{"a":1}{"b":2}`, ``, `"\u0000"`, `{"a":{"b":{"c":[[[]]]}}}`,
}

// valid is what this package takes for one JSON value on a line.
func valid(b []byte) bool {
	end, err := skipValue(b, skipSpace(b, 0), 0)
	return err == nil && skipSpace(b, end) == len(b)
}

// FuzzJSON holds the scanner to encoding/json: it accepts the same lines and reads the same strings.
func FuzzJSON(f *testing.F) {
	for _, s := range jsonSamples {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.Count(b, []byte("["))+bytes.Count(b, []byte("{")) >= maxDepth {
			return
		}
		if got, want := valid(b), json.Valid(b); got != want {
			t.Fatalf("%q: valid %v, encoding/json says %v", b, got, want)
		}
		v := bytes.TrimSpace(b)
		if !valid(b) || v[0] != '"' {
			return
		}
		got, repaired := unquote(v[1 : len(v)-1])
		var want string
		if err := json.Unmarshal(v, &want); err != nil {
			t.Fatal(err)
		}
		if got != want || (repaired > 0) && !strings.ContainsRune(got, '\uFFFD') {
			t.Fatalf("%q: read %q with %d repaired, encoding/json reads %q", v, got, repaired, want)
		}
	})
}

func TestRepairedBytesAreCounted(t *testing.T) {
	for _, c := range []struct {
		in, want string
		repaired int
	}{
		{"plain", "plain", 0},
		{"caf\xc3\xa9", "café", 0},
		{"caf\xe9 \xff", "caf\uFFFD \uFFFD", 2},
		{`\ud83d\ude00`, "😀", 0},
		{`\ud83d!`, "\uFFFD!", 1},
		{`\uFFFD`, "\uFFFD", 0},
	} {
		got, n := unquote([]byte(c.in))
		if got != c.want || n != c.repaired {
			t.Errorf("%q: got %q and %d, want %q and %d", c.in, got, n, c.want, c.repaired)
		}
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"a":1`, "the JSON ends too early"},
		{`{"a":1,"b":tru}`, "an unknown word at byte 12"},
		{`{"a":"` + "\x01" + `"}`, "a raw control character in a string at byte 7"},
		{`{"a":"\q"}`, "an unknown escape in a string at byte 7"},
		{`{'a':1}`, "an object key in quotes is missing at byte 2"},
		{`{"a":01}`, "a malformed number at byte 6"},
		{strings.Repeat("[", 300), "nested too deep at byte 257"},
	} {
		_, err := skipValue([]byte(c.in), 0, 0)
		if err == nil {
			t.Errorf("%s: accepted", c.in)
			continue
		}
		if diff := cmp.Diff(c.want, err.Error()); diff != "" {
			t.Errorf("%s: %s", c.in, diff)
		}
	}
}
