package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/samestory/samestory/jobs/newsroom"
)

// The long form, of which docs/PERFORMANCE.md has the result:
//
//	go test ./cmd/samestory -run TestSoak -v -timeout 60m -soak.time 30m -soak.feeds 200 -soak.push 1000 -soak.kills 5 -soak.poll 1m
var (
	soakTime  = flag.Duration("soak.time", 20*time.Second, "how long the daemon is fed")
	soakFeeds = flag.Int("soak.feeds", 40, "how many feeds it polls, every third of them a bad one")
	soakPush  = flag.Int("soak.push", 1000, "stories pushed a minute")
	soakKills = flag.Int("soak.kills", 1, "how often it is killed")
	soakPoll  = flag.Duration("soak.poll", 3*time.Second, "how often each feed is polled")
	soakSeed  = flag.Uint64("soak.seed", 1, "seed of the stories and of the moments of the kills")
	soakKeep  = flag.String("soak.keep", "", "folder to leave the store and the daemon's log in")
)

// A daemon polls good and bad feeds, takes pushed stories at the same time, and is killed again and again: what it has
// acknowledged and what the good feeds have shown is there in the end, once, and the store is sound.
func TestSoak(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads the memory of the daemon from /proc")
	}
	if testing.Short() {
		t.Skip("runs a daemon for half a minute; the tests that are not short do it")
	}
	dir := *soakKeep
	if dir == "" {
		dir = t.TempDir()
	}
	s := &soak{t: t, dir: dir, random: rand.New(rand.NewPCG(*soakSeed, 7)), peers: newSoakPeers(t, *soakFeeds)}
	s.configure()
	s.start()
	stories := s.feed()
	s.run(stories)
	s.settle()
	s.stop()
	s.verify()
}

// soak is a daemon in its surroundings.
type soak struct {
	t      *testing.T
	dir    string
	random *rand.Rand
	peers  *soakPeers
	listen string
	log    *os.File

	lock   sync.Mutex
	daemon *exec.Cmd
	ended  chan error // of the daemon that runs

	acknowledged []string // ids, in order
	curve        []soakPoint
}

// soakPoint is what was measured once.
type soakPoint struct {
	at           time.Duration
	resident     int64 // bytes of memory of the daemon, without what it only maps from files
	acknowledged int
	residents    int // stories in memory, as the daemon counts them; -1: it did not answer
}

func (s *soak) configure() {
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.listen = port.Addr().String()
	port.Close()
	var b strings.Builder
	// A minute of the soak stands for a day of news, so that the window moves on and stories leave memory.
	fmt.Fprintf(&b, "[store]\ndir = \"db\"\n[http]\nlisten = %q\n[cluster]\nwindow = \"2d\"\n[limits]\nlive = 2000\n", s.listen)
	fmt.Fprintf(&b, "[fetch]\nallow_private = [%q, %q]\ntimeout = \"5s\"\nrate = 0\nconcurrent = 16\n", s.peers.allowed()[0], s.peers.allowed()[1])
	fmt.Fprintf(&b, "[daemon]\ntick = \"@every 2s\"\njitter = \"%s\"\nsettle = \"\"\nmaintenance = \"@every %s\"\n", *soakPoll/2,
		max(*soakTime/6, 5*time.Second))
	for i := range *soakFeeds {
		fmt.Fprintf(&b, "[[source]]\nname = \"feed%03d\"\nkind = \"feed\"\nurl = %q\nschedule = \"@every %s\"\n", i, s.peers.url(i), *soakPoll)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "soak.toml"), []byte(b.String()), 0o644); err != nil {
		s.t.Fatal(err)
	}
	if s.log, err = os.OpenFile(filepath.Join(s.dir, "daemon.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { s.log.Close() })
}

func (s *soak) start() {
	s.t.Helper()
	cmd := exec.Command(os.Args[0], "daemon", "--config", "soak.toml", "--json")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, s.log, s.log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	s.lock.Lock()
	s.daemon, s.ended = cmd, ended
	s.lock.Unlock()
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if r, err := http.Get("http://" + s.listen + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			s.t.Fatalf("the daemon is not ready after a minute\n%s", s.tail())
		}
	}
}

