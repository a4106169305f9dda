package control

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Name is the name of the socket in the folder of the store.
const Name = "control.sock"

// maxPath is how long the path of a socket may be: 104 bytes with the closing zero where it is shortest.
const maxPath = 100

// Errors that callers branch on.
var (
	// ErrNobody: no process answers at the store's socket.
	ErrNobody = errors.New("no daemon answers")
	// ErrDenied: a process may answer, but this user may not ask it.
	ErrDenied = errors.New("the daemon is another user's")
	// ErrPathTooLong: the system has no way to a socket that lies so deep.
	ErrPathTooLong = errors.New("the path of the socket is too long")
)

// listen makes the socket of a store, for which the caller has to hold the store's lock: a socket that is there is of a
// process that is gone. It is bound in a folder that only the owner may enter, and moved when its mode is right, so that
// there is no moment at which another user could connect.
func listen(dir string) (l *net.UnixListener, err error) {
	nursery := filepath.Join(dir, Name+".new")
	if err := os.RemoveAll(nursery); err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	if err := os.Mkdir(nursery, 0o700); err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	defer func() {
		if removeErr := os.RemoveAll(nursery); err == nil && removeErr != nil {
			err = errors.Join(removeErr, l.Close())
		}
	}()
	born := filepath.Join(nursery, Name)
	short, done, err := shorten(born)
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	defer done()
	if l, err = net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: short}); err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	l.SetUnlinkOnClose(false) // it knows the name under which it was born
	if err = os.Chmod(born, 0o600); err == nil {
		err = os.Rename(born, filepath.Join(dir, Name))
	}
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", errors.Join(err, l.Close()))
	}
	return l, nil
}

// Dial connects to the daemon that holds the store in dir. Its errors are ErrNobody, ErrDenied, or what ctx says.
func Dial(ctx context.Context, dir string) (net.Conn, error) {
	path := filepath.Join(dir, Name)
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeSocket == 0 {
		return nil, ErrNobody
	}
	short, done, err := shorten(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNobody, err)
	}
	defer done()
	const patience = 10 * time.Second // with a daemon that is there and accepts nothing
	d := net.Dialer{Timeout: patience}
	conn, err := d.DialContext(ctx, "unix", short)
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, fs.ErrPermission):
		return nil, ErrDenied
	}
	return nil, fmt.Errorf("%w: %w", ErrNobody, err)
}

// shorten finds a path of the same file that the system takes for a socket. done is to be called when it has been used.
func shorten(path string) (short string, done func(), err error) {
	nothing := func() {}
	if len(path) <= maxPath {
		return path, nothing, nil
	}
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, path); err == nil && len(rel) <= maxPath {
			return rel, nothing, nil
		}
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	short, ok := through(folder, filepath.Base(path))
	if !ok {
		_ = folder.Close()
		return "", nil, fmt.Errorf("%w: %d bytes", ErrPathTooLong, len(path))
	}
	return short, func() { _ = folder.Close() }, nil
}
