//go:build unix

package run

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// terminateGroup asks every process of the group to end. Ninja answers SIGTERM by ending its compilers and removing
// what they had half written.
func terminateGroup(leader *os.Process) error {
	return signalGroup(leader, syscall.SIGTERM)
}

// killGroup ends what did not answer in time.
func killGroup(leader *os.Process) {
	_ = signalGroup(leader, syscall.SIGKILL) // the group is usually gone by now
}

func signalGroup(leader *os.Process, signal syscall.Signal) error {
	err := syscall.Kill(-leader.Pid, signal)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	if err != nil {
		return fmt.Errorf("sending %v to process group %d: %w", signal, leader.Pid, err)
	}
	return nil
}
