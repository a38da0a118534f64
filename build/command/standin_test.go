//go:build linux

package command_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha1" //nolint:gosec // deps.txt pins by SHA-1
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// standIn takes the place of ONNX Runtime: two releases, small and whole, with their real digests in release files.
type standIn struct {
	files    map[string][]byte // what the network has, by path
	releases map[string]string // release files by version
	deps     string            // cmake/deps.txt
	archives string            // folder with a static library for each target
}

const host = "https://example.com" // whose certificate httptest has

// dependencies are what deps.txt lists. The build uses all but googletest.
var dependencies = []string{"abseil_cpp", "flatbuffers", "googletest", "onnx", "protobuf", "pytorch_cpuinfo", "re2"}

func newStandIn(t *testing.T) *standIn {
	t.Helper()
	s := &standIn{files: map[string][]byte{}, releases: map[string]string{}, archives: t.TempDir()}
	s.deps = "# name;url;sha1\n"
	for _, name := range dependencies {
		address := "/" + name + "/v1.0.tar.gz"
		files := map[string]string{"LICENSE": "licence of " + name + "\n", name + ".cc": "//\n"}
		if name == "onnx" {
			files["onnx/backend/test/data/light/light_net.onnx"] = "a model"
		}
		s.files[address] = tarball(t, name+"-1.0", files)
		sum := sha1.Sum(s.files[address]) //nolint:gosec // see the import
		s.deps += fmt.Sprintf("%s;%s%s;%s\n", name, host, address, hex.EncodeToString(sum[:]))
	}
	for version, api := range map[string]int{"1.23.2": 23, "1.21.0": 21} {
		address := "/onnxruntime/v" + version + ".tar.gz"
		s.files[address] = tarball(t, "onnxruntime-"+version, map[string]string{
			"VERSION_NUMBER": version + "\n", "LICENSE": "MIT\n", "ThirdPartyNotices.txt": "notices\n",
			"cmake/deps.txt": s.deps, "cmake/CMakeLists.txt": "project(onnxruntime)\n", "core.cc": "int core = 1;\n",
			"include/onnxruntime/core/session/onnxruntime_c_api.h":           fmt.Sprintf("#define ORT_API_VERSION %d\n", api),
			"include/onnxruntime/core/providers/cpu/cpu_provider_factory.h":  "\n",
			"include/onnxruntime/core/providers/resource.h":                  "\n",
			"include/onnxruntime/core/providers/custom_op_context.h":         "\n",
			"include/onnxruntime/core/framework/provider_options.h":          "\n",
			"onnxruntime/core/providers/cpu/text/string_normalizer.cc":       "//\n",
			"include/onnxruntime/core/session/experimental_something_else.h": "not installed\n",
		})
		s.releases[version] = s.release(version, api, address)
	}
	s.makeArchives(t)
	return s
}

// release returns a release file. Two dependencies are pinned beyond their line in deps.txt.
func (s *standIn) release(version string, api int, source string) string {
	var uses []string
	for _, name := range dependencies {
		if name != "googletest" {
			uses = append(uses, fmt.Sprintf("%q", name))
		}
	}
	pin := func(address string) string {
		return fmt.Sprintf("sha256 = %q\nsize = %d\n", digest.OfBytes(s.files[address]).Hex(), len(s.files[address]))
	}
	onnx := sha1.Sum(s.files["/onnx/v1.0.tar.gz"]) //nolint:gosec // see the import
	return fmt.Sprintf("version = %q\napi = %d\nprotoc = \"21.12\"\nuses = [%s]\n", version, api, strings.Join(uses, ", ")) +
		fmt.Sprintf("[source]\nname = \"onnxruntime\"\nurls = [%q]\n", host+source) + pin(source) +
		fmt.Sprintf("[[dependencies]]\nname = \"onnx\"\nsha1 = %q\n", hex.EncodeToString(onnx[:])) + pin("/onnx/v1.0.tar.gz") +
		fmt.Sprintf("[[dependencies]]\nname = \"re2\"\nurls = [%q]\n", host+"/re2/v1.0.tar.gz") + pin("/re2/v1.0.tar.gz")
}

// makeArchives compiles one object for each library with the real compilers, and puts it into an archive.
func (s *standIn) makeArchives(t *testing.T) {
	t.Helper()
	run := func(name string, args ...string) {
		cmd := exec.CommandContext(t.Context(), testkit.NeedTool(t, name), args...)
		cmd.Dir = s.archives
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(s.archives, name), []byte(text), 0o600))
	}
	sources := []string{"-O1", "-fPIC", "-c"}
	for _, lib := range libraries() {
		text := fmt.Sprintf("int %s(void) { return 1; }\n", lib.symbol())
		if lib.needs != "" {
			text = fmt.Sprintf("int standin_%s(void);\nint %s(void) { return standin_%[1]s(); }\n", lib.needs, lib.symbol())
		}
		if lib.target == "onnxruntime_mlas" { // what the audit looks for
			for _, kernel := range []string{
				"MlasGemmU8S8KernelAvx2", "MlasGemmFloatKernelAvx512F", "MlasHalfGemmKernelNeon", "MlasGemmS8S8KernelSmmlaZero",
			} {
				text += "void " + kernel + "(void) {}\n"
			}
		}
		name := lib.target + ".c"
		if lib.target == "re2" { // one that needs the C++ library
			name, text = "re2.cc", "int *standin_re2() { return new int(1); }\n"
			write(name, text)
			run("c++", "-O1", "-fPIC", "-c", name)
			continue
		}
		write(name, text)
		sources = append(sources, name)
	}
	run("cc", sources...)
	for _, lib := range libraries() {
		run("ar", "qcs", lib.target+".a", lib.target+".o")
	}
}

// tarball returns a .tar.gz with one top folder. The same files give the same bytes.
func tarball(t *testing.T, top string, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	w := tar.NewWriter(compressed)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h := &tar.Header{Name: path.Join(top, name), Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(files[name]))}
		require.NoError(t, w.WriteHeader(h))
		_, err := w.Write([]byte(files[name]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, compressed.Close())
	return out.Bytes()
}
