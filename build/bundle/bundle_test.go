package bundle_test

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/bundle"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

func TestABundleHasWhatIsNeededAndWhatIsOpened(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	m := toy.bundled()
	text := &strings.Builder{}
	for _, file := range m.Files {
		text.WriteString(file.Path + " " + file.Version + " " + file.From + "\n")
	}
	for _, opened := range m.Opened {
		text.WriteString(opened.By + " opens " + opened.Name + "\n")
	}
	testkit.Golden(t, "manifest", text.String())
	require.Equal(t, "9.13.0", m.CUDNN)
	require.Equal(t, []string{"libcuda.so.1"}, m.Target.Driver)
	require.NotEmpty(t, m.Target.GLIBC)

	read, err := bundle.ReadManifest(toy.path("out/bundle"))
	require.NoError(t, err)
	require.Equal(t, m.Files, read.Files)
	whole, err := os.ReadFile(toy.path("out/bundle/manifest.json"))
	require.NoError(t, err)
	require.NotContains(t, string(whole), toy.dir, "a path of the machine that builds")
	notice, err := os.ReadFile(toy.path("out/bundle/NOTICE"))
	require.NoError(t, err)
	require.Contains(t, string(notice), "see LICENSES/cudnn")
	require.Contains(t, m.Notes, "no licence text was found for cudnn")
	require.NotContains(t, m.Notes, "no licence text was found for cufft")
}

// The install tree of a build has its notices in two places.
func TestLicencesOfTheTreeAreCopiedOnce(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	toy.write("tree/ThirdPartyNotices.txt", "notices")
	toy.write("tree/LICENSES/onnxruntime/ThirdPartyNotices.txt", "notices")
	toy.write("tree/LICENSES/cudnn/LICENSE", "a licence")
	m := toy.bundled()
	require.NotContains(t, m.Notes, "no licence text was found for cudnn")
	var licences []string
	for _, file := range m.Files {
		if strings.HasPrefix(file.Path, "LICENSES/onnxruntime/") {
			licences = append(licences, file.Path)
		}
	}
	require.Equal(t, []string{"LICENSES/onnxruntime/LICENSE", "LICENSES/onnxruntime/ThirdPartyNotices.txt"}, licences)
}

