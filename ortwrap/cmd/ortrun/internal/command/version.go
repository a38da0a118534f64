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

func (a *app) providers() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "providers",
		Short: "List what can compute, and why something can't",
		Long: `List the execution providers: whether they are part of this program, whether they can be used on this machine
now and, where they can't, why. Below are the version of ONNX Runtime, how it is linked and how it was built.`,
		Example: "  ortrun providers\n  ortrun providers --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			build, err := ortwrap.BuildInfo()
			if err != nil {
				return err
			}
			list, err := ortwrap.Providers()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, struct {
					Providers []ortwrap.ProviderStatus `json:"providers"`
					Build     ortwrap.Build            `json:"build"`
				}{list, build})
			}
			rows := [][]string{{"PROVIDER", "COMPILED IN", "USABLE", "WHY NOT"}}
			for _, p := range list {
				rows = append(rows, []string{p.Name, yes(p.Compiled), yes(p.Usable), p.Reason})
			}
			table(a.out, rows...)
			fmt.Fprintln(a.out)
			table(a.out, buildRows(build)...)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func buildRows(b ortwrap.Build) [][]string {
	rows := [][]string{
		{"ONNX Runtime", fmt.Sprintf("%s (API %d)", b.Version, b.API)},
		{"linked", string(b.Link)},
	}
	for _, row := range [][2]string{
		{"library", b.Library}, {"store key", b.StoreKey}, {"oldest glibc", b.GlibcFloor}, {"build", strings.TrimSpace(b.Info)},
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
