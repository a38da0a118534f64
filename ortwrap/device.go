package ortwrap

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/cudadriver"
)

// Device is a GPU of NVIDIA.
type Device struct {
	Index      int    `json:"index"`      // its number: [CUDA].Device
	Name       string `json:"name"`       // "NVIDIA H200"
	Capability string `json:"capability"` // compute capability: "9.0"
	Memory     uint64 `json:"memory"`     // bytes, all of it
	DriverCUDA string `json:"driverCuda"` // newest CUDA version that the driver knows: "13.0"
}

// Devices lists the GPUs of NVIDIA that this process may use, as the driver tells them: the environment variable
// CUDA_VISIBLE_DEVICES counts. It needs neither ORT nor CUDA. A driver without a GPU gives an empty list.
//
// The error is [ErrDevice] where there is no driver or it fails, and also errors.ErrUnsupported on systems other than
// Linux.
func Devices() ([]Device, error) { return devicesOf(cudadriver.Library) }

// devicesOf asks the driver of that name or path.
func devicesOf(driver string) ([]Device, error) {
	state, err := cudadriver.Read(driver)
	switch {
	case err != nil && runtime.GOOS != "linux":
		return nil, fmt.Errorf("%w: %w: %w", ErrDevice, err, errors.ErrUnsupported)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrDevice, err)
	}
	list := make([]Device, len(state.Devices))
	for i, d := range state.Devices {
		list[i] = Device{
			Index:      i,
			Name:       d.Name,
			Capability: capability{d.Major, d.Minor}.String(),
			Memory:     d.Memory,
			DriverCUDA: state.Version.String(),
		}
	}
	return list, nil
}
