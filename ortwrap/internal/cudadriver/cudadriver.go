// Package cudadriver asks the driver of NVIDIA's GPUs what there is, through the CUDA driver API.
//
// The driver's library is opened when it is asked, so that programs link and start where there is none. No header of
// CUDA is needed. It uses dlopen as every other package: what capi makes of that (see its dl_linux.c) lets every path
// through but one.
package cudadriver

import "fmt"

// Library is the driver's library. The driver brings it; a program never does.
const Library = "libcuda.so.1"

// Version is the number of a CUDA version, as CUDA writes it: 12040 for 12.4.
type Version int

// String is "12.4".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v/1000, v%1000/10) }

// Device is a GPU. Its number is its place in the list: that which CUDA gives it, after CUDA_VISIBLE_DEVICES.
type Device struct {
	Name         string
	Major, Minor int    // compute capability
	Memory       uint64 // bytes
}

// State is what a driver says.
type State struct {
	Version Version // newest CUDA version that it knows
	Devices []Device
}

// MissingError says that there is no driver that can be used.
type MissingError struct {
	Library string
	Reason  string
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("no NVIDIA driver (%s): %s", e.Library, e.Reason)
}

// CallError says which function of the driver failed.
type CallError struct {
	Function string
	Code     int    // CUresult
	Text     string // the driver's own
}

func (e *CallError) Error() string {
	return fmt.Sprintf("the NVIDIA driver fails: %s: %s (%d)", e.Function, e.Text, e.Code)
}
