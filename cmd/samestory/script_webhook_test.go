package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// receiver CONFIG LOG ANSWER starts a server that takes deliveries and adds its address to the config, in place of
// RECEIVER. It answers with the status in the file ANSWER at that time, and writes a line into LOG for each request: the
// status, whether the signature by $SECRET is right, and the body.
func receiver(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: receiver CONFIG LOG ANSWER")
	}
	log, answer, secret := ts.MkAbs(args[1]), ts.MkAbs(args[2]), ts.Getenv("SECRET")
	var lock sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		body, err := io.ReadAll(r.Body)
		if err != nil || !json.Valid(body) {
			http.Error(w, "no JSON", http.StatusBadRequest)
			return
		}
		text, _ := os.ReadFile(answer)
		status, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		f, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err == nil {
			fmt.Fprintf(f, "%d signed=%t attempt=%s %s\n", status, signedBy(secret, r.Header.Get("Samestory-Signature"), body),
				r.Header.Get("Samestory-Attempt"), body)
			err = f.Close()
		}
		if err != nil {
			status = http.StatusInsufficientStorage
		}
		http.Error(w, "as the script wants it", status)
	}))
	ts.Defer(server.Close)
	config := strings.ReplaceAll(ts.ReadFile(args[0]), "RECEIVER", server.URL)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(config), 0o644))
}

// signedBy checks a signature as docs/OPERATIONS.md describes it, without the code that made it.
func signedBy(secret, header string, body []byte) bool {
	t, rest, ok := strings.Cut(header, ",")
	t, timed := strings.CutPrefix(t, "t=")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "." + string(body)))
	want := "v1=" + hex.EncodeToString(mac.Sum(nil))
	for _, sig := range strings.Split(rest, ",") {
		if ok && timed && hmac.Equal([]byte(sig), []byte(want)) {
			return true
		}
	}
	return false
}

// waitline FILE PATTERN waits for a line in a file that a background process writes.
func waitLine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: waitline FILE PATTERN")
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if data, err := os.ReadFile(ts.MkAbs(args[0])); err == nil && pattern.Match(data) {
			return
		}
	}
	ts.Fatalf("waited in vain for %s in %s", args[1], args[0])
}
