package inbox

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	killRounds = flag.Int("kill.rounds", 8, "processes that are killed")
	killSeed   = flag.Uint64("kill.seed", 1, "seed of the moments at which they are")
)

// killVariable makes the test binary a process that fills the inbox it names until it is killed.
const killVariable = "SAMESTORY_INBOX_KILL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killVariable); dir != "" {
		if err := fill(dir, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// fill appends from several goroutines and writes down every batch that was acknowledged. Ids go on from a number that it
// is told.
func fill(dir string, in io.Reader, out io.Writer) error {
	var first int
	if _, err := fmt.Fscan(in, &first); err != nil {
		return err
	}
	b, err := Open(dir, Options{Segment: 2000})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				id := first + 4*i + g
				n := 1 + id%7
				var lines []byte
				for k := range n {
					lines = fmt.Appendf(lines, "{\"id\":\"%d.%d\",\"text\":%q}\n", id, k, strings.Repeat("x", id%400))
				}
				if err := b.Append(context.Background(), lines, n); err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				mu.Lock()
				fmt.Fprintf(out, "%d %d\n", id, n) // a write of its own: what was told is out
				mu.Unlock()
			}
		})
	}
	wg.Go(func() {
		for {
			time.Sleep(3 * time.Millisecond)
			if err := b.Seal(context.Background()); err != nil {
				return
			}
		}
	})
	wg.Wait()
	return nil
}

// A process that is killed at any moment loses nothing that it has acknowledged, and leaves no line by halves.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	dir := filepath.Join(t.TempDir(), Folder)
	rng := rand.New(rand.NewPCG(*killSeed, 0))
	told := map[string]bool{}
	first := 0
	for range *killRounds {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), killVariable+"="+dir)
		cmd.Stdin = strings.NewReader(strconv.Itoa(first))
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		deadly := 1 + rng.IntN(400)
		for n := 0; lines.Scan(); n++ {
			var id, count int
			if _, err := fmt.Sscan(lines.Text(), &id, &count); err != nil {
				t.Fatal(err)
			}
			for k := range count {
				told[fmt.Sprintf("%d.%d", id, k)] = true
			}
			first = max(first, id+100_000)
			if n == deadly {
				time.Sleep(time.Duration(rng.IntN(2000)) * time.Microsecond)
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait()
		if stderr.Len() > 0 {
			t.Fatal(stderr.String())
		}
	}
	b := open(t, dir, Options{})
	lines := readable(t, dir)
	found := map[string]bool{}
	for _, line := range lines {
		var id string
		if n, err := fmt.Sscanf(line, `{"id":%q,`, &id); n != 1 || err != nil || !strings.HasSuffix(line, `"}`) {
			t.Fatalf("%.60q: %v", line, err)
		}
		if found[id] {
			t.Errorf("%s is there twice", id)
		}
		found[id] = true
	}
	for id := range told {
		if !found[id] {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
	if got := b.Depth().Stories; got != len(lines) {
		t.Errorf("%d stories wait, %d are there", got, len(lines))
	}
	t.Logf("%d stories acknowledged in %d processes, %d found", len(told), *killRounds, len(found))
}