// kill ends the daemon as a power cut does for everything but the disk, and starts it again.
func (s *soak) kill() {
	s.lock.Lock()
	cmd := s.daemon
	s.lock.Unlock()
	_ = cmd.Process.Kill()
	<-s.ended
	s.start()
}

// alive starts the daemon again where it has ended by itself, which is a failure.
func (s *soak) alive() {
	select {
	case err := <-s.ended:
		s.t.Errorf("the daemon ended by itself: %v\n%s", err, s.tail())
		s.start()
	default:
	}
}

func (s *soak) stop() {
	s.t.Helper()
	if err := s.daemon.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	if err := <-s.ended; err != nil {
		s.t.Fatalf("the daemon did not end well: %v\n%s", err, s.tail())
	}
}

// feed makes the stories: a fifth for the feeds, the rest to be pushed.
func (s *soak) feed() []newsroom.Labelled {
	minutes := max(1, int(*soakTime/time.Minute))
	pushed := max(1, int(int64(*soakPush)*int64(*soakTime)/int64(time.Minute)))
	mix := newsroom.DefaultMix()
	mix.Late, mix.Undated = 0, 0 // both would be placed by a clock that runs slower than the stories' own
	o := newsroom.Options{
		Seed: *soakSeed, Stories: pushed * 5 / 4, Days: minutes, TextBytes: 800, Mix: &mix,
		Start: time.Now().UTC().AddDate(0, 0, -minutes-1),
	}
	return slices.Collect(newsroom.Generate(o))
}

// run feeds the daemon for the time of the soak, and kills it meanwhile.
func (s *soak) run(stories []newsroom.Labelled) {
	var kills []time.Duration
	for i := range *soakKills {
		part := *soakTime / time.Duration(*soakKills)
		kills = append(kills, part*time.Duration(i)+part/4+time.Duration(s.random.Int64N(int64(part/2))))
	}
	begun := time.Now()
	outbox := make(chan []newsroom.Labelled, 1<<16)
	var pusher, sampler sync.WaitGroup
	ended := make(chan struct{})
	pusher.Go(func() { s.push(outbox) })
	sampler.Go(func() { s.sample(begun, ended) })
	var batch []newsroom.Labelled
	for i := range stories {
		due := time.Duration(int64(*soakTime) * int64(i) / int64(len(stories)))
		for time.Since(begun) < due {
			if len(batch) > 0 {
				outbox <- batch
				batch = nil
			}
			if len(kills) > 0 && time.Since(begun) >= kills[0] {
				kills = kills[1:]
				s.kill()
			}
			s.alive()
			time.Sleep(20 * time.Millisecond)
		}
		if i%5 == 0 {
			s.peers.publish(&stories[i])
		} else {
			batch = append(batch, stories[i])
		}
	}
	outbox <- batch
	close(outbox)
	pusher.Wait()
	close(ended)
	sampler.Wait()
}

// push sends batches, each again and again until it is acknowledged.
func (s *soak) push(outbox <-chan []newsroom.Labelled) {
	client := &http.Client{Timeout: 20 * time.Second}
	for batch := range outbox {
		if len(batch) == 0 {
			continue
		}
		var body bytes.Buffer
		if _, err := newsroom.WriteJSONL(&body, slices.Values(batch)); err != nil {
			s.t.Error(err)
			return
		}
		for !s.deliver(client, body.Bytes(), batch) {
			time.Sleep(100 * time.Millisecond)
		}
	}
}

