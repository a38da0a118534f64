// Package settings reads the environment, and is the only package that does.
//
// Everything a person can choose is a field of [Settings]: its variable, its default and its help stand in the field's
// tags, from which the reference in docs/ is generated.
//
//	s, err := settings.Load(os.Environ())
package settings

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
)

// Settings are the choices of one call.
type Settings struct {
	Version   string `env:"ORT_VERSION" help:"release of ONNX Runtime to build; empty: the default release"`
	Target    string `env:"ORT_TARGET" help:"platform to build for, such as linux/arm64, linux/amd64/musl or linux/amd64/glibc2.17; empty: this machine's"`
	Mirror    string `env:"ORT_MIRROR" help:"URL prefix or folder that is asked first for every input"`
	SourceDir string `env:"ORT_SOURCE_DIR" help:"checkout of ONNX Runtime to build instead of the release's archive"`
	Offline   bool   `env:"ORT_OFFLINE" help:"1: touch no network; say what is missing"`
	Jobs      int    `env:"ORT_JOBS" help:"compile jobs at a time; 0: by cores and free memory"`
	Launcher  string `env:"ORT_LAUNCHER" help:"compiler cache: ccache, sccache, a path, or none; empty: what is found"`
	Home      string `env:"ORT_HOME" help:"folder of downloads, tools, work and store; empty: onnxruntime-builder in the user's cache folder"`
	JSON      bool   `env:"ORT_JSON" help:"1: results as JSON on standard output"`
	Peer      string `env:"ORT_PEER_LIBRARY" help:"shared library of ONNX Runtime that bench compares with; empty: Microsoft's, from npm"`
	// FuzzTime is zero where nothing is said.
	FuzzTime time.Duration `env:"ORT_FUZZ_TIME" help:"how long ci:fuzz tries each fuzz test, such as 20s; empty: 1m"`

	Providers []string `env:"ORT_PROVIDERS" help:"execution providers beside the CPU's: cuda, dnnl, or both with a comma; coreml on a Mac"`
	Linking   string   `env:"ORT_LINKING" help:"shared: providers as shared libraries beside the program; static: inside libonnxruntime.a; empty: shared with cuda, else static"`
	CUDA      CUDA
	DNNLHome  string `env:"ORT_DNNL_HOME" help:"folder with include and lib of oneDNN 3; empty: a pinned one is provided"`

	Rows   []string `env:"ROWS" help:"rows of ci/matrix.toml for ci:matrix, with commas, as in debian-12 or debian-*; empty: all"`
	Steps  []string `env:"STEPS" help:"steps of these rows, with commas, as in doctor,quick; empty: all that a row has"`
	Engine string   `env:"ORT_ENGINE" help:"what runs the containers of ci:matrix: docker, podman or buildah; empty: the first that answers"`

	CC    string `env:"CC" help:"C compiler; empty: cc"`
	CXX   string `env:"CXX" help:"C++ compiler; empty: c++"`
	Shell string `env:"SHELL" help:"shell that the target shell starts; empty: /bin/sh"`
	CI    bool   `env:"CI" help:"true: a test whose tool is missing fails instead of being skipped"`

	// Programs is the environment that every started program gets, "NAME=value".
	Programs []string `env:"-"`
	// Environ is the whole environment, for a shell that a person works in.
	Environ []string `env:"-"`
}

// CUDA are the choices for a build with CUDA.
type CUDA struct {
	Version       string `env:"ORT_CUDA_VERSION" help:"version of the CUDA toolkit, such as 13.0; empty: what is found, else one that can be provided"`
	Home          string `env:"ORT_CUDA_HOME" help:"folder of the CUDA toolkit; empty: where nvcc is found, else a pinned one is provided"`
	CUDNNHome     string `env:"ORT_CUDNN_HOME" help:"folder with include and lib of cuDNN 9; empty: in the toolkit or the system; a toolkit that is provided has its own"`
	Architectures string `env:"ORT_CUDA_ARCHS" help:"architectures of the GPUs, as in 90;120 or 9.0,12.0+PTX; empty: 90;120 and PTX for newer ones"`
	Features      string `env:"ORT_CUDA_FEATURES" help:"features to leave out, as in -flash-attention,-contrib; empty: none"`
	Minimal       bool   `env:"ORT_CUDA_MINIMAL" help:"1: only what moves memory, without operators and cuDNN: to try the rest in minutes"`
}

// unfit are the characters that no path of a build may have: in a list of CMake or a prefix map of GCC they mean
// something else.
const unfit = "=;\"'`\\$\n"

// passed are the variables that programs started by us may see. Others, such as CFLAGS, CPATH or LIBRARY_PATH, would
// change what is built without being in the store's key.
var passed = []string{
	"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TERM", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
	"http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "all_proxy", "ALL_PROXY",
	"SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS",
	"CI", "ORT_HOME",
	"XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE", "STORAGE_DRIVER", // for what runs containers
}

// passedPrefixes name families of variables that only steer caches, package clients, what runs containers, and Go itself.
var passedPrefixes = []string{"CCACHE_", "SCCACHE_", "GO", "PIP_", "npm_config_", "APT_", "DOCKER_", "CONTAINERS_", "BUILDAH_"}

