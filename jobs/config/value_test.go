package config

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDuration(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		in   string
		want time.Duration
	}{
		{"14d", 14 * day},
		{"2w", 14 * day},
		{"1w2d", 9 * day},
		{"1d12h", 36 * time.Hour},
		{"1.5d", 36 * time.Hour},
		{"36h", 36 * time.Hour},
		{" 30s ", 30 * time.Second},
		{"500ms", 500 * time.Millisecond},
		{"-1d", -day},
		{"0", 0},
	} {
		got, err := ParseDuration(c.in)
		if err != nil || got != c.want {
			t.Errorf("%q: got %s, %v, want %s", c.in, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "d", "14", "14 d", "d14", "1d-2h", "+1d", "--1d", "1e300d", "NaNd", "1d1d", "soon", "2d3w", "1h1d"} {
		if got, err := ParseDuration(bad); err == nil {
			t.Errorf("%q: accepted as %s", bad, got)
		}
	}
}

func TestSize(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Size
	}{
		{"8MiB", 8 << 20},
		{"8 MiB", 8 << 20},
		{"1.5kib", 1536},
		{"2MB", 2e6},
		{"64k", 64 << 10},
		{"1G", 1 << 30},
		{"100", 100},
		{"100b", 100},
		{"0", 0},
	} {
		var got Size
		if err := got.UnmarshalText([]byte(c.in)); err != nil || got != c.want {
			t.Errorf("%q: got %d, %v, want %d", c.in, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "MiB", "-1", "8 miles", "1.5", "1e300", "NaN", "Inf", "9999999TB"} {
		var got Size
		if err := got.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q: accepted as %d", bad, got)
		}
	}
}

// What is written is read back.
func TestWrittenValuesAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Duration{time.Duration(rapid.Int64Range(0, int64(3660*24*time.Hour)).Draw(t, "duration"))}
		text, err := d.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var d2 Duration
		if err := d2.UnmarshalText(text); err != nil || d2 != d {
			t.Fatalf("%s became %s (%v)", text, d2, err)
		}
		s := Size(rapid.Int64Range(0, 1<<50).Draw(t, "size"))
		if text, err = s.MarshalText(); err != nil {
			t.Fatal(err)
		}
		var s2 Size
		if err := s2.UnmarshalText(text); err != nil || s2 != s {
			t.Fatalf("%s became %d (%v)", text, s2, err)
		}
	})
}

// FuzzParse: whatever the file holds, Parse returns, and what it accepts can be used.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "[store]\ndir = 'x'", "[[source]]\nname='a'\npaths=['b']\n[source.mapping]\ntitle='t'", "[cluster]\nwindow='14d'",
		"[limits]\nline='8MiB'", "source = [{name='a',paths=['b']}]", "daemon.tick = '@every 5m'", "[a.b.c]\n[[a.b.d]]", "'' = 1",
		"[[source]]\n[[source]]\n[source.mapping]\nx=1", "a.b = [1, {c = 2}]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("x", data)
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		if _, err := c.Schedules(); err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Sources {
			if _, err := c.Spec(s); err != nil {
				t.Fatal(err)
			}
		}
	})
}
