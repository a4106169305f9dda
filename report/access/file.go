package access

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Errors that callers branch on.
var (
	ErrTaken   = errors.New("there is a token of that name")
	ErrUnknown = errors.New("no such token")
	ErrMany    = errors.New("too many tokens")
	ErrFile    = errors.New("the tokens cannot be read") // by this version, or at all
)

// FileName is the file of the tokens in the folder of a store.
const FileName = "tokens.json"

const (
	fileVersion = 1
	// MaxTokens bounds the file: it is read whenever it has changed.
	MaxTokens = 1000
	maxFile   = 1 << 20
)

// Tokens are those that a file knows. One process changes the file at a time, any number may read it: a change is a new
// file in the place of the old one, and is seen with the next request.
type Tokens struct {
	path string

	mu      sync.Mutex
	info    fs.FileInfo // of the file as it was read; nil: there is none
	list    []Token     // in order of making
	err     error       // of the last reading
	reading bool        // it has been read at least once
}

// OpenTokens are the tokens of the store in a folder. There may be none, and no file.
func OpenTokens(dir string) *Tokens { return &Tokens{path: filepath.Join(dir, FileName)} }

// refresh reads the file if it is another one than before; the lock is held.
func (t *Tokens) refresh() error {
	info, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		t.info, t.list, t.err, t.reading = nil, nil, nil, true
		return nil
	}
	if err == nil && t.reading && t.info != nil && t.err == nil &&
		os.SameFile(info, t.info) && info.ModTime().Equal(t.info.ModTime()) && info.Size() == t.info.Size() {
		return nil
	}
	if err == nil {
		t.list, t.info, err = readTokens(t.path)
	}
	t.reading, t.err = true, nil
	if err != nil {
		t.list, t.err = nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return t.err
}

// readTokens reads a file, with what the system says of the very file that was read.
func readTokens(path string) ([]Token, fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, nil, err
	}
	list, err := decodeTokens(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, info, nil
}

// tokenFile is the form of the file.
type tokenFile struct {
	Version int     `json:"version"`
	Tokens  []Token `json:"tokens"`
}

// decodeTokens reads the form of the file, and nothing that this version does not understand: a scope or a limit that it
// passed over would let somebody in.
func decodeTokens(data []byte) ([]Token, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("more than %d bytes", maxFile)
	}
	var f tokenFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the end")
	}
	if f.Version != fileVersion {
		return nil, fmt.Errorf("version %d, expected %d", f.Version, fileVersion)
	}
	if len(f.Tokens) > MaxTokens {
		return nil, fmt.Errorf("%w: %d", ErrMany, len(f.Tokens))
	}
	ids, names := map[string]bool{}, map[string]bool{}
	for i := range f.Tokens {
		k := &f.Tokens[i]
		if err := k.check(); err != nil {
			return nil, fmt.Errorf("token %d: %w", i+1, err)
		}
		if ids[k.ID] || names[k.Name] {
			return nil, fmt.Errorf("token %d: %w: %s", i+1, ErrTaken, k.Name)
		}
		ids[k.ID], names[k.Name] = true, true
	}
	return f.Tokens, nil
}

// check holds what newToken makes.
func (t *Token) check() error {
	if raw, err := hex.DecodeString(t.Hash); err != nil || len(raw) != 32 || hex.EncodeToString(raw) != t.Hash {
		return errors.New("no hash")
	}
	if raw, err := letters.DecodeString(t.ID); err != nil || len(raw) != 5 {
		return errors.New("no id")
	}
	if len(t.Scopes) == 0 {
		return ErrScope
	}
	for _, s := range t.Scopes {
		if !slices.Contains(AllScopes(), s) {
			return fmt.Errorf("%w: %q", ErrScope, s)
		}
	}
	return CheckName(t.Name)
}

// List returns the tokens in order of making, those that have expired among them.
func (t *Tokens) List() ([]Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(); err != nil {
		return nil, err
	}
	return slices.Clone(t.list), nil
}

// Ever tells whether a token was ever made: revoking the last one opens nothing. A file that cannot be read counts.
func (t *Tokens) Ever() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.refresh() != nil || t.info != nil
}

// New makes a token; text is what its bearer shows, and cannot be had again. expires may be zero. It fails with ErrName,
// ErrScope, ErrTaken, ErrMany, or the error of the disk.
func (t *Tokens) New(name string, scopes []Scope, expires, now time.Time) (k Token, text string, err error) {
	if err := CheckName(name); err != nil {
		return k, "", err
	}
	if len(scopes) == 0 {
		return k, "", fmt.Errorf("%w: none is named", ErrScope)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(); err != nil {
		return k, "", err
	}
	if len(t.list) >= MaxTokens {
		return k, "", fmt.Errorf("%w: %d", ErrMany, len(t.list))
	}
	for {
		if k, text = newToken(name, scopes, expires, now); !t.has(k.ID) {
			break
		}
	}
	if t.has(name) {
		return Token{}, "", fmt.Errorf("%w: %s", ErrTaken, name)
	}
	if err := t.write(append(slices.Clone(t.list), k)); err != nil {
		return Token{}, "", err
	}
	return k, text, nil
}

// has tells whether a token has that id or name; the lock is held.
func (t *Tokens) has(id string) bool {
	return slices.ContainsFunc(t.list, func(k Token) bool { return k.ID == id || k.Name == id })
}

// Revoke takes the token with an id or a name away; ErrUnknown where there is none.
func (t *Tokens) Revoke(id string) (Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(); err != nil {
		return Token{}, err
	}
	at := slices.IndexFunc(t.list, func(k Token) bool { return k.ID == id })
	if at < 0 {
		at = slices.IndexFunc(t.list, func(k Token) bool { return k.Name == id })
	}
	if at < 0 {
		return Token{}, fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	gone := t.list[at]
	return gone, t.write(slices.Delete(slices.Clone(t.list), at, at+1))
}

// find is the token that was shown, expired or not; ErrUnknown, or ErrFile while nobody can say.
func (t *Tokens) find(shown string) (Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(); err != nil {
		return Token{}, err
	}
	id, ok := idOf(shown)
	if !ok {
		return Token{}, ErrUnknown
	}
	for i := range t.list {
		if k := &t.list[i]; k.ID == id && same(shown, k.Hash) {
			return *k, nil
		}
	}
	return Token{}, ErrUnknown
}

// write puts another file in the place of the file, whole and for its owner only; the lock is held.
func (t *Tokens) write(list []Token) (err error) {
	data, err := json.MarshalIndent(tokenFile{fileVersion, append([]Token{}, list...)}, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(t.path), "."+FileName+".*") // 0600
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = fmt.Errorf("write tokens: %w", err)
		}
	}()
	_, err = f.Write(append(data, '\n'))
	if err = errors.Join(cmp.Or(err, f.Sync()), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), t.path); err != nil {
		return err
	}
	t.reading = false // whatever its times say
	if dir, openErr := os.Open(filepath.Dir(t.path)); openErr == nil {
		_ = dir.Sync() // not every system can
		_ = dir.Close()
	}
	return nil
}
