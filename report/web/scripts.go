package web

import (
	"bytes"
	_ "embed"
	"encoding/hex"
	"net/http"
	"time"
)

// htmxScript is dist/htmx.min.js of the npm package htmx.org, as it was published; htmxVersion and htmxSum say which.
//
//go:embed assets/htmx.min.js
var htmxScript []byte

const (
	htmxVersion = "4.0.1"
	htmxSum     = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130" // SHA-256
)

//go:embed assets/page.js
var pageScript []byte

const (
	htmxPath   = "/htmx.js"
	scriptPath = "/page.js"
)

// versioned is the address of a file that changes with its content.
func versioned(path string, content []byte) string {
	return path + "?" + hex.EncodeToString(digest(content))
}

func serveScript(content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // the address changes with the content
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}
