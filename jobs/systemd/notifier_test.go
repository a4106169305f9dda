package systemd

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// manager is the socket of a service manager, with what it was told.
func manager(t *testing.T, name string) *net.UnixConn {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Skipf("no datagram sockets here: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func told(t *testing.T, conn *net.UnixConn) string {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4096)
	n, err := conn.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n])
}

func environment(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestMessages(t *testing.T) {
	for _, name := range []string{filepath.Join(t.TempDir(), "notify"), "@samestory-test-" + strconv.Itoa(os.Getpid())} {
		conn := manager(t, name)
		n, err := FromEnvironment(environment(map[string]string{"NOTIFY_SOCKET": name}))
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			do   func() error
			want string
		}{
			{func() error { return n.Ready("12 sources") }, "READY=1\nSTATUS=12 sources\n"},
			{n.Stopping, "STOPPING=1\nSTATUS=stopping\n"},
			{func() error { return n.Ready("two\nlines\r=1") }, "READY=1\nSTATUS=two lines =1\n"},
		} {
			if err := step.do(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(step.want, told(t, conn)); diff != "" {
				t.Error(diff)
			}
		}
		before := monotonic()
		if err := n.Reloading(); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(told(t, conn), "\n")
		usec, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "MONOTONIC_USEC="), 10, 64)
		if lines[0] != "RELOADING=1" || err != nil || usec < before.Microseconds() || usec > monotonic().Microseconds() {
			t.Errorf("a reload is told as %q", lines)
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "notify")
	manager(t, socket)
	for _, c := range []struct {
		name     string
		vars     map[string]string
		notifies bool
		watchdog time.Duration
		err      bool
	}{
		{name: "no manager"},
		{name: "watched", vars: map[string]string{"NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "30000000"}, notifies: true, watchdog: 30 * time.Second},
		{
			name: "watched by pid", notifies: true, watchdog: time.Second,
			vars: map[string]string{"NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": strconv.Itoa(os.Getpid())},
		},
		{name: "another process is watched", vars: map[string]string{"NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}, notifies: true},
		{name: "no time", vars: map[string]string{"NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "soon"}, err: true},
		{name: "a negative time", vars: map[string]string{"NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "-1"}, err: true},
		{name: "nobody listens", vars: map[string]string{"NOTIFY_SOCKET": filepath.Join(dir, "nobody")}, err: true},
		{name: "no address", vars: map[string]string{"NOTIFY_SOCKET": "notify"}, err: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := FromEnvironment(environment(c.vars))
			if (err != nil) != c.err || (n != nil) != c.notifies || n.Watchdog() != c.watchdog {
				t.Errorf("got %v, watchdog %s, %v", n, n.Watchdog(), err)
			}
			if n == nil && errors.Join(n.Ready(""), n.Reloading(), n.Stopping(), n.Close()) != nil {
				t.Error("without a manager telling fails")
			}
		})
	}
}

// The sign of life stops while the program is not live, and says why.
func TestWatchdog(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	conn := manager(t, socket)
	n, err := FromEnvironment(environment(map[string]string{"NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "20000"}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	calls := 0
	go func() {
		defer close(ended)
		n.Watch(ctx, func(context.Context) error {
			if calls++; calls == 2 {
				return errors.New("job tick shows no progress")
			}
			return nil
		})
	}()
	for _, want := range []string{"WATCHDOG=1\n", "STATUS=not live: job tick shows no progress\n", "WATCHDOG=1\n"} {
		if diff := cmp.Diff(want, told(t, conn)); diff != "" {
			t.Error(diff)
		}
	}
	cancel()
	<-ended
}
