//go:build built && linux

package consumer_test

import (
	"debug/elf"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/archive"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/isolate"
)

// needed lists the shared libraries that a program asks for.
func needed(t *testing.T, path string) []string {
	t.Helper()
	file, err := elf.Open(path)
	require.NoError(t, err)
	defer file.Close()
	names, err := file.ImportedLibraries()
	require.NoError(t, err)
	return names
}

// entries returns the members of a tree's archive that define entries of isolated providers, by the entry's name.
func entries(t *testing.T, tree string) map[string][]*io.SectionReader {
	t.Helper()
	path := filepath.Join(tree, "lib", "libonnxruntime.a")
	contents, err := archive.Read(path)
	require.NoError(t, err)
	file, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	found := map[string][]*io.SectionReader{}
	for _, m := range contents.Members {
		member := io.NewSectionReader(file, m.Offset, m.Size)
		object, err := elf.NewFile(member)
		require.NoError(t, err)
		symbols, err := object.Symbols()
		if !errors.Is(err, elf.ErrNoSymbols) {
			require.NoError(t, err)
		}
		for _, s := range symbols {
			visible := s.Section != elf.SHN_UNDEF && elf.ST_BIND(s.Info) != elf.STB_LOCAL
			if visible && strings.HasPrefix(s.Name, isolate.Entry("")) {
				found[s.Name] = append(found[s.Name], member)
			}
		}
	}
	return found
}

func TestProvidersAreOneIsolatedObjectEachInTheArchive(t *testing.T) {
	t.Parallel()
	require.Empty(t, entries(t, need(t, sharedTree)), "the other form has none")
	tree := need(t, staticTree)
	found := entries(t, tree)
	wanted := 0
	for _, provider := range providers(t, tree) {
		if provider == "cpu" {
			continue
		}
		wanted++
		require.Len(t, found[isolate.Entry(provider)], 1, provider)
		path := filepath.Join(t.TempDir(), "provider.o")
		data, err := io.ReadAll(found[isolate.Entry(provider)][0])
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		problems, err := isolate.Check(path, provider)
		require.NoError(t, err)
		require.Empty(t, problems, provider)
	}
	require.Positive(t, wanted)
	require.Len(t, found, wanted)
}

// hanging is how long the program that hangs is watched. The one that does not needs a second.
const hanging = 20 * time.Second

// Core and provider are made from many of the same sources. Where a linker sees both, the first definition of a name
// counts for both: the core then calls the provider's own form of a function, which asks the core's host, which calls the
// function. So it was before providers were isolated: the program hangs in its first session (seen with 1.21.0: in
// DataTypeImpl::GetTensorType<int>, without end). It is no matter of the order of static constructors.
func TestProvidersThatAreNotIsolatedHang(t *testing.T) {
	t.Parallel()
	tree := needTree(t, staticTree, "dnnl")
	loose := link(t, tree, source(t, "use.c"), source(t, "shim.cc"), source(t, "stack.c"), "-Wl,--allow-multiple-definition",
		"-Wl,--whole-archive", need(t, looseFile), "-Wl,--no-whole-archive")
	isolated := use(t, link(t, tree, source(t, "use.c")), "leave", "everything")

	cmd := exec.CommandContext(t.Context(), loose, source(t, "chain.onnx"), "dnnl", "leave", "everything")
	var hung atomic.Bool
	r := finish(t, cmd, nil, func() error {
		if err := cmd.Start(); err != nil {
			return err
		}
		timer := time.AfterFunc(hanging, func() { hung.Store(true); _ = cmd.Process.Signal(syscall.SIGUSR1) })
		killer := time.AfterFunc(2*hanging, func() { _ = cmd.Process.Kill() })
		defer func() { timer.Stop(); killer.Stop() }()
		return cmd.Wait()
	})
	require.Error(t, r.err)
	require.True(t, hung.Load(), "it ended by itself: %v %v\n%s", r.err, r.facts, r.log)
	require.Empty(t, r.facts["leaving"], "no session was made")
	require.Greater(t, r.cpu, 2*isolated.cpu, "it computes, it does not wait")
	t.Logf("not isolated: %v of computing and no end; isolated: %v", r.cpu, isolated.cpu)
	calls := strings.Join(functions(t, loose, r.facts["frame"]), "\n")
	require.Contains(t, calls, "onnxruntime12DataTypeImpl13GetTensorTypeIiE")
	require.Contains(t, calls, "OrtApis13CreateSession")
}

// functions returns the names of the functions of a program that addresses lie in, as linkers know them.
func functions(t *testing.T, program string, addresses []string) (names []string) {
	t.Helper()
	file, err := elf.Open(program)
	require.NoError(t, err)
	defer file.Close()
	symbols, err := file.Symbols()
	require.NoError(t, err)
	for _, text := range addresses {
		address, err := strconv.ParseUint(text, 16, 64)
		require.NoError(t, err)
		for _, s := range symbols {
			if elf.ST_TYPE(s.Info) == elf.STT_FUNC && s.Value <= address && address < s.Value+s.Size {
				names = append(names, s.Name)
				break
			}
		}
	}
	return names
}
