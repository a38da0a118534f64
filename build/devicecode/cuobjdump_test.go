package devicecode_test

import (
	"bufio"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/devicecode"
)

// files are larger ones to compare: go test ./build/devicecode -run Cuobjdump -files=libonnxruntime_providers_cuda.so
var files = flag.String("files", "", "files to compare with cuobjdump, separated by commas")

// What the tool of the vendor lists is kept beside the fixtures, so that the comparison needs no toolkit.
func TestCodeIsWhatCuobjdumpListed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/cuobjdump.txt")
	require.NoError(t, err)
	lists := strings.Split(string(text), "# ")[1:]
	require.Len(t, lists, 5)
	for _, list := range lists {
		name, listing, _ := strings.Cut(list, "\n")
		require.Equal(t, listed(listing), counted(fixture(t, name)), name)
	}
}

func TestCodeIsWhatCuobjdumpLists(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("cuobjdump")
	if err != nil {
		t.Skip("cuobjdump is not in PATH: nothing but this test uses it") // also in CI: its lists are in testdata
	}
	paths, err := filepath.Glob("testdata/*.[os]*")
	require.NoError(t, err)
	if *files != "" {
		paths = append(paths, strings.Split(*files, ",")...)
	}
	for _, path := range paths {
		out, err := exec.CommandContext(t.Context(), tool, "-lelf", "-lptx", path).Output()
		require.NoError(t, err, path)
		code, err := devicecode.Read(path)
		require.NoError(t, err)
		require.Equal(t, listed(string(out)), counted(code), path)
	}
}

// line is one of cuobjdump's: "ELF file    1: zstd.1.sm_90.cubin".
var line = regexp.MustCompile(`^(ELF|PTX) file +\d+: .*\.sm_(\d+)(\d)([af]?)\.(cubin|ptx)$`)

// listed counts by kind and capability what cuobjdump lists.
func listed(text string) map[string]int {
	counts := map[string]int{}
	for scanner := bufio.NewScanner(strings.NewReader(text)); scanner.Scan(); {
		if found := line.FindStringSubmatch(scanner.Text()); found != nil {
			kind := map[string]devicecode.Kind{"ELF": devicecode.SASS, "PTX": devicecode.PTX}[found[1]]
			counts[string(kind)+" "+found[2]+"."+found[3]+found[4]]++
		}
	}
	return counts
}

// counted counts as cuobjdump does, which gives no suffix to the SASS of a family.
func counted(code devicecode.Code) map[string]int {
	counts := map[string]int{}
	for _, e := range code.Entries {
		if e.Kind == devicecode.Other {
			continue
		}
		name := e.Name()
		if e.Kind == devicecode.SASS && !e.Accelerated {
			name = e.Capability
		}
		counts[string(e.Kind)+" "+name]++
	}
	return counts
}
