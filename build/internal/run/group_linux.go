package run

import (
	"runtime"
	"syscall"
)

// processGroup makes the program a group leader that is also ended when this process is killed with -9.
//
// The kernel ties that signal to the *thread* that started the program (prctl(2), PR_SET_PDEATHSIG), so the thread must
// live as long as the program does: see lockThread.
func processGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

func lockThread() (unlock func()) {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}
