package toolchain_test

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/fetch"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/pypi"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// realRun lets the tests below use the network and this machine's package clients:
//
//	go test ./build/toolchain -real -run Real -v
var realRun = flag.Bool("real", false, "provide real tools, from npm, PyPI and Debian")

// realMachine sees of this machine only the compilers and the programs that are named.
func realMachine(t *testing.T, visible ...string) *machine {
	t.Helper()
	if !*realRun {
		t.Skip("needs -real: it uses the network")
	}
	m := newMachine(t, nil)
	require.NoError(t, os.MkdirAll(m.Bin, 0o755))
	for _, name := range append(visible, "cc", "c++", "ar", "as", "ld") {
		require.NoError(t, os.Symlink(testkit.NeedTool(t, name), filepath.Join(m.Bin, name)))
	}
	m.Host = toolchain.ThisHost(m.Dir)
	runner := &run.Exec{Env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}}
	m.Runner = runner
	m.Debian = func(ctx context.Context) (debian.Archive, error) { return debian.Discover(ctx, runner) }
	client := &fetch.Client{Dir: t.TempDir(), PyPI: func(ctx context.Context) (pypi.Client, error) {
		return pypi.Discover(ctx, runner, t.TempDir(), m.Debian)
	}}
	m.Fetch = func(ctx context.Context, pin release.Pin) (string, error) {
		start := time.Now()
		file, err := client.Fetch(ctx, pin, nil)
		t.Logf("fetching %s took %v: %v", pin, time.Since(start), err)
		return file.Path, err
	}
	return m
}

// On a machine that has python3, a package of it would lack what apt takes to be there already.
func TestRealToolsComeFromDebian(t *testing.T) {
	var visible []string
	if _, err := exec.LookPath("python3"); err == nil {
		visible = append(visible, "python3")
	}
	checkReal(t, realMachine(t, visible...), func(tool toolchain.Tool) string {
		if tool.Name == toolchain.Python && len(visible) > 0 {
			return toolchain.Machine
		}
		return toolchain.Debian
	})
}

func TestRealToolsComeFromPackageClients(t *testing.T) {
	t.Run("npm", func(t *testing.T) {
		m := realMachine(t, "npm", "node", "ninja", "protoc", "patch", "pkg-config", "python3")
		checkReal(t, m, only("cmake", toolchain.NPM))
	})
	t.Run("pypi", func(t *testing.T) {
		m := realMachine(t, "protoc", "patch", "pkg-config", "python3")
		checkReal(t, m, func(tool toolchain.Tool) string {
			return only("cmake", toolchain.PyPI)(tool) + only("ninja", toolchain.PyPI)(tool)
		})
	})
}

func only(name, origin string) func(toolchain.Tool) string {
	return func(tool toolchain.Tool) string {
		if tool.Name == name {
			return origin
		}
		return ""
	}
}

// checkReal provides tools, builds a small project with them, and looks at the time of a second call.
func checkReal(t *testing.T, m *machine, origin func(toolchain.Tool) string) {
	t.Helper()
	start := time.Now()
	set, err := m.Provide(t.Context(), want, m.note)
	require.NoError(t, err)
	t.Logf("provided in %v:\n%s", time.Since(start), strings.Join(m.Notes, "\n"))
	for _, tool := range set.Tools() {
		t.Log(tool, tool.Origin)
		if tool.Origin == toolchain.Upstream {
			continue // where upstream can be reached, nothing else is asked
		}
		if wanted := origin(tool); wanted != "" && tool.Name != "cc" && tool.Name != "c++" && tool.Name != "ar" {
			require.Equal(t, wanted, tool.Origin, tool.Name)
		}
	}
	start = time.Now()
	again, _, err := m.Find(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, set, again)
	found := time.Since(start)
	first, err := m.Fingerprint(t.Context(), set)
	require.NoError(t, err)
	start = time.Now()
	second, err := m.Fingerprint(t.Context(), set)
	require.NoError(t, err)
	require.Equal(t, first, second)
	t.Logf("found again in %v, fingerprint in %v", found, time.Since(start))
	for _, f := range first {
		t.Log(f)
	}

	project := filepath.Join(t.TempDir(), "a project")
	require.NoError(t, os.MkdirAll(project, 0o755))
	for name, text := range map[string]string{
		"CMakeLists.txt": "cmake_minimum_required(VERSION 3.28)\nproject(p C CXX)\nadd_custom_command(OUTPUT m.pb.cc\n" +
			"  COMMAND ${PROTOC} --cpp_out=${CMAKE_BINARY_DIR} -I${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/m.proto\n" +
			"  COMMAND ${PYTHON} -c \"import argparse, glob, subprocess\" VERBATIM)\n" +
			"add_custom_target(proto ALL DEPENDS m.pb.cc)\nadd_library(p STATIC p.cc)\n",
		"m.proto": "syntax = \"proto3\";\nmessage M { int32 a = 1; }\n",
		"p.cc":    "#include <string>\nstd::string p() { return \"p\"; }\n",
		"p.patch": "--- a/p.cc\n+++ b/p.cc\n@@ -1,2 +1,2 @@\n #include <string>\n-std::string p() { return \"p\"; }\n+std::string p() { return \"q\"; }\n",
		"p.pc":    "Name: p\nDescription: p\nVersion: 1.2\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(project, name), []byte(text), 0o644))
	}
	for _, cmd := range []run.Cmd{
		{Path: set.Patch.Path, Args: []string{"-p1", "-i", "p.patch"}},
		{Path: set.CMake.Path, Args: []string{
			"-G", "Ninja", "-S", ".", "-B", "b", "-DCMAKE_MAKE_PROGRAM=" + set.Ninja.Path, "-DPROTOC=" + set.Protoc.Path,
			"-DPYTHON=" + set.Python.Path, "-DCMAKE_C_COMPILER=" + set.CC.Path, "-DCMAKE_CXX_COMPILER=" + set.CXX.Path,
		}},
		{Path: set.CMake.Path, Args: []string{"--build", "b"}},
		{Path: set.PkgConfig.Path, Args: []string{"--modversion", "p"}, Env: []string{"PKG_CONFIG_PATH=" + project}},
	} {
		cmd.Dir = project
		out, err := run.Output(t.Context(), m.Runner, cmd)
		require.NoError(t, err, "%s\n%s", cmd, out)
	}
	require.FileExists(t, filepath.Join(project, "b", "libp.a"))
	require.FileExists(t, filepath.Join(project, "b", "m.pb.cc"))
}
