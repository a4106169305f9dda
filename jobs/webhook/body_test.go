package webhook

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The body is a contract: a change here that is more than a new field breaks receivers.
func TestBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, fine)
		w.event("e1", "Courier", "Herald", "Gazette/e1-s0")
		w.event("e2", "Courier")
		w.event("e/3", "Post")
		w.threads["t1"] = cluster.Thread{ID: "t1", Links: []cluster.Link{{Event: "e1"}, {Event: "e2"}}}
		w.merge("e-old", "e1")
		margin := 0.127
		runner, stop := w.start(t, r, endpoint("desk"))
		w.write(
			cluster.Change{
				Level: "event", Kind: "grew", Object: "e1", In: []string{"e1-s2"}, Reason: "mean link .59, needs .46", Margin: &margin,
				Before: cluster.State{Size: 2, Representative: "e1-s0", Thread: "t1", Cohesion: .8},
				After:  cluster.State{Size: 3, Representative: "e1-s0", Thread: "t1", Cohesion: .75},
			},
			cluster.Change{
				Level: "event", Kind: "merged", Object: "e-old", Out: []string{"e1-s1"}, Other: "e1", Before: cluster.State{Size: 1},
			},
			cluster.Change{
				Level: "event", Kind: "renamed", Object: "e/3", After: cluster.State{Size: 1, Title: "What the editor <b>calls</b> it"},
			},
			cluster.Change{
				Level: "thread", Kind: "created", Object: "t1", In: []string{"e1", "e2"}, Links: []string{"founding", "follow-up"},
				After: cluster.State{Size: 2}, Reason: "follow-up, score .64, needs .40",
			},
			cluster.Change{Level: "group", Kind: "created", Object: "g1", In: []string{"e1-s0", "e1-s2"}, After: cluster.State{Size: 2}},
			cluster.Change{Level: "event", Kind: "ended", Object: "e-never", Before: cluster.State{Size: 1}},
		)
		runner.Wake()
		synctest.Wait()
		stop()
		if len(r.got()) != 1 {
			t.Fatalf("%d requests", len(r.got()))
		}
		var got bytes.Buffer
		if err := json.Indent(&got, r.got()[0].raw, "", "  "); err != nil {
			t.Fatal(err)
		}
		got.WriteByte('\n')
		golden := filepath.Join("testdata", "body.json")
		if *update {
			if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Error(diff)
		}
	})
}
