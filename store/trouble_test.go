package store

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

// smallDisk mounts a disk of its own for the test.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		// Badger lets go of nothing when it fails to open, so that the disk may be busy until the process ends.
		if out, err := exec.Command("umount", "-l", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return disk
}

func remount(t *testing.T, disk, options string) {
	t.Helper()
	if out, err := exec.Command("mount", "-o", "remount,"+options, disk).CombinedOutput(); err != nil {
		t.Skipf("the disk cannot be mounted again: %v: %s", err, out)
	}
}

// A crash between the making of a log and the setting of its size leaves an empty file, which is no reason not to open.
func TestOpenWithEmptyLogs(t *testing.T) {
	t.Parallel()
	s := create(t)
	if err := s.Commit(t.Context(), padded(3, 100)); err != nil {
		t.Fatal(err)
	}
	want := dump(t, s)
	for _, name := range []string{"00001.mem", "00099.mem", "000099.vlog"} {
		for _, o := range []Options{{}, {ReadOnly: true}} {
			crashed := copyStore(t, s.dir)
			if name == "00001.mem" { // the first, of a store that holds nothing in it
				crashed = copyStore(t, closed(t, s.dir))
			}
			fill(t, filepath.Join(crashed, name), "")
			got := dump(t, reopen(t, crashed, o))
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %+v (-want +got):\n%s", name, o, diff)
			}
		}
	}
	// In a store that is in use it is about to be filled.
	empty := filepath.Join(s.dir, "00099.mem")
	fill(t, empty, "")
	for _, o := range []Options{{}, {ReadOnly: true}} {
		if _, err := Open(t.Context(), s.dir, o); !errors.Is(err, ErrLocked) {
			t.Errorf("%+v in a store that is open: %v", o, err)
		}
	}
	if _, err := os.Stat(empty); err != nil {
		t.Error(err)
	}
}

