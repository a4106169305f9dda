//go:build !linux

package sim

import "testing"

func folder(t *testing.T) string { return t.TempDir() }
