//go:build !linux

package control

import "os"

// through would name a file by the open folder that it is in; here the system has no such names.
func through(*os.File, string) (string, bool) { return "", false }
