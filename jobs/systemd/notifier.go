package systemd

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// Notifier sends messages to the service manager; nil sends none.
type Notifier struct {
	conn     *net.UnixConn
	watchdog time.Duration // 0: not watched
}

// FromEnvironment connects to the socket that NOTIFY_SOCKET names: a path, or an abstract name that begins with "@".
// Without the variable the Notifier is nil.
func FromEnvironment(getenv func(string) string) (*Notifier, error) {
	address := getenv("NOTIFY_SOCKET")
	if address == "" {
		return nil, nil
	}
	if address[0] != '/' && address[0] != '@' {
		return nil, fmt.Errorf("NOTIFY_SOCKET %q: expected a path or a name with @", address)
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		return nil, fmt.Errorf("NOTIFY_SOCKET: %w", err)
	}
	n := &Notifier{conn: conn}
	if n.watchdog, err = watchdog(getenv, os.Getpid()); err != nil {
		return nil, fmt.Errorf("%w: %w", err, conn.Close())
	}
	return n, nil
}

// watchdog is the time within which the manager wants a sign of life from this process, 0 for none.
func watchdog(getenv func(string) string, pid int) (time.Duration, error) {
	text := getenv("WATCHDOG_USEC")
	if of := getenv("WATCHDOG_PID"); text == "" || of != "" && of != strconv.Itoa(pid) {
		return 0, nil
	}
	usec, err := strconv.ParseInt(text, 10, 64)
	if err != nil || usec <= 0 || usec > int64(366*24*time.Hour/time.Microsecond) {
		return 0, fmt.Errorf("WATCHDOG_USEC %q: expected microseconds", text)
	}
	return time.Duration(usec) * time.Microsecond, nil
}

// Ready says that the program has started, or has ended a reload; status is shown by systemctl status.
func (n *Notifier) Ready(status string) error { return n.send("READY=1", "STATUS="+status) }

// Reloading says that the program reads its config anew; Ready follows.
func (n *Notifier) Reloading() error {
	return n.send("RELOADING=1", "MONOTONIC_USEC="+strconv.FormatInt(monotonic().Microseconds(), 10), "STATUS=reloading the config")
}

// Stopping says that the program ends, however long that takes.
func (n *Notifier) Stopping() error { return n.send("STOPPING=1", "STATUS=stopping") }

// Watchdog is how long the manager waits for a sign of life before it restarts the program; 0: for ever.
func (n *Notifier) Watchdog() time.Duration {
	if n == nil {
		return 0
	}
	return n.watchdog
}

// Watch gives a sign of life twice in each time of the watchdog, as long as live says nil, until ctx ends. Where the
// program is not live it says why instead, and leaves it to the manager what to do when its time is up.
func (n *Notifier) Watch(ctx context.Context, live func(context.Context) error) {
	if n.Watchdog() <= 0 {
		return
	}
	tick := time.NewTicker(n.watchdog / 2)
	defer tick.Stop()
	for {
		if err := live(ctx); err == nil {
			_ = n.send("WATCHDOG=1")
		} else if ctx.Err() == nil {
			_ = n.send("STATUS=not live: " + err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// send sends one message. A line break would begin another assignment.
func (n *Notifier) send(assignments ...string) error {
	if n == nil {
		return nil
	}
	for i, a := range assignments {
		assignments[i] = strings.ReplaceAll(strings.ReplaceAll(a, "\n", " "), "\r", " ")
	}
	if err := n.conn.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	if _, err := n.conn.Write([]byte(strings.Join(assignments, "\n") + "\n")); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	return nil
}

// Close ends the connection.
func (n *Notifier) Close() error {
	if n == nil {
		return nil
	}
	return n.conn.Close()
}
