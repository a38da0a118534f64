package toolchain_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// program needs much of a C++ library: threads, exceptions, file systems.
const program = `#include <filesystem>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <thread>
int half(int n) { if (n % 2) throw std::invalid_argument("odd"); return n / 2; }
int main() {
  std::optional<int> sum;
  std::thread t([&] { try { sum = half(3); } catch (const std::exception &) { sum = half(84); } });
  t.join();
  std::cout << *sum << std::filesystem::path("/a/b.c").extension().string() << std::endl;
}
`

// The first program for a target makes zig build its C and C++ libraries: a minute, or ten on a busy machine. So it needs -real.
func TestRealCompilersForOtherPlatforms(t *testing.T) {
	for _, name := range []string{"linux/arm64", "linux/amd64/musl", "linux/amd64/glibc2.17", "linux/arm64/musl"} {
		t.Run(name, func(t *testing.T) {
			m := realMachine(t, "python3", "cmake", "ninja", "protoc", "patch", "pkg-config")
			p, err := spec.ParsePlatform(name)
			require.NoError(t, err)
			want := toolchain.Want{Protoc: "21.12"}
			want.Target, err = platform.For(m.Host.Platform, p)
			require.NoError(t, err)
			start := time.Now()
			set, err := m.Provide(t.Context(), want, m.note)
			require.NoError(t, err)
			t.Logf("provided in %v: %v, run with %q", time.Since(start), m.Notes, set.RunWith())
			facts, err := m.Fingerprint(t.Context(), set)
			require.NoError(t, err)
			for _, fact := range facts {
				t.Log(fact)
				require.NotContains(t, fact.Value, m.Dir)
			}
			compileAndRun(t, m, set)
		})
	}
}

func compileAndRun(t *testing.T, m *machine, set toolchain.Set) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a project")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "p.cc"), []byte(program), 0o644))
	start := time.Now()
	for _, cmd := range []run.Cmd{
		{Path: set.CXX.Path, Args: []string{"-std=c++17", "-O2", "-c", "p.cc", "-o", "p.o"}},
		{Path: set.AR.Path, Args: []string{"qc", "libp.a", "p.o"}},
		{Path: set.Ranlib.Path, Args: []string{"libp.a"}},
		{Path: set.CXX.Path, Args: []string{"-Wl,--wrap=dlopen", "libp.a", "-pthread", "-o", "p"}},
	} {
		cmd.Dir = dir
		require.NoError(t, m.Runner.Run(t.Context(), cmd), cmd.String())
	}
	t.Logf("compiled in %v", time.Since(start))
	command := append(set.RunWith(), filepath.Join(dir, "p"))
	out, err := run.Output(t.Context(), m.Runner, run.Cmd{Path: command[0], Args: command[1:]})
	require.NoError(t, err)
	require.Equal(t, "42.c", strings.TrimSpace(out))
}
