package control

import (
	"fmt"
	"os"
)

// through names a file by the open folder that it is in.
func through(folder *os.File, name string) (string, bool) {
	return fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), name), true
}
