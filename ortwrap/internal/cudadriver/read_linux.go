package cudadriver

// #cgo LDFLAGS: -ldl
// #include <stdlib.h>
// #include "driver_linux.h"
import "C"

import (
	"strings"
	"unsafe"
)

// Read opens the driver's library at a path, or by a name that the system's loader finds, and asks for its devices. A
// driver without a GPU is no error. An error is a MissingError or a CallError.
func Read(library string) (State, error) {
	cLibrary := C.CString(library)
	defer C.free(unsafe.Pointer(cLibrary))
	var d C.ortwrap_driver
	if why := C.ortwrap_driver_open(cLibrary, &d); why != nil {
		defer C.free(unsafe.Pointer(why))
		// The system names the library first, as we do.
		return State{}, &MissingError{library, strings.TrimPrefix(C.GoString(why), library+": ")}
	}
	state := State{Version: Version(d.version)}
	for i := range d.count {
		var device C.ortwrap_device
		if C.ortwrap_driver_device(&d, i, &device) != 0 {
			return State{}, callError(&d)
		}
		state.Devices = append(state.Devices, Device{
			Name:   C.GoString(&device.name[0]),
			Major:  int(device.major),
			Minor:  int(device.minor),
			Memory: uint64(device.memory),
		})
	}
	if d.code != 0 {
		return State{}, callError(&d)
	}
	return state, nil
}

// callError reads what the last call left.
func callError(d *C.ortwrap_driver) error {
	return &CallError{Function: C.GoString(d.function), Code: int(d.code), Text: C.GoString(d.text)}
}
