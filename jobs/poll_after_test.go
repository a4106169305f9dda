package jobs

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/store"
)

func TestFeedsThatFail(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(make([]byte, 64<<20))
	_ = z.Close()
	for _, tt := range []struct {
		name    string
		status  int
		body    string
		headers []string
		fault   string
		says    string
	}{
		{"a page", 200, "<!DOCTYPE html><html><title>Log in</title></html>", nil, "page", "Log in"},
		{"nothing", 200, "", nil, "empty", "nothing"},
		{"nothing but a head", 200, "<rss><chan", nil, "broken", "damaged"},
		{"words", 200, "database is down", nil, "not_feed", "database is down"},
		{"200 MB", 200, rss(entries(1)...) + strings.Repeat(" ", 11<<20), nil, "too_large", "large"},
		{"a gzip bomb", 200, bomb.String(), []string{"Content-Encoding", "gzip"}, "ratio", "bomb"},
		{"not found", 404, "", nil, "status", "404"},
		{"an error", 500, "", nil, "status", "500"},
		{"a redirect to itself", 301, "", []string{"Location", "/feed"}, "redirects", "circle"},
		{"a redirect to a file", 302, "", []string{"Location", "file:///etc/passwd"}, "scheme", "http"},
		{"a redirect to a private network", 302, "", []string{"Location", "http://10.0.0.1/"}, "private", "public"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStand(t)
			s.answer(tt.status, tt.body, tt.headers...)
			f := s.pass(0)
			if f.Fault != tt.fault || !strings.Contains(f.Error, tt.says) || f.Failures != 1 || !f.LastSuccess.IsZero() || s.stories() != 0 {
				t.Fatalf("%+v", f)
			}
			s.answer(200, rss(entries(1)...))
			f = s.pass(15 * time.Minute) // one failure may be nothing
			if f.Fault != "" || f.Error != "" || f.Failures != 0 || f.New != 1 {
				t.Errorf("afterwards: %+v", f)
			}
		})
	}
}

func TestAFeedThatFailsIsLeftAlone(t *testing.T) {
	s := newStand(t)
	asked := 0
	s.serve = func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(500)
	}
	for range 3 * 96 { // three days, every quarter of an hour
		s.pass(15 * time.Minute)
	}
	f := s.state()
	if asked < 8 || asked > 14 || f.Failures != asked {
		t.Errorf("asked %d times in three days, %d failures", asked, f.Failures)
	}
	if wait := f.NextTry.Sub(f.LastTry); wait < 18*time.Hour || wait > 24*time.Hour+15*time.Minute {
		t.Errorf("waits for %s", wait)
	}
	s.restart(*s.options())
	before := asked
	s.pass(15 * time.Minute)
	if asked != before {
		t.Error("a restart makes an end of the pause")
	}
	s.answer(200, rss(entries(1)...))
	if f := s.pass(24 * time.Hour); f.Failures != 0 || f.Waits || f.New != 1 {
		t.Errorf("after it has come back: %+v", f)
	}
}

func TestAServerThatAsksToBeLeftAlone(t *testing.T) {
	for name, header := range map[string]string{"for so many seconds": "7200", "until a date": "DATE"} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t)
			if header == "DATE" {
				header = time.Now().Add(2 * time.Hour).UTC().Format(http.TimeFormat)
			}
			s.answer(503, "", "Retry-After", header)
			f := s.pass(0)
			if !f.Waits || f.NextTry.Sub(aMorning) < 2*time.Hour-5*time.Second {
				t.Errorf("asked again at %s", f.NextTry)
			}
			if f = s.pass(time.Hour); f.Polls != 1 {
				t.Error("asked before its time")
			}
			s.answer(200, rss(entries(1)...))
			if f = s.pass(time.Hour); f.Polls != 2 || f.New != 1 {
				t.Errorf("not asked when it was time: %+v", f)
			}
		})
	}
}

func TestAFeedThatIsGone(t *testing.T) {
	s := newStand(t)
	s.answer(410, "")
	if f := s.pass(0); !f.Gone || f.Status != 410 {
		t.Fatalf("%+v", f)
	}
	s.serve = func(http.ResponseWriter, *http.Request) { t.Error("asked a feed that is gone") }
	s.pass(48 * time.Hour)
	// Under a new address it is another.
	s.answer(200, rss(entries(1)...))
	o := *s.options()
	o.Feeds = []Feed{s.feed}
	o.Feeds[0].URL += "?new"
	s.feed = o.Feeds[0]
	s.restart(o)
	if f := s.pass(time.Hour); f.Gone || f.New != 1 {
		t.Errorf("%+v", f)
	}
}

func TestAMoveIsRemembered(t *testing.T) {
	s := newStand(t)
	var asked []string
	down := false
	s.serve = func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		switch {
		case down && r.URL.Path != "/feed":
			w.WriteHeader(404)
		case !down && r.URL.Path == "/feed":
			http.Redirect(w, r, "/moved", http.StatusMovedPermanently)
		default:
			_, _ = w.Write([]byte(rss(entries(1)...)))
		}
	}
	s.pass(0)
	f := s.pass(15 * time.Minute)
	if diff := cmp.Diff([]string{"/feed", "/moved", "/moved"}, asked); diff != "" || !strings.HasSuffix(f.Moved, "/moved") {
		t.Errorf("moved to %q, asked (-want +got):\n%s", f.Moved, diff)
	}
	down = true // the move was a mistake
	for range 10 {
		if f = s.pass(25 * time.Hour); f.Failures == 0 {
			break
		}
	}
	if f.Failures != 0 || asked[len(asked)-1] != "/feed" {
		t.Errorf("the old address is not tried: %v", asked)
	}
}

func TestADamagedFeedIsReadAndLookedAtAgain(t *testing.T) {
	s := newStand(t)
	whole := rss(entries(5)...)
	s.answer(200, whole[:strings.LastIndex(whole, "<title>")], "ETag", `"a"`)
	f := s.pass(0)
	want := []store.FeedDropped{{Reason: "an item that was cut off", Count: 1}}
	if diff := cmp.Diff(want, f.Dropped); diff != "" || f.New != 4 || f.ETag != "" || f.Note == "" || f.Fault != "" {
		t.Errorf("%+v, dropped (-want +got):\n%s", f, diff)
	}
	s.answer(200, whole, "ETag", `"a"`)
	if f = s.pass(15 * time.Minute); f.New != 5 || f.ETag != `"a"` || f.Note != "" {
		t.Errorf("%+v", f)
	}
}
