package ci

import (
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
)

const cudaFile = "Dockerfile.cuda"

// ubuntuGCC is the major version of the compiler of the base image's distribution.
const ubuntuGCC = 13

var digest = regexp.MustCompile(`^[a-z0-9./-]+:[A-Za-z0-9.-]+@sha256:[0-9a-f]{64}$`)

func TestImagesArePinnedByDigest(t *testing.T) {
	t.Parallel()
	d := readDockerfile(t, cudaFile)
	require.Regexp(t, digest, d.syntax, "the syntax line")
	var stages []string
	for _, in := range d.all("FROM") {
		words := strings.Fields(in.text)
		if image := d.expand(words[0]); image != "scratch" && !slices.Contains(stages, image) {
			require.Regexp(t, digest, image, "line %d", in.line)
		}
		stages = append(stages, words[2])
	}
	for _, in := range d.all("COPY") {
		if from, ok := strings.CutPrefix(strings.Fields(in.text)[0], "--from="); ok {
			require.Contains(t, stages, from, "line %d: no such stage", in.line)
		}
	}
}

func TestImageOfGoIsTheOneOfGoMod(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(string(text))
	require.NotNil(t, version)
	require.Contains(t, readDockerfile(t, cudaFile).args["GO_IMAGE"], "golang:"+version[1]+"-")
}

func TestToolkitOfTheImageFitsTheReleaseAndItsArchitectures(t *testing.T) {
	t.Parallel()
	args := readDockerfile(t, cudaFile).args
	require.Equal(t, release.Default, args["ORT_VERSION"])
	require.Equal(t, cuda.DefaultArchitectures, args["ORT_CUDA_ARCHS"])
	tag := regexp.MustCompile(`^nvidia/cuda:(\d+\.\d+)\.\d+-cudnn-devel-ubuntu24\.04@`).FindStringSubmatch(args["BASE"])
	require.NotNil(t, tag, "an image with nvcc and cuDNN, of a distribution whose compiler is known: %s", args["BASE"])
	version, err := cuda.ParseVersion(tag[1])
	require.NoError(t, err)
	archs, err := cuda.ParseArchitectures(args["ORT_CUDA_ARCHS"])
	require.NoError(t, err)
	require.NoError(t, cuda.Supported(args["ORT_VERSION"], cuda.Toolkit{Version: version}, cuda.CUDNN{}, archs, ubuntuGCC))
}

func TestStepsOfTheImageNameTargetsAndVariablesThatExist(t *testing.T) {
	t.Parallel()
	d := readDockerfile(t, cudaFile)
	magefile, err := os.ReadFile(filepath.Join(root, "magefile.go"))
	require.NoError(t, err)
	seen := 0
	for _, in := range d.instructions {
		for _, found := range regexp.MustCompile(`go tool mage ([a-z]\w*)`).FindAllStringSubmatch(in.text, -1) {
			name := strings.ToUpper(found[1][:1]) + found[1][1:]
			require.Contains(t, string(magefile), "\nfunc "+name+"(ctx", "line %d: there is no target %s", in.line, found[1])
			seen++
		}
		// mage takes flags behind the arguments, and drops others without a word.
		require.NotRegexp(t, `go tool mage \w+ -`, in.text, "line %d: a flag in front of the arguments", in.line)
		for _, name := range regexp.MustCompile(`\bORT_[A-Z_]+`).FindAllString(in.text, -1) {
			require.Contains(t, settings.Names(), name, "line %d", in.line)
		}
	}
	require.NotZero(t, seen)
	for _, target := range []string{"doctor", "fetch", "buildCuda)", "buildCudaStatic)", "bundle "} {
		require.True(t, slices.ContainsFunc(d.all("RUN"), func(in instruction) bool {
			return strings.Contains(in.text, "go tool mage "+target)
		}), "no step runs %s", target)
	}
}

func TestDefaultsOfTheImageAreSettings(t *testing.T) {
	t.Parallel()
	d := readDockerfile(t, cudaFile)
	environ := []string{"HOME=/root"}
	for name, value := range d.args {
		environ = append(environ, name+"="+value)
	}
	for name, value := range d.environment() {
		environ = append(environ, name+"="+value)
	}
	s, err := settings.Load(environ)
	require.NoError(t, err)
	require.Equal(t, []string{"cuda"}, s.Providers)
	require.False(t, s.CUDA.Minimal)
	// An ARG reaches the steps of those stages alone that name it.
	var declared []string
	for _, in := range d.all("ARG") {
		if in.stage == "build" {
			declared = append(declared, in.text)
		}
	}
	for name := range d.args {
		if strings.HasPrefix(name, "ORT_") {
			require.Contains(t, declared, name, "an ARG that the stage build does not see")
		}
	}
}