func TestRunPathsStayInTheBundleAndTheOriginalIsKeptByDigest(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	for _, file := range toy.bundled().Files {
		if !strings.HasPrefix(file.Path, "lib/") && !strings.HasPrefix(file.Path, "bin/") {
			continue
		}
		want := []string{"$ORIGIN"}
		original := toy.path(file.From + "/" + file.Path)
		if file.From == "program" {
			want, original = []string{"$ORIGIN/../lib"}, toy.path("program")
		}
		_, runpath, err := bundle.RunPaths(toy.path("out/bundle/" + file.Path))
		require.NoError(t, err)
		require.Equal(t, want, runpath, file.Path)
		sum, size, err := digest.OfFile(original)
		require.NoError(t, err)
		require.Equal(t, sum, file.Original, file.Path)
		require.Equal(t, size, file.Size, "the path was written over the old one")
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	for _, test := range []struct {
		name, remove, want string
	}{
		{
			"needed", "toolkit/lib/libcufft.so.12",
			"libonnxruntime_providers_cuda.so needs libcufft.so.12: it is in no given folder",
		},
		{"opened", "cudnn/lib/libcudnn_cnn.so.9", "libcudnn.so.9 opens libcudnn_cnn.so while it runs"},
		{"builtins", "toolkit/lib/libnvrtc-builtins.so.13.0", "libnvrtc.so.13 opens libnvrtc-builtins.so"},
	} {
		hidden := toy.path(test.name + ".hidden")
		require.NoError(t, os.Rename(toy.path(test.remove), hidden))
		_, err := bundle.Make(t.Context(), toy.input())
		require.ErrorContains(t, err, test.want)
		require.Contains(t, fault.Format(err), "next: name the folders that have them: -libraries=")
		require.NoDirExists(t, toy.path("out"))
		require.NoError(t, os.Rename(hidden, toy.path(test.remove)))
	}
	toy.write("toolkit/lib/libcufft.so.12", strings.Repeat("no library", 10))
	_, err := bundle.Make(t.Context(), toy.input())
	require.ErrorContains(t, err, "bad magic number")
}

func TestPartsOfAnotherCUDNNAreRefused(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	toy.cudnn("newer", 14)
	for _, test := range []struct{ part, want string }{
		{"ops", "libcudnn_ops.so is of cuDNN 9.14.0, libcudnn_graph is of 9.13.0"},
		{"heuristic", "libcudnn_heuristic.so is of another version of cuDNN than libcudnn_graph, which is of 9.13.0"},
	} {
		path := toy.path("cudnn/lib/libcudnn_" + test.part + ".so.9")
		require.NoError(t, os.Rename(path, toy.path("kept")))
		require.NoError(t, os.Symlink(toy.path("newer/lib/"+filepath.Base(path)), path))
		_, err := bundle.Make(t.Context(), toy.input())
		require.ErrorContains(t, err, test.want)
		require.NoError(t, os.Rename(toy.path("kept"), path))
	}
}

func TestLibrariesOnlyAndNothingAtAll(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	in := toy.input()
	in.Program = ""
	m, err := bundle.Make(t.Context(), in)
	require.NoError(t, err)
	require.Empty(t, m.Program)
	require.NoDirExists(t, toy.path("out/bundle/bin"))

	_, err = bundle.Make(t.Context(), in)
	require.ErrorContains(t, err, "is there already")
	in.Out, in.Tree = toy.path("out/other"), toy.path("cudnn")
	_, err = bundle.Make(t.Context(), in)
	require.ErrorContains(t, err, "the build has no provider library")
	in.Program = toy.path("tree/LICENSES/onnxruntime/LICENSE")
	_, err = bundle.Make(t.Context(), in)
	require.Contains(t, fault.Format(err), "not a script")
}

func TestTheRuntimeOfTheCompilerIsCarried(t *testing.T) {
	t.Parallel()
	testkit.NeedTool(t, "c++")
	toy := newToy(t)
	toy.library("tree/lib/libonnxruntime_providers_dnnl.so", "int provider(void) { return 0; }", "cudnn/lib/libcudnn.so.9")
	cxx := func(to string, flags ...string) {
		toy.write(to, "")
		args := []string{"-x", "c++", "-", "-x", "none", "-o", toy.path(to), "-Wl,--no-as-needed", longRunPath}
		args = append(args, flags...)
		cmd := runCmd("c++", "int main() { try { throw 1; } catch (int) {} }", args)
		require.NoError(t, toy.runner.Run(t.Context(), cmd))
	}
	cxx("program")
	cxx("tree/lib/libonnxruntime_providers_dnnl.so", "-shared", "-fPIC", "-Wl,-soname,libonnxruntime_providers_dnnl.so")
	in := toy.input()
	in.CC, in.Patchelf = "c++", ""
	_, err := bundle.Make(t.Context(), in)
	if err != nil { // libstdc++ needs libgcc_s beside it, and has no run path
		require.Contains(t, fault.Format(err), "next: install patchelf")
	}
	in.Patchelf = testkit.NeedTool(t, "patchelf")
	m, err := bundle.Make(t.Context(), in)
	require.NoError(t, err)
	require.FileExists(t, toy.path("out/bundle/lib/libstdc++.so.6"))
	require.FileExists(t, toy.path("out/bundle/lib/libgcc_s.so.1"))
	require.NotContains(t, strings.Join(m.Notes, "\n"), "-static-libstdc++")
	_, err = toy.check()
	require.NoError(t, err)

	cxx("program", "-static-libstdc++", "-static-libgcc")
	in.Out = toy.path("out/static")
	m, err = bundle.Make(t.Context(), in)
	require.NoError(t, err)
	require.Contains(t, strings.Join(m.Notes, "\n"), "two C++ runtimes")
}

func TestAStaticProgramNeedsNothing(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	toy.compile("program", "int main(void) { return 0; }", "-static")
	in := toy.input()
	in.Tree = toy.path("cudnn") // a build without providers
	m, err := bundle.Make(t.Context(), in)
	require.NoError(t, err)
	require.Len(t, m.Files, 2, "the program and the notice")
	notice, err := os.ReadFile(toy.path("out/bundle/NOTICE"))
	require.NoError(t, err)
	require.Contains(t, string(notice), "It needs nothing of the machine but its kernel.")
	_, err = toy.check()
	require.NoError(t, err)
}

func TestABundleForAnotherMachineIsMadeAndItsLibrariesAreNotOpened(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	toy.compile("program", "int main(void) { return 0; }", "-static")
	other := map[string]elf.Machine{"amd64": elf.EM_AARCH64, "arm64": elf.EM_X86_64}[runtime.GOARCH]
	program, err := os.OpenFile(toy.path("program"), os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = program.WriteAt(binary.LittleEndian.AppendUint16(nil, uint16(other)), 18) // e_machine
	require.NoError(t, errors.Join(err, program.Close()))
	in := toy.input()
	in.Tree = toy.path("cudnn")
	m, err := bundle.Make(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, other.String(), m.Machine)
	report, err := toy.check()
	require.NoError(t, err)
	require.Contains(t, report.Skipped, "the bundle is for "+other.String()+", this machine is ")
}

func TestTheCUDNNOfTheBuildIsTakenAndNotTheToolkits(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	toy.cudnn("toolkit", 1)
	m := toy.bundled()
	require.Equal(t, "9.13.0", m.CUDNN)
	for _, file := range m.Files {
		if strings.HasPrefix(file.Path, "lib/libcudnn") {
			require.Equal(t, "cudnn", file.From, file.Path)
		}
	}
}

func TestWhatAKilledRunHasLeftIsRemoved(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	toy.write("out/.bundle.new-1/lib/libold.so", "half of it")
	toy.write("out/.bundle.new-2/lib/libnew.so", "of a run that is under way")
	toy.write("out/bundle.new-3/file", "somebody's own")
	yesterday := time.Now().Add(-25 * time.Hour)
	for _, old := range []string{"out/.bundle.new-1", "out/bundle.new-3"} {
		require.NoError(t, os.Chtimes(toy.path(old), yesterday, yesterday))
	}
	toy.bundled()
	var left []string
	entries, err := os.ReadDir(toy.path("out"))
	require.NoError(t, err)
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	require.Equal(t, []string{".bundle.new-2", "bundle", "bundle.new-3"}, left)
}

func TestABundleIsForEverybodyUnderEveryUmask(t *testing.T) { //nolint:paralleltest // the mask is that of the process
	toy := newToy(t)
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	toy.bundled()
	for _, name := range []string{"", "bin", "lib", "LICENSES", "LICENSES/onnxruntime", "bin/program"} {
		info, err := os.Stat(toy.path("out/bundle/" + name))
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o755), info.Mode().Perm(), name)
	}
}
