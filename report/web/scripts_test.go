package web

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"github.com/samestory/samestory/report/internal/fixture"
)

// The script that others wrote is the one that was published, and looked at, byte for byte.
func TestHtmxIsAsItWasPublished(t *testing.T) {
	if sum := sha256.Sum256(htmxScript); hex.EncodeToString(sum[:]) != htmxSum {
		t.Errorf("sum %x, want %s", sum, htmxSum)
	}
	if !strings.Contains(string(htmxScript), `version="`+htmxVersion+`"`) {
		t.Errorf("it is not version %s", htmxVersion)
	}
}

// No page has htmx make code of a string: that is what filters, handlers and computed values are, and the policy forbids it.
func TestPagesHaveNoCodeInAttributes(t *testing.T) {
	h := edited(&desk{})
	for target := range walked {
		page := body(t, get(t, h, target))
		for _, code := range regexp.MustCompile(`hx-on[^>]*|hx-trigger="[^"]*\[|"js:|"javascript:|hx-live`).FindAllString(page, -1) {
			t.Errorf("%s: %s", target, code)
		}
	}
	if page := body(t, get(t, serve(fixture.Newsroom()), "/")); strings.Count(page, "<script") != 2 || !strings.Contains(page, `<script src="/htmx.js?`) {
		t.Errorf("the front page has other scripts than the two of its own")
	}
}
