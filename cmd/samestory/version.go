package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// release is the version that a tagged build carries; other builds name their commit.
const release = "0.1.0"

func newVersion(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program, its formats and the toolchain",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			v := versionInfo()
			if asJSON {
				return json.NewEncoder(a.stdout).Encode(v)
			}
			_, err := fmt.Fprintf(a.stdout, "samestory %s (store schema %d; %s; %s)\n", v.Release, v.Schema, v.Features, v.Go)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

type versionView struct {
	Version  int    `json:"version"`
	Release  string `json:"release"`
	Commit   string `json:"commit,omitempty"`
	Schema   int    `json:"schema"`
	Features string `json:"features"`
	Go       string `json:"go"`
}

// releaseName tells builds of the program apart.
func releaseName() string {
	v := versionInfo()
	if v.Commit == "" {
		return v.Release
	}
	return fmt.Sprintf("%s (%.12s)", v.Release, v.Commit)
}

func versionInfo() versionView {
	v := versionView{Version: 1, Release: release, Schema: store.SchemaVersion, Features: cluster.Fingerprint(), Go: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v.Commit = s.Value
			}
		}
	}
	return v
}
