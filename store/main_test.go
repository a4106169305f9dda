package store

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A test binary started with this variable does not test: it commits to the store in the folder until it is killed.
const victimVariable = "SAMESTORY_STORE_VICTIM"

// With this variable it believes that there is always room.
const trustingVariable = "SAMESTORY_STORE_TRUSTING"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimVariable); dir != "" {
		victim(dir)
		return
	}
	flag.Parse()
	os.Exit(m.Run())
}

// fewer runs fewer rapid checks than the flag says, for properties whose every check opens a store.
func fewer(t *testing.T, share int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	old := f.Value.String()
	n := f.Value.(flag.Getter).Get().(int)
	if err := flag.Set("rapid.checks", strconv.Itoa(max(1, n/share))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set("rapid.checks", old) })
}
