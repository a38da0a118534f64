//go:build built && linux

package consumer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// needLinker tells how the compiler is asked for a linker.
func needLinker(t *testing.T, name string) string {
	t.Helper()
	testkit.NeedTool(t, "ld."+name)
	return "-fuse-ld=" + name
}

func TestProvidersInTheArchiveRunWhateverLinkerIsUsed(t *testing.T) {
	t.Parallel()
	tree := needTree(t, staticTree, "dnnl")
	for _, linker := range []string{"bfd", "lld", "gold", "mold"} {
		for _, collect := range []string{"-Wl,--gc-sections", "-Wl,--no-gc-sections"} {
			t.Run(linker+strings.TrimPrefix(collect, "-Wl,"), func(t *testing.T) {
				t.Parallel()
				program := link(t, tree, needLinker(t, linker), collect, source(t, "use.c"))
				requireWhole(t, program)
				r := use(t, program, "run")
				requireOnProvider(t, r)
				require.Empty(t, r.facts["library"], "the program opens no library of ONNX Runtime")
				requireLife(t, program)
				requireReopened(t, tree, needLinker(t, linker), collect)
			})
		}
	}
}

func TestProvidersGiveTheSameBitsInBothForms(t *testing.T) {
	t.Parallel()
	digests := map[string][]string{}
	for form, variable := range bothForms {
		program := link(t, needTree(t, variable, "dnnl"), source(t, "use.c"))
		r := use(t, program, "run")
		requireOnProvider(t, r)
		digests[form] = r.facts["digest"]
	}
	require.Equal(t, digests["shared"], digests["static"])
}

// withoutRunPath links a program that does not know where its tree is.
func withoutRunPath(t *testing.T, tree string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	args := append([]string{source(t, "use.c")}, flags(t, tree, "--cflags", "--libs")...)
	known := len(args)
	args = slices.DeleteFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "-Wl,-rpath") })
	require.Less(t, len(args), known, "pkg-config gives a run path")
	compile(t, tree, program, args...)
	return program
}

// copyFiles copies files into a folder, which it makes.
func copyFiles(t *testing.T, to string, files ...string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(to, 0o755))
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(to, filepath.Base(file)), data, 0o755))
	}
}

func TestProvidersBesideAProgramAreFound(t *testing.T) {
	t.Parallel()
	tree := needTree(t, sharedTree, "dnnl")
	built := withoutRunPath(t, tree)
	libraries, err := filepath.Glob(filepath.Join(tree, "lib", "lib*.so*"))
	require.NoError(t, err)
	env, err := exec.LookPath("env") // starts a program through PATH
	require.NoError(t, err)

	for name, how := range map[string]struct {
		folder string                     // of the libraries, beside bin with the program
		start  func(root string) []string // its command
		env    func(root string) []string
	}{
		"beside the program": {folder: "bin"},
		"in lib":             {folder: "lib"},
		"started through PATH": {
			folder: "lib", start: func(string) []string { return []string{env, "program"} },
			env: func(root string) []string { return []string{"PATH=" + filepath.Join(root, "bin")} },
		},
		"started through a link": {
			folder: "bin",
			start: func(root string) []string {
				link := filepath.Join(t.TempDir(), "linked")
				require.NoError(t, os.Symlink(filepath.Join(root, "bin", "program"), link))
				return []string{link}
			},
		},
		"in the folder of the variable": {
			folder: "elsewhere",
			env: func(root string) []string {
				return []string{"ONNXRUNTIME_PROVIDERS_DIR=" + filepath.Join(root, "elsewhere")}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, err := filepath.EvalSymlinks(t.TempDir()) // as the system shows it
			require.NoError(t, err)
			copyFiles(t, filepath.Join(root, "bin"), built)
			copyFiles(t, filepath.Join(root, how.folder), libraries...)
			argv, environ := []string{filepath.Join(root, "bin", "program")}, []string{}
			if how.start != nil {
				argv = how.start(root)
			}
			if how.env != nil {
				environ = how.env(root)
			}
			r := start(t, environ, append(argv, source(t, "chain.onnx"), "dnnl", "run")...)
			requireOnProvider(t, r)
			require.ElementsMatch(t, []string{
				filepath.Join(root, how.folder, "libonnxruntime_providers_shared.so"),
				filepath.Join(root, how.folder, "libonnxruntime_providers_dnnl.so"),
			}, r.facts["library"])
		})
	}
	t.Run("nowhere", func(t *testing.T) {
		t.Parallel()
		r := start(t, nil, built, source(t, "chain.onnx"), "dnnl", "run")
		require.Error(t, r.err)
		require.Len(t, r.facts["error"], 1, "%s", r.log)
		require.Contains(t, r.facts["error"][0], "libonnxruntime_providers_shared.so: cannot open shared object file")
	})
}
