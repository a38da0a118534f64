//go:build unix && !linux

package run

import "syscall"

// processGroup makes the program a group leader. Only Linux can also tie its life to ours.
func processGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func lockThread() (unlock func()) { return func() {} }
