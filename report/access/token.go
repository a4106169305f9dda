package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Token is what is kept of a token. Its secret is not.
type Token struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"` // unique among those of a file
	Scopes  []Scope   `json:"scopes"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
	Hash    string    `json:"sha256"`           // of the whole token as it is shown, in hex
}

// Expired tells whether the token has had its time.
func (t *Token) Expired(now time.Time) bool { return !t.Expires.IsZero() && !now.Before(t.Expires) }

// Allows tells whether the token has a scope.
func (t *Token) Allows(s Scope) bool { return slices.Contains(t.Scopes, s) }

const (
	// tokenPrefix lets people and programs that look for leaked secrets see what it is.
	tokenPrefix = "sst_"
	idLen       = 8  // characters of an id: 40 bits
	secretLen   = 52 // characters of a secret: 256 bits, and four of padding
	maxName     = 64
)

// letters has no upper case, and no digits that look like letters.
var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// ErrName reports a name that no token can have.
var ErrName = errors.New("no name for a token")

// newToken draws a token; text is what its bearer shows.
func newToken(name string, scopes []Scope, expires, now time.Time) (t Token, text string) {
	var raw [5 + 32]byte
	_, _ = rand.Read(raw[:]) // it does not fail: the process would end
	id := letters.EncodeToString(raw[:5])
	text = tokenPrefix + id + "_" + letters.EncodeToString(raw[5:])
	return Token{ID: id, Name: name, Scopes: scopes, Created: now, Expires: expires, Hash: hash(text)}, text
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// same compares a token that was shown with a hash, in a time that does not tell how much of it is right.
func same(shown, hashed string) bool {
	return subtle.ConstantTimeCompare([]byte(hash(shown)), []byte(hashed)) == 1
}

// idOf is the id that a token names, as far as it is written like one.
func idOf(shown string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(shown, tokenPrefix)
	if !ok || len(rest) != idLen+1+secretLen || rest[idLen] != '_' {
		return "", false
	}
	return rest[:idLen], true
}

// CheckName reports what is wrong with the name of a token. It stands in lists and answers, so that it is one word.
func CheckName(name string) error {
	if name == "" || len(name) > maxName {
		return fmt.Errorf("%w: %q, expected 1 to %d characters", ErrName, name, maxName)
	}
	for _, r := range name {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", r) {
			return fmt.Errorf("%w: %q, expected letters, digits, full stops, - and _", ErrName, name)
		}
	}
	return nil
}
