package access

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTokens(t *testing.T) {
	dir := t.TempDir()
	tokens, other := OpenTokens(dir), OpenTokens(dir) // as a daemon that runs meanwhile
	if list, err := tokens.List(); err != nil || len(list) != 0 || tokens.Ever() || other.Ever() {
		t.Errorf("at first: %v, %v", list, err)
	}
	k, text, err := tokens.New("desk", []Scope{Read, Push}, start.Add(time.Hour), start)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^sst_[a-z2-7]{8}_[a-z2-7]{52}$`).MatchString(text) || !strings.Contains(text, "_"+k.ID+"_") {
		t.Errorf("%q of id %q", text, k.ID)
	}
	if found, err := other.find(text); err != nil || found.Name != "desk" || found.Expired(start) || !found.Expired(start.Add(time.Hour)) {
		t.Errorf("another process finds %+v, %v", found, err)
	}
	// One that has the id and another secret is none.
	if _, err := other.find(text[:len(text)-1] + string('a'+('b'-text[len(text)-1])&1)); !errors.Is(err, ErrUnknown) {
		t.Errorf("another secret: %v", err)
	}
	data, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil || strings.Contains(string(data), strings.Split(text, "_")[2]) {
		t.Errorf("the file has the secret: %v\n%s", err, data)
	}
	info, err := os.Stat(filepath.Join(dir, FileName))
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if _, _, err := other.New("desk", AllScopes(), time.Time{}, start); !errors.Is(err, ErrTaken) {
		t.Errorf("a second one of the name: %v", err)
	}
	if _, _, err := other.New(k.ID, AllScopes(), time.Time{}, start); !errors.Is(err, ErrTaken) {
		t.Errorf("one with the name of an id: %v", err)
	}
	second, _, err := other.New("second", AllScopes(), time.Time{}, start)
	if err != nil {
		t.Fatal(err)
	}
	list, err := tokens.List()
	if diff := cmp.Diff([]Token{k, second}, list); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := tokens.Revoke("nobody"); !errors.Is(err, ErrUnknown) {
		t.Errorf("revoking what is none: %v", err)
	}
	if gone, err := tokens.Revoke(k.ID); err != nil || gone.Name != "desk" {
		t.Errorf("%+v, %v", gone, err)
	}
	if _, err := other.find(text); !errors.Is(err, ErrUnknown) {
		t.Errorf("revoked, and found: %v", err)
	}
	if _, err := tokens.Revoke("second"); err != nil {
		t.Error(err)
	}
	if list, err := other.List(); err != nil || len(list) != 0 || !other.Ever() {
		t.Errorf("in the end: %v, %v", list, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestTokensThatCannotBe(t *testing.T) {
	tokens := OpenTokens(t.TempDir())
	for _, name := range []string{"", "a b", "naïve", "x\n", strings.Repeat("n", 65), "../x", "<b>"} {
		if _, _, err := tokens.New(name, AllScopes(), time.Time{}, start); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, _, err := tokens.New("x", nil, time.Time{}, start); !errors.Is(err, ErrScope) {
		t.Errorf("without a scope: %v", err)
	}
	if tokens.Ever() {
		t.Error("a refusal has made a file")
	}
	for text, want := range map[string]string{"read": "[read]", "edit,read": "[read edit]", "push, push": "[push]", "edit push read": "[read push edit]", "": "", "write": "", "read,,": "[read]", "READ": ""} {
		got, err := ParseScopes(text)
		if want == "" && !errors.Is(err, ErrScope) || want != "" && (err != nil || fmt.Sprint(got) != want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

// Many ask while tokens come and go: whoever has one that stays is always let in, and none is seen by halves.
func TestTokensWhileTheyChange(t *testing.T) {
	dir := t.TempDir()
	writer, reader := OpenTokens(dir), OpenTokens(dir)
	text := made(t, writer, "stays", "read", time.Time{})
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := reader.find(text); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 50 {
		name := fmt.Sprintf("n%d", i)
		gone := made(t, writer, name, "push", time.Time{})
		if _, err := reader.find(gone); err != nil {
			t.Errorf("%s is not seen: %v", name, err)
		}
		if _, err := writer.Revoke(name); err != nil {
			t.Error(err)
		}
		if _, err := reader.find(gone); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s is seen after it was revoked: %v", name, err)
		}
	}
	close(stop)
	wait.Wait()
}

// Whatever is in the file: either every token of it is one that could have been made, or none is taken.
func FuzzTokensFile(f *testing.F) {
	tokens := OpenTokens(f.TempDir())
	made(f, tokens, "a", "read", time.Time{})
	made(f, tokens, "b", "read,edit", start)
	data, err := os.ReadFile(tokens.path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"version":1,"tokens":[]}`))
	f.Add([]byte(`{"version":1,"tokens":[{"id":"aaaaaaaa","name":"x","scopes":["all"],"sha256":""}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := decodeTokens(data)
		if err != nil && list != nil {
			t.Fatal("tokens and an error")
		}
		for i := range list {
			if err := list[i].check(); err != nil {
				t.Error(err)
			}
			if same("", list[i].Hash) {
				t.Error("nothing is the token")
			}
		}
	})
}
