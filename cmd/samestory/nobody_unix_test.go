//go:build linux || darwin

package main

import (
	"os/exec"
	"syscall"
)

// asNobody makes a command of root's run as a user without rights.
func asNobody(cmd *exec.Cmd) bool {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return true
}