func TestWhatTheImageCopiesIsThereAndSuffices(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	require.NoError(t, err)
	ignore := strings.Split(strings.TrimSpace(string(text)), "\n")
	require.Contains(t, ignore, "*")
	var copied []string
	for _, in := range readDockerfile(t, cudaFile).all("COPY") {
		words := strings.Fields(in.text)
		if strings.HasPrefix(words[0], "--from=") {
			continue
		}
		for _, source := range words[:len(words)-1] {
			info, err := os.Stat(filepath.Join(root, source))
			require.NoError(t, err, "line %d", in.line)
			require.Contains(t, ignore, "!"+source, "line %d: .dockerignore keeps it out", in.line)
			if info.IsDir() { // a folder is copied as what lies in it
				require.Equal(t, source+"/", words[len(words)-1], "line %d", in.line)
			}
			copied = append(copied, source)
		}
	}
	for _, line := range ignore {
		if kept, ok := strings.CutPrefix(line, "!"); ok {
			require.Contains(t, copied, kept, ".dockerignore lets in what no step copies")
		}
	}
	// What the magefile is made of lies in what is copied.
	cmd := exec.CommandContext(t.Context(), "go", "list", "-tags=mage", "-deps", "-f",
		"{{with .Module}}{{if .Main}}{{$.ImportPath}}{{end}}{{end}}", "magefile.go")
	cmd.Dir = root
	out, err := cmd.Output()
	require.NoError(t, err)
	packages := strings.Fields(string(out))
	require.NotEmpty(t, packages)
	for _, name := range packages {
		relative, ok := strings.CutPrefix(name, "github.com/onnxruntime-builder/onnxruntime-builder/")
		if !ok {
			continue // the magefile itself
		}
		top, _, _ := strings.Cut(relative, "/")
		require.Contains(t, copied, top, "package %s is not copied", name)
	}
}

// Without the mount, or with a folder beside it, a step would work in the image's own file system: nothing of it would
// be there for the next build.
func TestFoldersThatOutliveABuildLieInTheCacheMount(t *testing.T) {
	t.Parallel()
	d := readDockerfile(t, cudaFile)
	env := d.environment()
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	s, err := settings.Load(append(environ, "HOME=/root"))
	require.NoError(t, err)
	used := map[string]string{"ORT_HOME": s.Home, "MAGEFILE_CACHE": env["MAGEFILE_CACHE"]}
	for _, entry := range s.Programs { // what the builder lets compilers and go see
		if name, value, _ := strings.Cut(entry, "="); name == "CCACHE_DIR" {
			used[name] = value
		}
	}
	require.Contains(t, used, "CCACHE_DIR")
	cmd := exec.CommandContext(t.Context(), "go", "env", "-json", "GOCACHE", "GOMODCACHE")
	cmd.Env = append(os.Environ(), environ...)
	cmd.Env = append(cmd.Env, "PATH="+os.Getenv("PATH"))
	out, err := cmd.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &used))

	for _, in := range d.all("RUN") {
		if !strings.Contains(in.text, "go tool mage") {
			continue
		}
		require.Len(t, in.mount, 1, "line %d", in.line)
		require.Equal(t, "cache", option(in.mount[0], "type"), "line %d", in.line)
		require.NotEmpty(t, option(in.mount[0], "id"), "line %d", in.line)
		target := option(in.mount[0], "target")
		for name, folder := range used {
			inside := strings.HasPrefix(path.Clean(folder)+"/", target+"/")
			require.True(t, inside, "line %d: %s=%s is not in %s", in.line, name, folder, target)
		}
		require.False(t, strings.HasPrefix(env["OUT"]+"/", target+"/"), "OUT lies in the mount, which COPY does not see")
	}
}

// A step that names a folder would change this machine when it is run by ci/cuda-image --local.
func TestStepsOfTheImageNameNoFolder(t *testing.T) {
	t.Parallel()
	absolute := regexp.MustCompile(`(^|[\s"'=:(])/`)
	for _, in := range readDockerfile(t, cudaFile).all("RUN") {
		require.NotRegexp(t, absolute, in.text, "line %d: use a variable of ENV", in.line)
		cmd := exec.CommandContext(t.Context(), "bash", "-n")
		cmd.Stdin = strings.NewReader(in.text)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "line %d: %s", in.line, out)
	}
}
