package debian_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/debian"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

var forReal = flag.Bool("real", false, "download packages through this machine's apt (Debian 12)")

// The same in a pristine root and for a user that is not root:
//
//	go test -run ForReal ./build/debian/ -args -real
func TestInstallForReal(t *testing.T) {
	t.Parallel()
	if !*forReal {
		t.Skip("it needs a network and Debian 12: run it by hand with -args -real")
	}
	runner := &run.Exec{Env: os.Environ(), Log: t.Output()}
	a, err := debian.Discover(t.Context(), runner)
	require.NoError(t, err)
	require.NotEmpty(t, a.Mirrors)
	t.Logf("%+v", a)

	dir := filepath.Join(t.TempDir(), "my tools")
	packages, err := a.Install(t.Context(), runner, debian.Request{
		Packages:  []string{"cmake", "ninja-build", "pkgconf-bin", "protobuf-compiler", "patch", "python3.11-minimal"},
		Backports: []string{"cmake", "cmake-data"},
		Programs: []string{
			"usr/bin/cmake", "usr/bin/ninja", "usr/bin/pkgconf", "usr/bin/protoc", "usr/bin/patch", "usr/bin/python3.11",
		},
	}, dir)
	require.NoError(t, err)
	for _, p := range packages {
		t.Log(p)
	}

	moved := filepath.Join(t.TempDir(), "moved, too")
	require.NoError(t, os.Rename(dir, moved))
	for program, want := range map[string]string{
		"cmake": "cmake version 3.31", "ninja": "1.", "pkgconf": "1.", "protoc": "libprotoc 3.21.12",
		"patch": "GNU patch", "python3.11": "Python 3",
	} {
		path := filepath.Join(moved, "usr", "bin", program)
		out, err := run.Output(t.Context(), runner, run.Cmd{Path: path, Args: []string{"--version"}})
		require.NoError(t, err, program)
		require.Contains(t, out, want, program)
	}
	linker := filepath.Join(t.TempDir(), "linker")
	lld := debian.Request{Packages: []string{"lld"}, Programs: []string{"usr/bin/ld.lld"}}
	_, err = a.Install(t.Context(), runner, lld, linker)
	require.NoError(t, err)
	out, err := run.Output(t.Context(), runner, run.Cmd{Path: filepath.Join(linker, "usr/bin/ld.lld"), Args: []string{"--version"}})
	require.NoError(t, err, "LLVM's library has a run path of its own")
	require.Contains(t, out, "LLD")

	script := filepath.Join(t.TempDir(), "x.cmake")
	text := "find_program(N ninja REQUIRED)\nmessage(STATUS ${CMAKE_ROOT})\n"
	require.NoError(t, os.WriteFile(script, []byte(text), 0o600))
	out, err = run.Output(t.Context(), runner, run.Cmd{
		Path: filepath.Join(moved, "usr", "bin", "cmake"),
		Args: []string{"-DCMAKE_PROGRAM_PATH=" + filepath.Join(moved, "usr", "bin"), "-P", script},
	})
	require.NoError(t, err)
	require.Contains(t, out, moved, "cmake uses its own modules, not the system's")
}
