package audit

import (
	"fmt"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/devicecode"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/report"
)

// DeviceLibrary is a library that should have code for GPUs.
type DeviceLibrary struct {
	Name string // what the report calls it, "libonnxruntime_providers_cuda.so"
	Path string
}

// Device is the code for GPUs of one library.
type Device struct {
	Library string             `json:"library"`
	Groups  []devicecode.Group `json:"groups"`            // by kind and capability
	Missing []string           `json:"missing,omitempty"` // asked for and not there: "12.0", "12.0+PTX"
	Extra   []string           `json:"extra,omitempty"`   // there and not asked for

	// Relocatable are the parts that are for the device linker. The patches of ORT leave none.
	Relocatable int `json:"relocatable,omitempty"`
}

// devices reads the device code of the libraries and compares it with the capabilities that were asked for.
func devices(libraries []DeviceLibrary, asked string) ([]Device, error) {
	var list []Device
	for _, library := range libraries {
		code, err := devicecode.Read(library.Path)
		if err != nil {
			return nil, err
		}
		device := Device{Library: library.Name, Groups: code.Summary(), Relocatable: code.Relocatable()}
		if asked != "" {
			device.Missing, device.Extra = code.Missing(asked)
		}
		list = append(list, device)
	}
	return list, nil
}

// deviceProblems tells what was asked for and is missing, and relocatable code: all of the device code is there twice
// then, or, in an object, waits for a device linker that no user's link has. Code that nobody asked for only makes a
// library larger, so it is told by the text alone.
func (r Report) deviceProblems() []string {
	var problems []string
	for _, device := range r.Device {
		if len(device.Missing) > 0 {
			problems = append(problems,
				fmt.Sprintf("asked for %s, not in %s", strings.Join(device.Missing, ", "), device.Library))
		}
		if device.Relocatable > 0 {
			problems = append(problems, fmt.Sprintf("%s has %s of relocatable device code: "+
				"was it compiled with --relocatable-device-code?", device.Library, count(device.Relocatable, "part")))
		}
	}
	return problems
}

// DeviceText returns what the libraries have for GPUs, by capability, as a table for people; empty if there are none.
func (r Report) DeviceText() string {
	var page strings.Builder
	r.writeDevice(&page)
	return page.String()
}

// writeDevice shows the sizes by library and capability.
func (r Report) writeDevice(page *strings.Builder) {
	if len(r.Device) == 0 {
		return
	}
	libraries := map[string][]devicecode.Group{}
	for _, device := range r.Device {
		libraries[device.Library] = device.Groups
	}
	page.WriteByte('\n')
	_ = report.Table(page, devicecode.GroupTable(libraries)) // a strings.Builder takes everything
	page.WriteByte('\n')
	if r.Capabilities != "" {
		fmt.Fprintf(page, "asked for   %s\n", strings.Join(strings.Fields(r.Capabilities), ", "))
	}
	for _, device := range r.Device {
		if len(device.Extra) > 0 {
			fmt.Fprintf(page, "unasked     %s has %s\n", device.Library, strings.Join(device.Extra, ", "))
		}
	}
}
