package ortwrap

import (
	"fmt"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/cudadriver"
)

// linkedCode is what the linked build has for GPUs. The error is ErrDevice.
func linkedCode() (deviceCode, error) {
	code, err := newDeviceCode(strings.Fields(capi.CUDAArchitectures), capi.CUDAVersion)
	if err != nil {
		return deviceCode{}, fmt.Errorf("%w: onnxruntime_builder.h: %w", ErrDevice, err)
	}
	return code, nil
}

// ask says why a GPU of the machine can't be used. ORT itself would say so when a model runs ("no kernel image is
// available for execution on the device"), or not at all. The error is ErrDevice.
//
// sure is false where the driver could not be asked: the CUDA libraries may find one where we can't.
func (d deviceCode) ask(driver string, number int) (sure bool, err error) {
	state, err := cudadriver.Read(driver)
	if err != nil {
		return false, fmt.Errorf("%w: %w: install the driver of your GPU, or do without (CPUOnly)", ErrDevice, err)
	}
	return true, d.check(state, number)
}

// check says why a GPU can't be used. Of a build that does not tell its architectures or its CUDA version, that is not
// checked.
func (d deviceCode) check(state cudadriver.State, number int) error {
	built := cudadriver.Version(d.version)
	switch {
	case len(state.Devices) == 0:
		return fmt.Errorf("%w: there is none: the NVIDIA driver finds no GPU (CUDA_VISIBLE_DEVICES may hide it)", ErrDevice)
	case number >= len(state.Devices):
		return fmt.Errorf("%w: there is no GPU %d: the NVIDIA driver has %s", ErrDevice, number, numbered(state.Devices))
	case state.Version/1000 < built/1000:
		return fmt.Errorf("%w: the NVIDIA driver is too old: it knows CUDA %s, this build is made with CUDA %s: "+
			"install a newer driver", ErrDevice, state.Version, built)
	case len(d.list) == 0:
		return nil
	}
	gpu := capability{state.Devices[number].Major, state.Devices[number].Minor}
	outdated := false
	for _, a := range d.list {
		if !a.runsOn(gpu) {
			continue
		}
		if !a.ptx || state.Version >= built { // an older driver can't read newer PTX
			return nil
		}
		outdated = true
	}
	if outdated {
		return fmt.Errorf("%w: this build has only PTX for your GPU (%s), which the NVIDIA driver can't translate: it knows "+
			"CUDA %s, this build is made with CUDA %s: install a newer driver, or build with ORT_CUDA_ARCHS=%q",
			ErrDevice, gpu, state.Version, built, d.words(gpu))
	}
	return fmt.Errorf("%w: this build has no code for your GPU (%s); it has %s: build with ORT_CUDA_ARCHS=%q",
		ErrDevice, gpu, d, d.words(gpu))
}

// numbered names the devices of a driver: "0 (NVIDIA H200), 1 (NVIDIA H200)".
func numbered(devices []cudadriver.Device) string {
	names := make([]string, len(devices))
	for i, d := range devices {
		names[i] = fmt.Sprintf("%d (%s)", i, d.Name)
	}
	return strings.Join(names, ", ")
}