// Load reads the settings from environ, a list of "NAME=value". An ORT_ variable that does not exist is an error: a
// misspelt one would otherwise be ignored in silence.
func Load(environ []string) (Settings, error) {
	values := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		values[name] = value
	}
	if err := refuseUnknown(values); err != nil {
		return Settings{}, err
	}
	known := maps.Clone(values)
	if _, err := strconv.ParseBool(known["CI"]); err != nil && known["CI"] != "" {
		known["CI"] = "true" // some services put their name there
	}
	s, err := env.ParseAsWithOptions[Settings](env.Options{Environment: known})
	if err != nil {
		var all env.AggregateError
		if errors.As(err, &all) {
			err = errors.Join(all.Errors...)
		}
		return Settings{}, &fault.Error{Op: "read the settings", Err: err, Hint: "correct or unset the variable; docs/reference.md lists them all"}
	}
	if err := s.complete(values); err != nil {
		return Settings{}, err
	}
	s.Programs, s.Environ = programs(values), environ
	return s, nil
}

// complete fills in defaults and makes paths absolute: programs are started in other folders.
func (s *Settings) complete(values map[string]string) error {
	if s.Jobs < 0 {
		return &fault.Error{Op: "read the settings", On: "ORT_JOBS", Err: fmt.Errorf("%d is not a number of jobs", s.Jobs), Hint: "set it to 1 or more, or unset it"}
	}
	if s.FuzzTime < 0 {
		return &fault.Error{Op: "read the settings", On: "ORT_FUZZ_TIME", Err: fmt.Errorf("%s is no time", s.FuzzTime), Hint: "set it to 20s or the like, or unset it"}
	}
	if s.Shell == "" {
		s.Shell = "/bin/sh"
	}
	if s.Home == "" {
		cache := values["XDG_CACHE_HOME"]
		if cache == "" {
			if values["HOME"] == "" {
				return &fault.Error{Op: "choose a folder for downloads and results", Err: errors.New("HOME is not set"), Hint: "set ORT_HOME to a folder with 4 GB of free space"}
			}
			cache = filepath.Join(values["HOME"], ".cache")
		}
		s.Home = filepath.Join(cache, "onnxruntime-builder")
	}
	for _, path := range []*string{&s.Home, &s.SourceDir, &s.Peer, &s.CUDA.Home, &s.CUDA.CUDNNHome, &s.DNNLHome} {
		if *path == "" {
			continue
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return fmt.Errorf("making %q absolute: %w", *path, err)
		}
		*path = absolute
	}
	if i := strings.IndexAny(s.Home, unfit); i >= 0 {
		return &fault.Error{
			Op: "choose a folder for downloads and results", On: s.Home,
			Err:  fmt.Errorf("it has the character %q, which CMake or a compiler cannot take", s.Home[i:i+1]),
			Hint: "set ORT_HOME to another folder",
		}
	}
	if s.Mirror != "" && !strings.Contains(s.Mirror, "://") {
		absolute, err := filepath.Abs(s.Mirror)
		if err != nil {
			return fmt.Errorf("making %q absolute: %w", s.Mirror, err)
		}
		if _, err := os.Stat(absolute); err != nil {
			return &fault.Error{Op: "use the mirror", On: s.Mirror, Err: err, Hint: "ORT_MIRROR is a folder that exists or a URL prefix"}
		}
		s.Mirror = absolute
	}
	return nil
}

func programs(values map[string]string) []string {
	var kept []string
	for name, value := range values {
		if strings.HasPrefix(name, "CCACHE_COMPILER") { // it would put another compiler in the place of the one in the key
			continue
		}
		if slices.Contains(passed, name) || slices.ContainsFunc(passedPrefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
			kept = append(kept, name+"="+value)
		}
	}
	// Messages of tools are parsed and shown: one language.
	kept = append(kept, "LC_ALL=C.UTF-8")
	slices.Sort(kept)
	return kept
}

func refuseUnknown(values map[string]string) error {
	known := Names()
	var unknown []string
	for name := range values {
		// The target env exports ORT_LIB_LOCATION, for others.
		if strings.HasPrefix(name, "ORT_") && !slices.Contains(known, name) && name != "ORT_LIB_LOCATION" {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	return &fault.Error{
		Op: "read the settings", On: strings.Join(unknown, ", "), Err: errors.New("no such variable"),
		Hint: "unset it, or use one of " + strings.Join(known, ", "),
	}
}

// Variable describes one environment variable.
type Variable struct {
	Name, Help string
}

// Variables lists every variable that is read, in the order of the fields.
func Variables() []Variable {
	var list []Variable
	for field := range reflect.TypeFor[Settings]().Fields() {
		list = append(list, variables(field)...)
	}
	return list
}

// variables lists those of a field, or of the fields of the structure that it is.
func variables(field reflect.StructField) (list []Variable) {
	name := field.Tag.Get("env")
	switch {
	case name == "-":
		return nil
	case name != "":
		return []Variable{{Name: name, Help: field.Tag.Get("help")}}
	}
	for inner := range field.Type.Fields() {
		list = append(list, variables(inner)...)
	}
	return list
}

// Names lists the names of [Variables].
func Names() []string {
	var names []string
	for _, v := range Variables() {
		names = append(names, v.Name)
	}
	return names
}
