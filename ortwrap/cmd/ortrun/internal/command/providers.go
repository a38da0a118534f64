package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// here is what could compute on this machine.
type here struct {
	Providers []ortwrap.ProviderStatus `json:"providers"`
	Devices   []ortwrap.Device         `json:"devices"`
	NoDevices string                   `json:"noDevices,omitempty"` // why there is no list of devices
	Build     ortwrap.Build            `json:"build"`
}

func lookHere() (here, error) {
	build, err := ortwrap.BuildInfo()
	if err != nil {
		return here{}, err
	}
	list, err := ortwrap.Providers()
	if err != nil {
		return here{}, err
	}
	h := here{Providers: list, Devices: []ortwrap.Device{}, Build: build}
	if devices, err := ortwrap.Devices(); err != nil {
		h.NoDevices = strings.TrimPrefix(err.Error(), ortwrap.ErrDevice.Error()+": ")
	} else {
		h.Devices = devices
	}
	return h, nil
}

func (a *app) providers() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "providers",
		Short: "List what can compute, and why something can't",
		Long: `List the execution providers: whether they are part of this program, whether they can be used on this machine
now and, where they can't, why. Below are the GPUs of NVIDIA, the version of ONNX Runtime, how it is linked and how
it was built: "9.0" is code for GPUs of compute capability 9.0, "12.0+PTX" code that the driver translates for newer
ones.`,
		Example: "  ortrun providers\n  ortrun providers --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			h, err := lookHere()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, h)
			}
			rows := [][]string{{"PROVIDER", "COMPILED IN", "USABLE", "WHY NOT"}}
			for _, p := range h.Providers {
				rows = append(rows, []string{p.Name, yes(p.Compiled), yes(p.Usable), p.Reason})
			}
			table(a.out, rows...)
			fmt.Fprintln(a.out)
			if rows := deviceRows(h.Devices); len(rows) > 0 {
				table(a.out, rows...)
				fmt.Fprintln(a.out)
			}
			table(a.out, append(buildRows(h.Build), noDeviceRows(h)...)...)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// deviceRows is a table of GPUs; nothing where there are none.
func deviceRows(list []ortwrap.Device) [][]string {
	if len(list) == 0 {
		return nil
	}
	rows := [][]string{{"GPU", "NAME", "CAPABILITY", "MEMORY", "DRIVER'S CUDA"}}
	for _, d := range list {
		rows = append(rows, []string{fmt.Sprint(d.Index), d.Name, d.Capability, size(int64(d.Memory)), d.DriverCUDA}) //nolint:gosec // a size
	}
	return rows
}

// noDeviceRows says why there is no table of GPUs.
func noDeviceRows(h here) [][]string {
	switch {
	case h.NoDevices != "":
		return [][]string{{"GPUs", h.NoDevices}}
	case len(h.Devices) == 0:
		return [][]string{{"GPUs", "none"}}
	default:
		return nil
	}
}