func fill(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// closed copies a store and closes the copy well.
func closed(t *testing.T, from string) string {
	t.Helper()
	dir := copyStore(t, from)
	if err := reopen(t, dir, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The file LOCK holds nobody off: the system's lock does, which ends with its process.
func TestStaleLockFile(t *testing.T) {
	t.Parallel()
	dir := closed(t, create(t).dir)
	for _, text := range []string{"1\n", "99999999\n", "", "nonsense"} {
		fill(t, filepath.Join(dir, "LOCK"), text)
		for _, o := range []Options{{ReadOnly: true}, {}} {
			s, err := Open(t.Context(), dir, o)
			if err != nil {
				t.Fatalf("%q, %+v: %v", text, o, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// Nothing is written into a folder that is no longer there, also when another has its name by now. One that comes back
// is gone on with.
func TestFolderTakenAway(t *testing.T) {
	t.Parallel()
	for name, take := range map[string]func(dir string) error{
		"deleted": os.RemoveAll,
		"emptied": func(dir string) error {
			return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o755))
		},
		"moved": func(dir string) error { return os.Rename(dir, dir+".aside") },
		"replaced": func(dir string) error {
			return errors.Join(os.Rename(dir, dir+".aside"), exec.Command("cp", "-a", dir+".aside", dir).Run())
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := reopen(t, filepath.Join(t.TempDir(), "store"), Options{Create: true})
			if err := s.Commit(t.Context(), victimBatch(1)); err != nil {
				t.Fatal(err)
			}
			if name != "moved" {
				defer func() {
					if err := s.Close(); !errors.Is(err, ErrGone) {
						t.Errorf("close: %v", err)
					}
				}()
			}
			if err := take(s.dir); err != nil {
				t.Fatal(err)
			}
			err := s.Commit(t.Context(), victimBatch(2))
			if !errors.Is(err, ErrGone) || !strings.Contains(err.Error(), s.dir) {
				t.Errorf("commit: %v", err)
			}
			if err := s.Maintain(t.Context()); !errors.Is(err, ErrGone) {
				t.Errorf("maintain: %v", err)
			}
			if name != "moved" {
				return
			}
			if err := os.Rename(s.dir+".aside", s.dir); err != nil {
				t.Fatal(err)
			}
			if err := s.Commit(t.Context(), victimBatch(2)); err != nil {
				t.Errorf("after it came back: %v", err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = reopen(t, s.dir, Options{})
			clean(t, s)
			v := s.View()
			defer v.Close()
			if stats, err := v.Stats(); err != nil || stats.Stories != 20 {
				t.Errorf("%d stories, %v", stats.Stories, err)
			}
		})
	}
}

// On a disk without room maintenance does not begin, and a restore ends without a trace; both go through later.
func TestFullDiskOfMaintenanceAndRestore(t *testing.T) {
	t.Parallel()
	s := create(t)
	if err := s.Commit(t.Context(), padded(60, 400<<10)); err != nil {
		t.Fatal(err)
	}
	s.minFree = 1 << 20
	s.seams.Free = func(string) (int64, error) { return 0, nil }
	if err := s.Maintain(t.Context()); !errors.Is(err, ErrFull) {
		t.Errorf("maintain: %v", err)
	}
	s.seams.Free = freeSpace
	if err := s.Maintain(t.Context()); err != nil {
		t.Errorf("maintain with room again: %v", err)
	}
	clean(t, s)
	info, err := tryBackUp(s, t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	dir := filepath.Join(t.TempDir(), "restored")
	full := func(string) (int64, error) {
		if asked++; asked > 1 { // another program fills the disk while the restore writes
			return 0, nil
		}
		return 1 << 40, nil
	}
	_, err = Restore(t.Context(), []string{info.Path}, dir, RestoreOptions{MinFree: 1 << 20, Seams: Seams{Free: full}})
	if !errors.Is(err, ErrFull) {
		t.Errorf("restore: %v", err)
	}
	if left, _ := filepath.Glob(dir + "*"); len(left) > 0 {
		t.Errorf("the restore left %v", left)
	}
	if _, err := Restore(t.Context(), []string{info.Path}, dir, RestoreOptions{MinFree: 1}); err != nil {
		t.Errorf("restore with room again: %v", err)
	}
}

// A disk that another program fills, so that there is no room after all in the middle of a write, ends the process or
// fails the commit. Whatever was acknowledged is there when there is room again, and nothing by halves.
func TestDiskFillsUnderTheStore(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "64m")
	dir := filepath.Join(disk, "store")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimVariable+"="+dir, trustingVariable+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	acknowledged := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, err := strconv.Atoi(lines.Text()); err == nil {
			acknowledged = n
		} else {
			t.Logf("the process says %s", lines.Text())
		}
	}
	_ = cmd.Wait()
	t.Logf("%d commits, then %v", acknowledged, cmd.ProcessState)
	if acknowledged == 0 || acknowledged > 40 {
		t.Errorf("%d commits went through", acknowledged)
	}
	remount(t, disk, "size=400m")
	s := reopen(t, dir, Options{})
	defer s.Close() // before the disk goes
	clean(t, s)
	v := s.View()
	stats, err := v.Stats()
	v.Close()
	if err != nil || stats.Stories < 10*acknowledged || stats.Stories > 10*acknowledged+10 || stats.Stories%10 != 0 {
		t.Errorf("%d stories after %d commits, %v", stats.Stories, acknowledged, err)
	}
	if err := s.Commit(t.Context(), victimBatch(1000)); err != nil {
		t.Errorf("with room again: %v", err)
	}
	clean(t, s)
}

// A store on a disk for reading can be read; writing says why it cannot be, and a store left by a crash that it has to be
// opened for writing once.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "400m")
	s := create(t)
	if err := s.Commit(t.Context(), padded(3, 100)); err != nil {
		t.Fatal(err)
	}
	good, crashed := filepath.Join(disk, "good"), filepath.Join(disk, "crashed")
	for to, from := range map[string]string{good: closed(t, s.dir), crashed: s.dir} {
		if out, err := exec.Command("cp", "-a", "--sparse=always", from, to).CombinedOutput(); err != nil {
			t.Skipf("cannot copy sparse files here: %v: %s", err, out)
		}
	}
	remount(t, disk, "ro")
	r := reopen(t, good, Options{ReadOnly: true})
	if diff := gocmp.Diff(dump(t, s), dump(t, r)); diff != "" {
		t.Errorf("what is read differs (-want +got):\n%s", diff)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	for _, test := range []struct {
		dir  string
		o    Options
		want error
	}{
		{good, Options{MinFree: 1}, syscall.EROFS},
		{crashed, Options{ReadOnly: true, MinFree: 1}, ErrRecover},
		{crashed, Options{ReadOnly: true, MinFree: 1}, syscall.EROFS},
		{filepath.Join(disk, "new"), Options{Create: true, MinFree: 1}, syscall.EROFS},
	} {
		if _, err := Open(t.Context(), test.dir, test.o); !errors.Is(err, test.want) {
			t.Errorf("%s, %+v: %v, expected %v", test.dir, test.o, err, test.want)
		}
	}
	remount(t, disk, "rw")
	r = reopen(t, crashed, Options{})
	clean(t, r)
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// Whatever the clock says, the journal is in the order of time.
func TestClockGoesAnywhere(t *testing.T) {
	t.Parallel()
	s := create(t)
	for n, at := range []time.Time{epoch, epoch.Add(-time.Hour), epoch.AddDate(30, 0, 0), {}, epoch} {
		b := victimBatch(n + 1)
		b.At, b.Run = at, &Run{ID: strconv.Itoa(n), Job: "tick", Started: at, Ended: at}
		if err := s.Commit(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	clean(t, s)
	v := s.View()
	defer v.Close()
	var last time.Time
	var seen []cluster.Change
	for e, err := range v.Changes(0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.At.Before(last) {
			t.Errorf("entry %d is of %s, the one before of %s", e.Seq, e.At, last)
		}
		last = e.At
		seen = append(seen, e.Change)
	}
	if len(seen) != 55 {
		t.Errorf("%d entries, expected 55", len(seen))
	}
	runs := 0
	for _, err := range v.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		runs++
	}
	if runs != 5 {
		t.Errorf("%d runs", runs)
	}
}