func (s *soak) deliver(client *http.Client, body []byte, batch []newsroom.Labelled) bool {
	r, err := client.Post("http://"+s.listen+"/v1/stories", "application/x-ndjson", bytes.NewReader(body))
	if err != nil {
		return false // the daemon is down, or went down before it answered
	}
	defer r.Body.Close()
	answer, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode == http.StatusTooManyRequests || r.StatusCode >= 500 {
		return false
	}
	if r.StatusCode/100 != 2 {
		s.t.Errorf("push: %s: %s", r.Status, answer)
		return true
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	for i := range batch {
		s.acknowledged = append(s.acknowledged, batch[i].ID)
	}
	return true
}

// sample measures the daemon's memory a hundred times.
func (s *soak) sample(begun time.Time, ended <-chan struct{}) {
	for {
		select {
		case <-ended:
			return
		case <-time.After(*soakTime / 100):
		}
		s.lock.Lock()
		pid, n := s.daemon.Process.Pid, len(s.acknowledged)
		s.lock.Unlock()
		if bytes := anonymous(pid); bytes > 0 {
			s.curve = append(s.curve, soakPoint{time.Since(begun), bytes, n, s.residents()})
		}
	}
}

// residents asks the daemon how many stories it holds in memory.
func (s *soak) residents() int {
	client := &http.Client{Timeout: 5 * time.Second}
	r, err := client.Get("http://" + s.listen + "/metrics")
	if err != nil {
		return -1 // it is down, or busy with its start
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return -1
	}
	for line := range strings.Lines(string(body)) {
		if text, ok := strings.CutPrefix(line, "samestory_resident_stories "); ok {
			if n, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
				return int(n)
			}
		}
	}
	return -1
}

// anonymous is the memory that a process has for itself, in bytes; 0 where it has ended.
func anonymous(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "RssAnon:" {
			kib, _ := strconv.ParseInt(f[1], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// settle waits until every good feed was polled to its end and every tick has run.
func (s *soak) settle() {
	for deadline := time.Now().Add(3**soakPoll + time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if s.peers.drained() {
			break
		}
	}
	time.Sleep(*soakPoll + 6*time.Second)
}

func (s *soak) verify() {
	s.t.Helper()
	finish(s.t, s.dir, 0, "check", "--store", "db")
	s.unharmed()
	ids, urls := map[string]int{}, map[string]int{}
	for line := range strings.Lines(finish(s.t, s.dir, 0, "export", "stories", "--store", "db")) {
		var story struct{ ID, URL string }
		if err := json.Unmarshal([]byte(line), &story); err != nil {
			s.t.Fatalf("%v: %s", err, line)
		}
		ids[story.ID]++
		urls[story.URL]++
	}
	lost := 0
	for _, id := range s.acknowledged {
		if ids[id] != 1 {
			lost++
			s.t.Logf("pushed story %s is there %d times", id, ids[id])
		}
	}
	missed := 0
	shown := s.peers.shown()
	for _, url := range shown {
		if urls[url] != 1 {
			missed++
			s.t.Logf("feed item %s is there %d times", url, urls[url])
		}
	}
	if lost > 0 || missed > 0 {
		s.t.Errorf("%d of %d acknowledged stories and %d of %d shown feed items are not there once", lost, len(s.acknowledged), missed, len(shown))
	}
	if len(s.acknowledged) == 0 || len(shown) == 0 {
		s.t.Errorf("%d stories were acknowledged, %d items were shown", len(s.acknowledged), len(shown))
	}
	if n := s.peers.trespasses.Load(); n > 0 {
		s.t.Errorf("a private address was asked %d times", n)
	}
	s.t.Logf("%d stories pushed, %d feed items, %d kills, %d stories in the store", len(s.acknowledged), len(shown), *soakKills, len(ids))
	for i := 0; i < len(s.curve); i += max(1, len(s.curve)/50) {
		p := s.curve[i]
		s.t.Logf("%8s  %4d MiB  %6d acknowledged  %6d stories in memory", p.at.Round(time.Second), p.resident>>20, p.acknowledged, p.residents)
	}
}

// unharmed holds that the daemon itself has seen nothing wrong with its store, and has looked.
func (s *soak) unharmed() {
	s.t.Helper()
	log, err := os.ReadFile(s.log.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	for line := range strings.Lines(string(log)) {
		if strings.Contains(line, `"level":"ERROR"`) {
			s.t.Errorf("the daemon says: %.500s", line)
		}
	}
	if runs := finish(s.t, s.dir, 0, "report", "runs", "--store", "db", "--limit", "-1", "--json"); !strings.Contains(runs, "integrity sample: ") {
		s.t.Error("the daemon has not looked at its store")
	}
}

// tail is the end of the daemon's log.
func (s *soak) tail() string {
	data, _ := os.ReadFile(s.log.Name())
	return string(data[max(0, len(data)-4000):])
}
