package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/store"
)

// errUnsound ends a check that has found something; what it found has been said.
var errUnsound = errors.New("the store is not sound")

func newCheck(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Verify checksums and every invariant of the store",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			c, err := a.settings()
			if err != nil {
				return err
			}
			s, err := a.openStore(cmd.Context(), &c, store.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			found, err := s.Check(cmd.Context())
			if err != nil {
				return err
			}
			return a.checked(s, found, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// rowCount is how many rows of a kind were verified.
type rowCount struct {
	Kind string `json:"kind"`
	Rows int    `json:"rows"`
}

func rowCounts(list []store.RowCount) []rowCount {
	out := make([]rowCount, len(list))
	for i, k := range list {
		out[i] = rowCount(k)
	}
	return out
}

type checkView struct {
	Version  int             `json:"version"`
	Sound    bool            `json:"sound"`
	Stories  int             `json:"stories"`
	Expired  int             `json:"expired"` // of the stories
	Versions int             `json:"older_versions"`
	Waiting  int             `json:"waiting"`
	Groups   int             `json:"duplicate_groups"`
	Events   int             `json:"events"`
	Threads  int             `json:"threads"`
	Changes  uint64          `json:"changes"`
	Rows     int             `json:"rows"`
	Verified []rowCount      `json:"verified"`
	Findings []store.Finding `json:"findings"`
}

// checked says what a check has found.
func (a *app) checked(s *handle, r store.CheckReport, asJSON bool) error {
	if asJSON {
		err := json.NewEncoder(a.stdout).Encode(checkView{
			Version: 1, Sound: r.OK(), Stories: r.Counts.Stories, Expired: r.Counts.Expired, Versions: r.Counts.Versions, Waiting: r.Counts.Waiting,
			Groups: r.Counts.Groups, Events: r.Counts.Events, Threads: r.Counts.Threads, Changes: r.Counts.Changes,
			Rows: r.Rows, Verified: rowCounts(r.Kinds), Findings: append([]store.Finding{}, r.Findings...),
		})
		if err != nil || r.OK() {
			return err
		}
		return errUnsound
	}
	fmt.Fprintf(a.stdout, "%s: %s, %s, %s, %s, %d journal entries; %d rows read\n", s.Dir(),
		plural(r.Counts.Stories, "story", "stories"), plural(r.Counts.Groups, "duplicate group", "duplicate groups"),
		plural(r.Counts.Events, "event", "events"), plural(r.Counts.Threads, "thread", "threads"), r.Counts.Changes, r.Rows)
	a.verified(r.Kinds)
	if r.Counts.Expired > 0 {
		fmt.Fprintf(a.stdout, "%s expired: texts, older versions and features are gone, everything else is there\n",
			plural(r.Counts.Expired, "story has", "stories have"))
	}
	if r.Counts.Waiting > 0 {
		fmt.Fprintf(a.stdout, "%s for the event stage: the next backfill or tick places them\n", plural(r.Counts.Waiting, "story waits", "stories wait"))
	}
	if r.OK() {
		fmt.Fprintln(a.stdout, "sound: no findings")
		return nil
	}
	a.findings(r.Findings)
	return hinted{errUnsound, "keep a copy of the folder before anything else; samestory repair --dry-run says what can be made again, and restore makes a store of a backup"}
}

// findings lists what a check has found, with examples.
func (a *app) findings(list []store.Finding) {
	for _, f := range list {
		fmt.Fprintf(a.stdout, "%s: %d\n", f.Kind, f.Count)
		for _, e := range f.Examples {
			fmt.Fprintf(a.stdout, "  %s\n", e)
		}
	}
}

// verified lists how many rows of each kind were read and hold.
func (a *app) verified(list []store.RowCount) {
	const columns = 3
	for line := range slices.Chunk(list, columns) {
		text := ""
		for _, k := range line {
			text += fmt.Sprintf("  %8d %-20s", k.Rows, k.Kind)
		}
		fmt.Fprintln(a.stdout, strings.TrimRight(text, " "))
	}
}
