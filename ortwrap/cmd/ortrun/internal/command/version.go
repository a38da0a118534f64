package command

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of ONNX Runtime",
		Example: "  ortrun version",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			build, err := ortwrap.BuildInfo()
			if err != nil {
				return err
			}
			fmt.Fprintf(a.out, "ortrun on ONNX Runtime %s (%s, %s/%s)\n",
				build.Version, build.Link, runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}

func buildRows(b ortwrap.Build) [][]string {
	rows := [][]string{
		{"ONNX Runtime", fmt.Sprintf("%s (API %d)", b.Version, b.API)},
		{"linked", string(b.Link)},
	}
	for _, row := range [][2]string{
		{"library", b.Library},
		{"store key", b.StoreKey},
		{"oldest glibc", b.GlibcFloor},
		{"CUDA", b.CUDAVersion},
		{"code for GPUs", strings.Join(b.CUDAArchitectures, " ")},
		{"build", strings.TrimSpace(b.Info)},
	} {
		if row[1] != "" {
			rows = append(rows, row[:])
		}
	}
	return rows
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
