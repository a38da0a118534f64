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
func terminateGroup(leader *os.Process, alone bool) error {
	return signalGroup(leader, alone, syscall.SIGTERM)
}

// killGroup ends what did not answer in time.
func killGroup(leader *os.Process, alone bool) {
	_ = signalGroup(leader, alone, syscall.SIGKILL) // the group is usually gone by now
}

// signalGroup sends a signal to the group of leader, or to it alone where the group is our own.
func signalGroup(leader *os.Process, alone bool, signal syscall.Signal) error {
	if alone {
		return leader.Signal(signal)
	}
	err := syscall.Kill(-leader.Pid, signal)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	if err != nil {
		return fmt.Errorf("sending %v to process group %d: %w", signal, leader.Pid, err)
	}
	return nil
}
